"""Numbers and words of reimbursement."""

import datetime as dt

RIGHT = "reimbursement"  # of a register claim, and the purpose of a grade policy
STATEMENT_SERIES = "VS"
DEFAULT_SCHEME = "nl_fixed"
ATTEMPTS = 5  # of one agreement: a deadlock over claims is retried
WAITING = dt.timedelta(seconds=5)  # a close that was asked for and lost its nudge
STALE = dt.timedelta(seconds=60)  # a close without a sign of life for longer is sent again
OBJECTION_DAYS = 30

REGULAR, LATE, CREDIT, ANNULLED = "regular", "late", "credit", "annulled"

# why a record is not on a statement, beside those of `calculation`
NO_AGREEMENT = "no_agreement"
ALREADY_SETTLED = "register_already_settled"
CREDIT_ALONE = "credit_without_original"
# a person decides on these; nobody can decide on the others away
REVIEWED = frozenset({"grade_A", "grade_B", "grade_C", "grade_D"})

READY, REVIEW, BLOCKED = "ready", "review", "blocked"
PAY, DECLINE = "pay", "decline"
