"""`docs/promises.md`: every promise names tests that exist."""

import ast
import re
from functools import cache

import pytest

from tests.services import ROOT

pytestmark = pytest.mark.architecture
PAPER = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
NUMBERS = {
    "Faults and attacks": {*range(1, 22), *range(23, 27), *range(28, 31), *range(36, 39)},
    "Transactions that lose money when wrong": set(range(1, 9)),
    "Rules from the field": {*range(1, 7), *range(8, 13)},
}


def rows_of(section: str) -> list[list[str]]:
    """Return the cells of the rows of the section's table."""
    text = PAPER.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_test_that_is_named_exists():
    named = TEST.findall(PAPER)
    assert len(named) > 100
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


@pytest.mark.parametrize("section", re.findall(r"(?m)^## (.+)$", PAPER))
def test_no_promise_is_without_a_test(section):
    rows = rows_of(section)
    assert [cells[0] for cells in rows if not TEST.search(cells[-1])] == []
    numbers = {int(cells[0]) for cells in rows if cells[0].isdigit()}
    assert NUMBERS.get(section, set()) <= numbers
