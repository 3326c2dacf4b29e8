"""A refusal that a person can act on."""


class Refused(Exception):  # noqa: N818 - the house's own word
    """An operation said no.

    `reason` is a stable code for doors and tests; `field` names the input that was wrong; the
    message says what happened and what to do. Doors map a refusal to their own language.
    """

    def __init__(self, reason: str, message: str = "", *, field: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason
        self.field = field


class NotFound(Refused):
    """What was asked for does not exist, or is not this tenant's: the same answer for both."""


class Forbidden(Refused):
    """The person lacks the right; the message names it and who can grant it."""
