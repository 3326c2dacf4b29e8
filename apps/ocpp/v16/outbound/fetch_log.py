"""GetDiagnostics, and GetLog of the security extension."""

from apps.ocpp.v16.outbound.registry import retries, sends
from apps.ocpp.work import Payload

_LOGS = {"diagnostics-log": "DiagnosticsLog", "security-log": "SecurityLog"}


@sends("fetch-log")
def fetch_log(args: Payload) -> tuple[str, Payload]:
    """Have a log sent to an address."""
    if args["log"] == "diagnostics":
        said = {"location": args["url"], **_between(args, "startTime", "stopTime")}
        return "GetDiagnostics", {**said, **retries(args)}
    log = {
        "remoteLocation": args["url"],
        **_between(args, "oldestTimestamp", "latestTimestamp"),
    }
    said = {"log": log, "logType": _LOGS[args["log"]], "requestId": args["request_id"]}
    return "GetLog", {**said, **retries(args)}


def _between(args: Payload, since: str, until: str) -> Payload:
    names = (("since", since), ("until", until))
    return {theirs: args[ours] for ours, theirs in names if ours in args}
