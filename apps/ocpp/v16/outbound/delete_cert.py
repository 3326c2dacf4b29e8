"""DeleteCertificate."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("delete-cert")
def delete_cert(args: Payload) -> tuple[str, Payload]:
    """Remove a root certificate."""
    named = args["certificate"]
    return "DeleteCertificate", {
        "certificateHashData": {
            "hashAlgorithm": named["algorithm"],
            "issuerNameHash": named["issuer_name_hash"],
            "issuerKeyHash": named["issuer_key_hash"],
            "serialNumber": named["serial"],
        }
    }
