"""Reads a PDF with the standard library: objects, metadata, attachments, and the table as text.

It knows what our writer's files hold (no object streams, tagged content, Unicode maps), no more.
"""

import re
import zlib
from collections.abc import Iterator
from functools import cached_property

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*(.*?)(?=\nendobj)", re.DOTALL)
_STREAM = re.compile(rb"^(<<.*?>>)\s*stream\r?\n", re.DOTALL)
_MARKED = re.compile(rb"/MCID (\d+)[^>]*>>\s*BDC(.*?)EMC", re.DOTALL)
_FLAT = rb"\\.|[^\\()]"
_NESTED = rb"\((?:" + _FLAT + rb")*\)"  # parentheses that balance need no escape
_STRING = rb"\(((?:" + _FLAT + rb"|" + _NESTED + rb")*)\)"
_WORD = re.compile(rb"/(f\d+) [\d.]+ Tf|" + _STRING + rb"|<([0-9A-Fa-f]+)>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_PART = re.compile(rb"/Pg (\d+) 0 R/MCID (\d+)|/MCID (\d+)/Pg (\d+) 0 R|(\d+) 0 R|(\d+)")


class Pdf:
    """One file."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.objects = {int(m[1]): m[2] for m in _OBJECT.finditer(body)}

    def stream(self, number: int) -> bytes:
        """Return an object's stream, unpacked."""
        found = _STREAM.match(self.objects[number])
        assert found is not None, number
        raw = self.objects[number][found.end() :]
        return zlib.decompress(raw) if b"/FlateDecode" in found[1] else raw

    @cached_property
    def catalog(self) -> bytes:
        """The root of the document."""
        root = re.search(rb"trailer\s*<<.*?/Root (\d+) 0 R", self.body, re.DOTALL)
        assert root is not None
        return self.objects[int(root[1])]

    def metadata(self) -> str:
        """Return the XMP packet."""
        return self.stream(_reference(self.catalog, b"/Metadata")).decode()

    def output_intents(self) -> list[bytes]:
        """Return the output intents."""
        rows = self.objects[_reference(self.catalog, b"/OutputIntents")]
        return [self.objects[int(n)] for n in re.findall(rb"(\d+) 0 R", rows)]

    def attachments(self) -> dict[str, bytes]:
        """Return the embedded files by name."""
        files = [o for o in self.objects.values() if b"/Type/Filespec" in o]
        found = {}
        for row in files:
            name = re.search(rb"/UF\((.*?)\)", row)
            assert name is not None
            found[name[1].decode()] = self.stream(_reference(row, b"/EF<</F"))
        return found

    @cached_property
    def marked(self) -> dict[tuple[int, int], str]:
        """The text of each marked piece, by page object and number."""
        return {
            (page, int(piece[1])): _text(piece[2], fonts)
            for page, content, fonts in self._pages()
            for piece in _MARKED.finditer(content)
        }

    def printed(self) -> str:
        """Return the text of every page, footers too."""
        return "\n".join(_text(content, fonts) for _, content, fonts in self._pages())

    def _pages(self) -> Iterator[tuple[int, bytes, dict[str, dict[int, str]]]]:
        for page, row in self.objects.items():
            if b"/Type/Page/" in row:
                fonts = self._fonts(self.objects[_reference(row, b"/Resources")])
                yield page, self.stream(_reference(row, b"/Contents")), fonts

    def rows(self) -> list[list[str]]:
        """Return the cells of every table row, empty ones too."""
        return [
            [self._inside(int(n)) for n in re.findall(rb"(\d+) 0 R", row.split(b"/K[")[1])]
            for row in self.objects.values()
            if b"/Type/StructElem/S/TR" in row
        ]

    def _inside(self, number: int) -> str:
        row = self.objects[number]
        page = re.search(rb"/Pg (\d+) 0 R>>$", row)
        texts = []
        for part in _PART.finditer(row.split(b"/K[")[1].split(b"]")[0]):
            if part[5]:
                texts.append(self._inside(int(part[5])))
            else:
                place = part[1] or part[4] or (page[1] if page else b"0")
                texts.append(self.marked[int(place), int(part[2] or part[3] or part[6])])
        return "".join(texts)

    def _fonts(self, resources: bytes) -> dict[str, dict[int, str]]:
        names = re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        return {
            name.decode(): _unicode(
                self.stream(_reference(self.objects[int(number)], b"/ToUnicode"))
            )
            for name, number in names
        }


def _reference(row: bytes, name: bytes) -> int:
    found = re.search(re.escape(name) + rb"\s*(\d+) 0 R", row)
    assert found is not None, (name, row)
    return int(found[1])


def _unicode(table: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
    }


def _text(content: bytes, fonts: dict[str, dict[int, str]]) -> str:
    font, texts = {}, []
    for word in _WORD.finditer(content):
        if word[1]:
            font = fonts[word[1].decode()]
            continue
        raw = bytes.fromhex(word[3].decode()) if word[3] else _ESCAPE.sub(_escaped, word[2])
        glyphs = [int.from_bytes(raw[n : n + 2]) for n in range(0, len(raw), 2)]
        texts.append("".join(font.get(glyph, "") for glyph in glyphs))
    return "".join(texts)


def _escaped(found: re.Match[bytes]) -> bytes:
    if found[1].isdigit():
        return bytes([int(found[1], 8)])
    return _LETTERS.get(found[1], found[1])
