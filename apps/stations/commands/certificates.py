"""Root certificates on a station."""

import ssl

from apps.core.refused import Refused
from apps.stations.commands.arguments import Args, Choice, Group, Text
from apps.stations.commands.registry import register

_USE = Choice(name="use", values=("central-system", "manufacturer"))
_HASHES = Group(
    name="certificate",
    parts=(
        Choice(name="algorithm", values=("SHA256", "SHA384", "SHA512")),
        Text(name="issuer_name_hash", longest=128),
        Text(name="issuer_key_hash", longest=128),
        Text(name="serial", longest=40),
    ),
)


def _one_certificate(args: Args) -> None:
    """Refuse what no station could read, before it is sent to one."""
    if not _is_one_certificate(args["certificate"]):
        raise Refused(
            "certificate_unreadable",
            "certificate must be one certificate in PEM: from -----BEGIN CERTIFICATE----- "
            "to -----END CERTIFICATE-----.",
            field="certificate",
        )


def _is_one_certificate(pem: str) -> bool:
    try:
        ssl.PEM_cert_to_DER_cert(pem)
    except ValueError:
        return False
    return pem.count("BEGIN CERTIFICATE") == 1


INSTALL_CERT = register(
    "install-cert",
    "Add a root certificate that the station will trust.",
    _USE,
    Text(name="certificate", about="In PEM.", longest=5500, is_block=True),
    check=_one_certificate,
)
LIST_CERTS = register("list-certs", "Read which root certificates are installed.", _USE)
DELETE_CERT = register("delete-cert", "Remove a root certificate, as list-certs names it.", _HASHES)
