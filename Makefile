PYTHON ?= python3
UV = .venv/bin/uv

.PHONY: demo test lock
TRANSLATIONS = $(patsubst %.po,%.mo,$(wildcard apps/*/locale/*/LC_MESSAGES/django.po))

.venv/.ok: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Laadboek needs Python 3.11, 3.12 or 3.13; say for example: make demo PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install -q --disable-pip-version-check uv==0.13.9
	$(UV) pip sync -q --require-hashes requirements-dev.txt
	touch $@

%.mo: %.po .venv/.ok
	.venv/bin/python -m apps.core.catalogues

demo: .venv/.ok $(TRANSLATIONS)
	.venv/bin/python manage.py demo $(ARGS)

test: .venv/.ok $(TRANSLATIONS)
	.venv/bin/python -m pytest -n 2 --dist loadfile $(ARGS)

lock: .venv/.ok
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate --group dev pyproject.toml -o requirements-dev.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.txt
