"""What beat and a worker do by themselves, as processes; a nudge that was lost is made good.

By default as far as the payer's inbox; the whole road, to the kept documents, on request.
"""

import pytest

from tests.chaos.test_closing import STATEMENTS, assert_each_has_one, is_closed
from tests.chaos.workers import Shop, shop

pytestmark = pytest.mark.slow
INBOX = "beta.cdrs_receivedcdr"
OUTBOX = "alfa.cdrs_issuedcdr"
SENT = "alfa.cdrs_delivery"
DOCUMENTS = "beta.reimbursement_statementdocument"
EMPLOYEES = 5


def begin(made: Shop) -> None:
    """Charge; then start beat and a worker, and wait for the records at the payer."""
    made.tell("-m", "tests.chaos.payroll", str(EMPLOYEES), "waiting")
    assert made.count(OUTBOX) == made.count(INBOX) == 0
    made.beat()
    made.work()
    made.wait(lambda: made.count(INBOX) == EMPLOYEES)


def test_a_record_reaches_the_paying_tenant_through_a_real_worker_and_beat():
    with shop("delivery") as made:
        begin(made)
        made.wait(lambda: made.count(SENT, "delivered_at IS NOT NULL") == EMPLOYEES)
        issued, received = (
            made.sql(f"SELECT cdr_id, digest FROM {table} ORDER BY cdr_id")
            for table in (OUTBOX, INBOX)
        )
        assert [(number, bytes(digest)) for number, digest in issued] == [
            (number, bytes(digest)) for number, digest in received
        ]
        assert made.count("gamma.cdrs_receivedcdr") == 0


@pytest.mark.chaos
def test_a_close_whose_nudge_was_lost_ends_in_kept_documents():
    with shop("road") as made:
        begin(made)
        made.wait(lambda: is_closed(made))
        made.wait(lambda: made.count(DOCUMENTS) == 2 * made.count(STATEMENTS))
        assert_each_has_one(made, EMPLOYEES)
