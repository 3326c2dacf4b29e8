import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import polib
from django import forms

from apps.core.catalogues import catalogues, compile_catalogues, find_messages
from apps.dashboard import checks
from apps.dashboard.entrance import forms as entrance
from apps.dashboard.finance import forms as finance
from apps.dashboard.installers import forms as installers
from apps.dashboard.owners import forms as owners

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"


def test_copies_of_others_are_what_the_list_says():
    listed = {}
    for line in (VENDOR / "CHECKSUMS").read_text().splitlines():
        digest, name = line.split(maxsplit=1)
        listed[name.removeprefix("./")] = digest
    files = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in {"CHECKSUMS", "README.md"}
    }
    assert files == listed


def test_our_style_sheets_name_no_other_host_and_stay_small():
    sizes = {}
    for path in (ROOT / "static" / "css").glob("*.css"):
        text = path.read_text()
        assert "//" not in text.replace("/*", "").replace("*/", "")
        sizes[path.stem] = len(re.sub(r"\s+", " ", text))
    assert sizes.pop("tokens") + sizes.pop("laadboek") < 40_000  # on every page
    assert max(sizes.values(), default=0) < 6_000  # one more on the pages of an area


def test_own_classes_carry_the_prefix():
    text = (ROOT / "static" / "css" / "laadboek.css").read_text()
    selectors = " ".join(re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)))
    foreign = {"btn", "btn-primary", "btn-bad", "btn-quiet", "btn-small", "u-wrap"}
    for name in set(re.findall(r"\.([a-z][\w-]*)", selectors)) - foreign:
        assert name.startswith(("lb-", "form-")), name


def test_every_choice_looks_like_one():
    fields = [
        (f"{form.__name__}.{name}", field.widget)
        for module in (entrance, finance, installers, owners)
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.Form)
        for name, field in form.base_fields.items()
    ]
    classes = {n: w.attrs.get("class", "") for n, w in fields if type(w) is forms.Select}
    for path in (ROOT / "templates").rglob("*.html"):
        found = re.findall(r'<select\s+class="([^"]*)"', path.read_text())
        assert len(found) == path.read_text().count("<select"), path
        classes |= {f"{path.name} {n}": css for n, css in enumerate(found)}
    assert len(classes) > 8
    assert {n: css for n, css in classes.items() if "form-select" not in css.split()} == {}


def test_english_is_complete():
    wanted = set(find_messages(ROOT))
    english = next(path for path in catalogues(ROOT) if path.parts[-4:-1][0:2] == ("locale", "en"))
    entries = {(e.msgid, e.msgid_plural): e for e in polib.pofile(str(english))}
    missing = [m for m in wanted if m not in entries or not entries[m].translated()]
    assert not missing
    compiled = english.with_suffix(".mo")
    assert compiled.stat().st_mtime >= english.stat().st_mtime, "say `make test`: it compiles"


def test_both_commands_and_the_image_compile_the_translations(tmp_path):
    """A fresh clone holds no .mo: without this its pages know no English."""
    english = "apps/dashboard/locale/en/LC_MESSAGES/django.po"
    for name in ("Makefile", "requirements-dev.txt", english):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for command in ("demo", "test"):
        planned = subprocess.run(
            ["make", "--no-print-directory", "-n", command],  # it may run below a make
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        lines = planned.stdout.splitlines()
        assert ".venv/bin/python -m apps.core.catalogues" in lines[:-1]
        assert lines[-1].startswith(".venv/bin/python ")
    image = (ROOT / "Dockerfile").read_text()
    assert image.index("RUN python -m apps.core.catalogues") > image.index("COPY . .")


def test_a_catalogue_that_is_not_compiled_is_told_before_anything_starts(tmp_path, monkeypatch):
    folder = tmp_path / "apps" / "dashboard" / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / folder.relative_to(tmp_path) / "django.po", folder)
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    (problem,) = checks.check_translations()
    assert "apps/dashboard/locale/en" in problem.msg
    assert "python -m apps.core.catalogues" in str(problem.hint)
    compile_catalogues(tmp_path)
    assert checks.check_translations() == []
