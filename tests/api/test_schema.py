from pathlib import Path

import yaml
from django.contrib.staticfiles import finders
from django.urls import reverse

from apps.api.views.docs import openapi

ROOT = Path(__file__).resolve().parents[2]
HOST = {"Host": "alfa.localhost"}


def test_the_description_that_is_checked_in_is_the_one_that_is_served(client, alfa):
    kept = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
    served = client.get("/api/schema/", headers=HOST).json()
    assert served == kept, "run: manage.py spectacular --validate --file docs/openapi.yaml"
    assert kept["openapi"].startswith("3.1")


def test_every_operation_names_its_refusals_and_its_token():
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            assert operation["security"] == [{"token": []}], (path, method)
            assert {"401", "403", "404", "422", "429"} <= set(operation["responses"]), path
            assert operation["summary"], path
            assert ":raises" not in operation["description"], path
            has_body = method == "post" and not path.endswith("block")
            assert ("requestBody" in operation) == has_body, (path, "what does one send?")


def test_the_docs_page_needs_nothing_from_elsewhere(client, alfa):
    page = client.get("/api/docs/", headers=HOST)
    text = page.content.decode()
    assert page.status_code == 200
    assert "http://" not in text
    assert "https://" not in text
    assert "<style" not in text
    assert "<script>" not in text
    assert f'data-schema="{reverse("api:schema", urlconf="config.urls_tenant")}"' in text


def test_the_files_of_the_docs_page_are_our_own():
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        path = finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{name}")
        assert path is not None
    assert finders.find("js/api_docs.js") is not None
