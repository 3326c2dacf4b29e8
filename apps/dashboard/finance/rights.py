"""Who may change money: finance and administrators; an auditor reads."""

from apps.core.refused import Forbidden
from apps.dashboard.access import PageRequest


def require_money(request: PageRequest) -> None:
    """Refuse who only reads.

    :raises Forbidden: the person's roles do not change money.
    """
    if not request.access.changes_money:
        raise Forbidden("changes_money")
