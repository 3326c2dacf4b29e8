"""Transaction ids that we issue."""

import secrets

from apps.sessions.models import Session

MAX_TRANSACTION_ID = 2**31 - 1


def new_transaction_id(station_id: int) -> str:
    """Return an id that nobody can guess and that this station never had."""
    while True:
        number = str(secrets.randbelow(MAX_TRANSACTION_ID) + 1)
        used = Session.objects.filter(station_id=station_id, transaction_id=number)
        if not used.exists():
            return number
