"""Words of the REST door."""

READ = "read"
OPERATE = "operate"
FINANCE = "finance"
SCOPES = (READ, OPERATE, FINANCE)

TOKEN_PREFIX = "laadboek"  # noqa: S105 - what every token starts with: found by secret scanners
IDEMPOTENCY_DAYS = 7
MAX_BODY_BYTES = 65_536
MAX_PAGE = 200
DEFAULT_PAGE = 100
MAX_WAIT_SECONDS = 30
MAX_ID = 2**63 - 1  # bigint
