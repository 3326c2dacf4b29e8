"""The bytes of documents: rendered elsewhere, kept here once."""

import datetime as dt
import hashlib

from apps.reimbursement.models import StatementDocument


def keep_document(*, statement_id: int, kind: str, body: bytes, now: dt.datetime) -> bytes:
    """Keep a statement's document; returns the bytes that are kept, which may be an earlier one's.

    The first rendering stays: every download gives its bytes.
    """
    StatementDocument.objects.bulk_create(
        [
            StatementDocument(
                statement_id=statement_id,
                kind=kind,
                body=body,
                sha256=hashlib.sha256(body).hexdigest(),
                rendered_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return bytes(StatementDocument.objects.get(statement_id=statement_id, kind=kind).body)
