"""A command and how far it came: four steps, and *accepted* is never shown as done."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.dashboard import formats, words
from apps.stations.commands import kind_of
from apps.stations.models import Command

DONE, NOW, FAILED, TO_COME = "lb-done", "lb-now", "lb-x", ""
_OPEN = frozenset({"queued", "sent", "accepted", "scheduled"})

_LONGEST = 200  # of what is shown of a command's arguments


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four steps."""

    css: str
    word: str
    at: dt.datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CommandFact:
    """A command as a page shows it."""

    id: int
    title: str
    detail: str
    by: str
    at: dt.datetime
    steps: list[Step]
    is_open: bool
    says: str


def _detail(row: Command) -> str:
    args = row.args if isinstance(row.args, dict) else {}
    if row.kind == "start-charging":
        token = formats.card(str(args.get("token", "")))
        return _("connector %(evse)s, pas %(token)s") % {"evse": args.get("evse"), "token": token}
    if row.kind == "stop-charging":
        return _("transactie %(id)s") % {"id": args.get("transaction_id")}
    if row.kind == "reset":
        return _("hard") if args.get("type") == "hard" else _("zacht")
    if "token" in args:
        args = {**args, "token": formats.card(str(args["token"]))}
    plain = {name: value for name, value in args.items() if isinstance(value, str | int)}
    return ", ".join(f"{name} {value}" for name, value in plain.items())[:_LONGEST]


def _answer(row: Command) -> Step:
    """Return the third step: what the station said."""
    failures = {
        "rejected": _("Geweigerd"),
        "not_supported": _("Kan deze paal niet"),
        "error": _("Fout van de paal"),
        "timeout": _("Geen antwoord"),
    }
    if row.state in failures:
        return Step(FAILED, failures[row.state], row.answered_at or row.finished_at)
    if row.state in {"accepted", "scheduled", "confirmed", "unconfirmed"}:
        return Step(DONE, _("Geaccepteerd"), row.answered_at)
    if row.state == "sent":
        return Step(NOW, _("Antwoord"), None, _("wacht op de paal"))
    return Step(TO_COME, _("Antwoord"))


def _steps(row: Command) -> list[Step]:
    queued = Step(DONE, _("In wachtrij"), row.requested_at)
    if row.state == "queued":
        queued = Step(NOW, _("In wachtrij"), row.requested_at)
    sent = Step(DONE, _("Verzonden"), row.sent_at) if row.sent_at else Step(TO_COME, _("Verzonden"))
    if row.state == "offline":
        sent = Step(FAILED, _("Paal offline"), row.finished_at)
    if row.state == "expired":
        sent = Step(FAILED, _("Verlopen"), row.finished_at)
    unconfirmed = _("Pas geweigerd") if row.reason else _("Niet bevestigd")
    confirmed = {
        "confirmed": Step(DONE, _("Bevestigd"), row.finished_at),
        "unconfirmed": Step(FAILED, unconfirmed, row.finished_at),
        "accepted": Step(NOW, _("Bevestigd"), None, _("wacht op bewijs")),
        "scheduled": Step(NOW, _("Bevestigd"), None, _("ingepland")),
    }.get(row.state, Step(TO_COME, _("Bevestigd")))
    return [queued, sent, _answer(row), confirmed]


def _rejected(kind: str) -> str:
    """Return what to do after a station said no: that depends on what it was asked."""
    return {
        "start-charging": _(
            "De paal weigerde. Loopt er geen sessie, haal dan de stekker los, steek hem weer in en "
            "probeer het opnieuw."
        ),
        "stop-charging": _(
            "De paal weigerde. Kijk of de sessie nog loopt en stop haar dan bij de paal."
        ),
        "reset": _("De paal weigerde. Loopt er een sessie, stop die eerst en probeer het opnieuw."),
    }.get(kind, _("De paal weigerde; zie de OCPP-berichten."))


def _says(row: Command) -> str:
    """Return what the outcome means, and what to do when it failed."""
    if row.reason:
        return words.card_refused(row.reason)
    return {
        "rejected": _rejected(row.kind),
        "not_supported": _("Deze paal kent de opdracht niet."),
        "error": _("De paal antwoordde met een fout; zie de OCPP-berichten."),
        "timeout": _("De paal antwoordde niet op tijd. Misschien deed hij het wel; kijk eerst."),
        "offline": _("De paal was niet verbonden, er is niets verstuurd."),
        "expired": _("De opdracht is niet op tijd verstuurd en vervallen."),
        "confirmed": _("Bevestigd door wat de paal daarna deed.")
        if kind_of(row.kind).confirm_within_s
        else "",
        "unconfirmed": _("De paal zei ja, maar er volgde niets. Kijk bij de paal."),
    }.get(row.state, "")


def command_fact(row: Command) -> CommandFact:
    """Return a command as plain data."""
    return CommandFact(
        id=row.pk,
        title=words.command(row.kind),
        detail=_detail(row),
        by=row.requested_by or {"api": "API"}.get(row.channel, "Laadboek"),
        at=row.requested_at,
        steps=_steps(row),
        is_open=row.state in _OPEN,
        says=_says(row),
    )
