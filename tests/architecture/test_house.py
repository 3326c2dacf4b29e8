"""Rules about the shape of the code that import-linter and ruff cannot see."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.architecture
CODE = [p for p in ROOT.glob("apps/**/*.py") if "migrations" not in p.parts]
TESTS = list(ROOT.glob("tests/**/*.py"))
WRITES = {
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "save",
    "get_or_create",
    "update_or_create",
}


def test_no_file_is_longer_than_four_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in CODE + TESTS
        if (lines := len(path.read_text().splitlines())) > 400
    }
    assert long == {}


def writes_of(path: Path) -> list[str]:
    """Find `….objects….create(…)` and the like; a manager or an instance of a model writes."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        text = ast.unparse(node.func)
        if node.func.attr in WRITES and (".objects" in text or node.func.attr == "save"):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {text}")
    return found


def is_writer(path: Path) -> bool:
    """Whether this module may write: `operations.py`, or a module of an `operations/` package."""
    return path.stem == "operations" or "operations" in path.parts or path.stem == "models"


def test_only_operations_write():
    wrong = [hit for path in CODE if not is_writer(path) for hit in writes_of(path)]
    assert wrong == []


def test_public_tables_and_tenant_tables_meet_in_the_audit_trail_only():
    both = set(settings.SHARED_APPS) & set(settings.TENANT_APPS)
    assert both == {"apps.audit"}


PUBLIC_MODELS = re.compile(r"from apps\.(accounts|tenants)\.models import (.+)")


def test_only_the_ground_floor_names_the_models_of_public():
    """`public` is readable by every bound tenant: other rooms go through queries and operations."""
    wrong = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in CODE
        if path.relative_to(ROOT).parts[1] not in {"accounts", "tenants"}
        for match in PUBLIC_MODELS.finditer(path.read_text())
    ]
    assert wrong == []


def test_every_model_has_a_table_in_one_place():
    tables = [model._meta.db_table for model in apps.get_models()]
    assert len(tables) == len(set(tables))


def test_no_name_of_this_machine_or_of_a_registry_is_in_the_code():
    banned = re.compile(r"/work/|/root/\.pyenv|pypi\.org/simple|registry\.npmjs")
    wrong = [
        str(path.relative_to(ROOT))
        for path in [*CODE, *TESTS, *ROOT.glob("*.toml"), ROOT / "Makefile", *ROOT.glob("*.md")]
        if path.name != "test_house.py" and banned.search(path.read_text())
    ]
    assert wrong == []


def test_every_room_of_the_code_is_on_the_map():
    text = (ROOT / "pyproject.toml").read_text()
    rooms = {path.parent.name for path in ROOT.glob("apps/*/__init__.py")}
    assert {room for room in rooms if f"({room})" not in text and room != "core"} == set()
