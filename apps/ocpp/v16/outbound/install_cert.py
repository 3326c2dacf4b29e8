"""InstallCertificate."""

from apps.ocpp.v16.outbound.list_certs import USES
from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("install-cert")
def install_cert(args: Payload) -> tuple[str, Payload]:
    """Add a root certificate."""
    return "InstallCertificate", {
        "certificateType": USES[args["use"]],
        "certificate": args["certificate"],
    }
