"""Documents: rendered once, kept, and downloaded as they are."""

import datetime as dt

from apps.core import binding
from apps.exports.exporters import get_exporter
from apps.exports.writers import get_writer, list_writers
from apps.reimbursement.operations import keep_document
from apps.reimbursement.queries import find_document, get_statement, list_without_document
from apps.tenants.bridge import run_in_tenant

BATCH = 50  # statements of one sweep


def get_document(
    *, number: str, kind: str, now: dt.datetime, employee_id: int | None = None
) -> bytes:
    """Return a statement's document; rendered and kept when this is the first time.

    With an employee only their own.

    :raises NotFound: there is no such statement, or it is somebody else's.
    :raises KeyError: there is no such kind.
    """
    writer = get_writer(kind)
    statement = get_statement(number=number, employee_id=employee_id)
    kept = find_document(statement=statement, kind=kind)
    if kept is not None:
        return kept
    body = writer.write(get_exporter("statement").build(number=number))
    return keep_document(statement_id=statement.pk, kind=kind, body=body, now=now)


def render_due(*, now: dt.datetime) -> int:
    """Render what statements lack; outside a transaction, bound to the tenant.

    Each document is a transaction of its own; returns how many were made.
    """
    schema, done = binding.require(), 0
    for kind in list_writers():
        for number in run_in_tenant(schema, list_without_document, kind=kind, limit=BATCH):
            run_in_tenant(schema, get_document, number=number, kind=kind, now=now)
            done += 1
    return done
