"""UpdateFirmware, and SignedUpdateFirmware where a signature came along."""

from apps.ocpp.v16.outbound.registry import NotSupportedByVersionError, retries, sends
from apps.ocpp.work import Payload


@sends("update-firmware")
def update_firmware(args: Payload) -> tuple[str, Payload]:
    """Have firmware fetched and installed.

    :raises NotSupportedByVersionError: a moment of installation without a signature.
    """
    if "signature" in args:
        return _signed(args)
    if "install_at" in args:
        raise NotSupportedByVersionError("only signed firmware has a moment of installation in 1.6")
    return "UpdateFirmware", {
        "location": args["url"],
        "retrieveDate": args["fetch_at"],
        **retries(args),
    }


def _signed(args: Payload) -> tuple[str, Payload]:
    firmware = {
        "location": args["url"],
        "retrieveDateTime": args["fetch_at"],
        "signingCertificate": args["certificate"],
        "signature": args["signature"],
    }
    if "install_at" in args:
        firmware["installDateTime"] = args["install_at"]
    said = {"requestId": args["request_id"], "firmware": firmware, **retries(args)}
    return "SignedUpdateFirmware", said
