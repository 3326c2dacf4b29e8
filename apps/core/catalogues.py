"""Translations without gettext's programs: find the messages, keep the .po, compile the .mo."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

_FUNCTIONS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}
_CALL = re.compile(
    r"""\b(?P<fn>_|gettext|ngettext)\(\s*(?P<one>u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
    r"""(?:\s*,\s*(?P<many>u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")))?""",
    re.DOTALL,
)
Message = tuple[str, str]  # singular, plural or ""


def catalogues(root: Path) -> list[Path]:
    """Return every catalogue below a folder."""
    return sorted(root.glob("apps/*/locale/*/LC_MESSAGES/django.po"))


def uncompiled(root: Path) -> list[Path]:
    """Return the catalogues that Django cannot read yet."""
    return [path for path in catalogues(root) if not path.with_suffix(".mo").exists()]


def compile_catalogues(root: Path) -> None:
    """Write the .mo beside every .po."""
    for source in catalogues(root):
        polib.pofile(str(source)).save_as_mofile(str(source.with_suffix(".mo")))


def _in_python(text: str) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        words = [t for t in texts if isinstance(t, str)]
        if name in _FUNCTIONS and words:
            yield words[0], words[1] if name.startswith("ngettext") else ""


def _in_template(text: str) -> Iterator[Message]:
    for match in _CALL.finditer(templatize(text)):
        many = match["many"] if match["fn"] == "ngettext" else None
        yield ast.literal_eval(match["one"]), ast.literal_eval(many) if many else ""


def find_messages(root: Path) -> dict[Message, str]:
    """Return every message of the pages, with the file that says it first."""
    found: dict[Message, str] = {}
    for path in sorted((root / "apps" / "dashboard").rglob("*.py")):
        for message in _in_python(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(root)))
    for path in sorted((root / "templates").rglob("*.html")):
        for message in _in_template(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(root)))
    return found


def merge(root: Path, source: Path) -> list[str]:
    """Bring a catalogue up to the pages: add, remove, sort; returns what has no translation."""
    messages, catalogue = find_messages(root), polib.pofile(str(source), wrapwidth=98)
    kept = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    catalogue.clear()
    for one, many in sorted(messages):
        entry = kept.get((one, many)) or polib.POEntry(
            msgid=one, msgid_plural=many, msgstr_plural={0: "", 1: ""} if many else {}
        )
        entry.occurrences = []
        if "%(" in one:
            entry.flags = ["python-format"]
        catalogue.append(entry)
    source.write_text(f"{catalogue}\n", encoding="utf-8")
    return [entry.msgid for entry in catalogue.untranslated_entries()]


if __name__ == "__main__":
    compile_catalogues(Path(__file__).resolve().parents[2])
