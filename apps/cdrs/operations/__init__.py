"""Issue, deliver and receive charge detail records.

`settle_due` and `deliver_due` run outside a transaction, bound to the issuer: each session and
each step of a delivery is a transaction of its own. Everything else runs in the caller's.
"""

from apps.cdrs.operations.issuing import correct_session, settle_session
from apps.cdrs.operations.receiving import receive_cdr
from apps.cdrs.operations.sweeping import deliver_due, settle_due

__all__ = ["correct_session", "deliver_due", "receive_cdr", "settle_due", "settle_session"]
