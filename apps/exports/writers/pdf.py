"""PDF/A-3b by typst: shipped fonts, the moment of issue as its date, the same bytes each time."""

import json
from pathlib import Path

import typst
from django.conf import settings

from apps.exports.exporters import Export
from apps.exports.writers import Writer, register


def documents() -> Path:
    """Return where the templates of documents and their fonts lie."""
    return Path(settings.BASE_DIR) / "templates" / "documents"


def write(export: Export) -> bytes:
    """Set the page of an export."""
    folder = documents()
    page = {**export.page, "date": [*export.issued_at.timetuple()[:6]]}
    return typst.compile(
        str(folder / export.template),
        root=str(folder),
        font_paths=[str(folder / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="a-3b",
        timestamp=int(export.issued_at.timestamp()),
        sys_inputs={"page": json.dumps(page, ensure_ascii=False)},
    )


PDF = register(Writer(kind="pdf", content_type="application/pdf", write=write))
