"""Numbers and words of charge detail records."""

import datetime as dt

BODY_VERSION = 1
BATCH = 100  # rows of one sweep and tenant
FIRST_RETRY = dt.timedelta(seconds=10)
LATEST_RETRY = dt.timedelta(hours=1)
ATTENTION_AFTER = dt.timedelta(hours=24)  # undelivered for longer: a person should look
SETTLE_RETRY = dt.timedelta(minutes=10)
LOCK_TIMEOUT = "2s"  # at the receiver's tables: a locked inbox must not hold the issuer up
CREDIT_SUFFIX = "-C"

DIFFERS = "content_differs"
UNKNOWN_VERSION = "unknown_version"
