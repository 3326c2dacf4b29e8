"""Charging profiles: how fast a station may charge, and when."""

from apps.core.refused import Refused
from apps.stations.commands.arguments import (
    Args,
    Choice,
    Group,
    Groups,
    Moment,
    Number,
    TransactionId,
    Whole,
)
from apps.stations.commands.registry import ANY_EVSE, register

PURPOSES = ("station-max", "tx-default", "tx")
_UNIT = ("A", "W")
_PERIODS = Groups(
    name="periods",
    parts=(
        Whole(name="start_s", about="Seconds from the schedule's begin.", least=0),
        Number(name="limit"),
        Whole(name="phases", most=3, default=None),
    ),
)
_SCHEDULE = Group(
    name="schedule",
    parts=(
        Choice(name="unit", values=_UNIT),
        _PERIODS,
        Moment(name="start", default=None),
        Whole(name="duration_s", default=None),
        Number(name="min_rate", default=None),
    ),
)
_PROFILE = Group(
    name="profile",
    parts=(
        Whole(name="id"),
        Whole(name="level", about="A higher one goes before a lower.", least=0),
        Choice(name="purpose", values=PURPOSES),
        Choice(name="kind", values=("absolute", "recurring", "relative")),
        Choice(name="recurrency", values=("daily", "weekly"), default=None),
        Moment(name="valid_from", default=None),
        Moment(name="valid_to", default=None),
        TransactionId(name="transaction_id", default=None),
        _SCHEDULE,
    ),
)


def _goes_together(args: Args) -> None:
    profile = args["profile"]
    if profile["purpose"] == "station-max" and "evse" in args:
        raise Refused("profile_wrong", "A maximum of the station has no EVSE.", field="evse")
    if profile["purpose"] == "tx" and "evse" not in args:
        raise Refused("profile_wrong", "A profile of a transaction needs its EVSE.", field="evse")
    if (profile["kind"] == "recurring") != ("recurrency" in profile):
        raise Refused(
            "profile_wrong", "Give recurrency with kind recurring, and only then.", field="profile"
        )
    if profile["schedule"]["periods"][0]["start_s"] != 0:
        raise Refused("profile_wrong", "The first period begins at 0 seconds.", field="profile")


SET_PROFILE = register(
    "set-profile",
    "Give the station, or an EVSE, a charging profile.",
    ANY_EVSE,
    _PROFILE,
    check=_goes_together,
)
CLEAR_PROFILE = register(
    "clear-profile",
    "Take profiles away: the one with this id, or all that fit the rest; nothing given: all.",
    Whole(name="id", default=None),
    ANY_EVSE,
    Choice(name="purpose", values=PURPOSES, default=None),
    Whole(name="level", least=0, default=None),
)
GET_COMPOSITE = register(
    "get-composite",
    "Read the schedule that follows from all profiles.",
    ANY_EVSE,
    Whole(name="duration_s", most=7 * 86_400),
    Choice(name="unit", values=_UNIT, default=None),
)
