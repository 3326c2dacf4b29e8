"""The PDF is an archive file, and the same bytes whoever renders it, wherever and whenever."""

import hashlib
import json
import re
import subprocess
import sys

import pytest

from apps.core import binding
from apps.exports.operations import get_document, render_due
from apps.reimbursement.models import StatementDocument
from apps.tenants.bridge import run_in_tenant
from tests.commands import Product, product
from tests.exports import months
from tests.exports.pdf import Pdf
from tests.parties.house import NOVEMBER
from tests.services import ROOT

KEPT = """SELECT d.body FROM beta.reimbursement_statementdocument d
JOIN beta.reimbursement_statement s ON s.id = d.statement_id WHERE s.number = %s AND d.kind = 'pdf'
"""
FONT = re.compile(rb"/BaseFont/[A-Z]{6}\+([\w-]+)")
LATER = NOVEMBER.replace(month=12)
ASCII = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
ELSEWHERE = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
    {**ASCII, "TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4294967295"},
)


@pytest.fixture(scope="module")
def shop():
    with product("exports") as made:
        run(made, "tell")
        yield made


def run(made: Product, what: str, **env: str) -> str:
    """Run `tests.exports.elsewhere` on a committed database, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.exports.elsewhere", what],
        cwd=ROOT,
        env={**made.env, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.fixture(scope="module")
def pdf(shop) -> Pdf:
    [(body,)] = shop.sql(KEPT, [months.NUMBER])
    return Pdf(body)


def test_it_says_that_it_is_pdf_a_3b(pdf):
    metadata = pdf.metadata()
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in metadata
    assert pdf.body.startswith(b"%PDF-1.7\n%\x80\x80\x80\x80")
    assert re.search(rb"trailer\s*<<[^>]*/ID\[", pdf.body)
    assert b"/Encrypt" not in pdf.body


def test_its_colours_stand_on_a_profile_that_it_carries(pdf):
    (intent,) = pdf.output_intents()
    assert b"/S/GTS_PDFA1" in intent
    number = re.search(rb"/DestOutputProfile (\d+) 0 R", intent)
    assert number is not None
    profile = pdf.stream(int(number[1]))
    assert profile[36:40] == b"acsp"  # the signature of an ICC profile
    assert int.from_bytes(profile[:4]) == len(profile)
    assert profile[16:20] == b"RGB "


def test_every_font_is_inside(pdf):
    rows = list(pdf.objects.values())
    shown = [row for row in rows if b"/Type/FontDescriptor" in row]
    assert shown and all(b"/FontFile" in row for row in shown)
    assert len([row for row in rows if b"/Type/Font/Subtype/CIDFont" in row]) == len(shown)


def test_what_weighs_most_is_printed_semi_bold(pdf):
    """Found by a person: the weight alone found no face, and the whole page was regular."""
    names = {name for body in pdf.objects.values() for name in FONT.findall(body)}
    assert names == {b"IBMPlexSans", b"IBMPlexSans-SmBld"}


def test_nothing_in_it_acts_or_fetches(pdf):
    whole = b"\n".join(pdf.objects.values())
    for name in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/SubmitForm", b"/OpenAction"):
        assert name not in whole, name


def test_it_carries_the_evidence_behind_every_line(pdf):
    evidence = json.loads(pdf.attachments()["bewijs.json"])
    assert evidence["statement"] == months.NUMBER
    assert [row["line"] for row in evidence["lines"]] == [1, 2, 3, 4, 5, 6]


def test_its_footer_is_the_fingerprint_of_the_file_it_carries(pdf):
    digest = hashlib.sha256(pdf.attachments()["bewijs.json"]).hexdigest()
    groups = " ".join(digest[n : n + 4] for n in range(0, 16, 4))
    assert f"{groups} … {digest[-4:]}" in pdf.printed()


@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_a_second_download_gives_the_kept_bytes(month, kind):
    first = months.document(kind)
    again = run_in_tenant("beta", get_document, number=months.NUMBER, kind=kind, now=LATER)
    assert first == again
    kept = run_in_tenant(
        "beta",
        lambda: list(StatementDocument.objects.filter(kind=kind).values_list("sha256", flat=True)),
    )
    assert kept == [hashlib.sha256(first).hexdigest()]


def test_a_second_download_does_not_render(month, monkeypatch):
    months.document("pdf")
    monkeypatch.setattr("apps.exports.operations.get_exporter", None)
    assert months.document("pdf").startswith(b"%PDF")


def test_the_sweep_renders_what_lacks_and_then_nothing(month):
    months.document("csv")
    with binding.bound("beta"):
        assert render_due(now=LATER) == 2 * len(months.numbers()) - 1
        assert render_due(now=LATER) == 0


@pytest.mark.slow
def test_another_process_elsewhere_renders_the_same_bytes(shop):
    here, *others = (json.loads(run(shop, "render", **env)) for env in ({}, *ELSEWHERE))
    assert set(here) == {"csv", "pdf"}
    assert len({digest for digests in here.values() for digest in digests.values()}) == 4
    assert others == [here, here]
