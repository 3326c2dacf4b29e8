"""SetChargingProfile."""

from decimal import Decimal

from apps.ocpp.v16.outbound.registry import sends, transaction_number
from apps.ocpp.work import Payload

PURPOSES = {
    "station-max": "ChargePointMaxProfile",
    "tx-default": "TxDefaultProfile",
    "tx": "TxProfile",
}
_TENTH = Decimal("0.1")


@sends("set-profile")
def set_profile(args: Payload) -> tuple[str, Payload]:
    """Give a profile; limits have one decimal in 1.6 and are rounded down."""
    said = args["profile"]
    profile: Payload = {
        "chargingProfileId": said["id"],
        "stackLevel": said["level"],
        "chargingProfilePurpose": PURPOSES[said["purpose"]],
        "chargingProfileKind": said["kind"].capitalize(),
        "chargingSchedule": _schedule(said["schedule"]),
    }
    if "recurrency" in said:
        profile["recurrencyKind"] = said["recurrency"].capitalize()
    if "transaction_id" in said:
        profile["transactionId"] = transaction_number(said["transaction_id"])
    for ours, theirs in (("valid_from", "validFrom"), ("valid_to", "validTo")):
        if ours in said:
            profile[theirs] = said[ours]
    return "SetChargingProfile", {
        "connectorId": args.get("evse", 0),
        "csChargingProfiles": profile,
    }


def _schedule(said: Payload) -> Payload:
    schedule: Payload = {
        "chargingRateUnit": said["unit"],
        "chargingSchedulePeriod": [_period(period) for period in said["periods"]],
    }
    if "duration_s" in said:
        schedule["duration"] = said["duration_s"]
    if "start" in said:
        schedule["startSchedule"] = said["start"]
    if "min_rate" in said:
        schedule["minChargingRate"] = _limit(said["min_rate"])
    return schedule


def _period(said: Payload) -> Payload:
    period: Payload = {"startPeriod": said["start_s"], "limit": _limit(said["limit"])}
    if "phases" in said:
        period["numberPhases"] = said["phases"]
    return period


def _limit(text: str) -> float:
    """Return a limit with one decimal, never more than was asked for."""
    number = Decimal(text)
    return float(number - number % _TENTH)
