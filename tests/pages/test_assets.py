import hashlib
import re
from pathlib import Path

import polib

from apps.core.catalogues import catalogues, find_messages

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


def test_english_is_complete():
    wanted = set(find_messages(ROOT))
    english = next(path for path in catalogues(ROOT) if path.parts[-4:-1][0:2] == ("locale", "en"))
    entries = {(e.msgid, e.msgid_plural): e for e in polib.pofile(str(english))}
    missing = [m for m in wanted if m not in entries or not entries[m].translated()]
    assert not missing
