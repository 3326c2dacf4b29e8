"""What a person changes leaves a line in the audit trail; the few writers that do not are named."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.test_house import CODE, ROOT, WRITES, is_writer

pytestmark = pytest.mark.architecture
ACTION = re.compile(r"[a-z]+\.[a-z_]+\.[a-z_]+")
WRITERS = [path for path in CODE if is_writer(path) and path.stem != "models"]
# A module, or one function of it, and why its writes need no line.
SILENT = {
    "apps/accounts/operations.py:set_language": "a person's own taste",
    "apps/api/operations.py:touch_token": "a moment of use, not a change",
    "apps/api/operations.py:act_once": "keeps an answer; what it does writes its own line",
    "apps/cdrs/operations/receiving.py": "an append-only record that arrived says who issued it",
    "apps/cdrs/operations/sweeping.py": "delivery of records; each record has its line at issue",
    "apps/evidence/operations.py": "grades are append-only and follow from frames",
    "apps/reimbursement/operations/documents.py": "documents are append-only",
    "apps/sessions/operations": "follows from frames, and the journal keeps those",
    "apps/stations/operations/commands.py:take_command": "the row of a command is its own trail",
    "apps/stations/operations/commands.py:confirm_commands": "the row is its own trail",
    "apps/stations/operations/commands.py:record_progress": "the row is its own trail",
    "apps/stations/operations/commands.py:sweep_commands": "the row is its own trail",
    "apps/stations/operations/configuration.py": "what stations answer; the journal keeps it",
    "apps/stations/operations/estate.py:ensure_connector": "what stations report",
    "apps/stations/operations/estate.py:record_security_event": "an append-only row of its own",
    "apps/stations/operations/presence.py": "connections are append-only rows of their own",
    "apps/stations/operations/retention.py:drop_frames": "one batch; record_drop writes the run's",
    "apps/tenants/operations.py:register_station": "part of creating a station, which writes it",
    "apps/tenants/operations.py:unregister_station": "part of undoing an import, which writes it",
    "apps/tenants/operations.py:claim_stretch": "part of a close, which writes it",
    "apps/tenants/operations.py:release_stretch": "part of a credit, which writes it",
}


def called(function: ast.AST) -> set[str]:
    """Return the names that a function uses, and the methods and module functions it calls."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return names | {func.attr for func in calls if isinstance(func, ast.Attribute)}


def is_write(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    return node.func.attr in WRITES and (
        ".objects" in ast.unparse(node.func) or node.func.attr == "save"
    )


def unrecorded(path: Path) -> list[str]:
    """Return the public functions of a module that write, and record nothing on the way."""
    tree = ast.parse(path.read_text())
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found = []
    for name in functions:
        reached, todo = set(), [name]
        while todo:
            one = todo.pop()
            if one in functions and one not in reached:
                todo += called(functions[one])
            reached.add(one)
        bodies = [functions[one] for one in reached if one in functions]
        does_write = any(is_write(node) for body in bodies for node in ast.walk(body))
        if not name.startswith("_") and does_write and "record" not in reached:
            found.append(name)
    return found


def reason_of(path: str, name: str) -> str:
    """Return the key of SILENT that excuses a function, or nothing."""
    wanted = f"{path}:{name}"
    return next(
        (key for key in SILENT if wanted == key or wanted.startswith((f"{key}:", f"{key}/"))), ""
    )


def test_who_changes_something_leaves_a_line():
    used, silent = set(), []
    for path in WRITERS:
        short = str(path.relative_to(ROOT))
        for name in unrecorded(path):
            reason = reason_of(short, name)
            used.add(reason)
            silent += [] if reason else [f"{short}:{name}"]
    assert silent == []
    assert used - {""} == set(SILENT), "an excuse that nobody needs"


def test_the_paper_about_the_trail_lists_every_action():
    said = {
        node.value
        for path in WRITERS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ACTION.fullmatch(node.value)
    }
    paper = (ROOT / "docs/audit-trail.md").read_text()
    assert set(re.findall(rf"^\| `({ACTION.pattern})` \|", paper, re.MULTILINE)) == said
