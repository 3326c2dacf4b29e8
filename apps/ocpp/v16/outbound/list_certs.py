"""GetInstalledCertificateIds."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload

USES = {
    "central-system": "CentralSystemRootCertificate",
    "manufacturer": "ManufacturerRootCertificate",
}


@sends("list-certs")
def list_certs(args: Payload) -> tuple[str, Payload]:
    """Ask which root certificates are installed."""
    return "GetInstalledCertificateIds", {"certificateType": USES[args["use"]]}
