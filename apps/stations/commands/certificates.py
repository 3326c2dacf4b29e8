"""Root certificates on a station."""

from apps.stations.commands.arguments import Choice, Group, Text
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

LIST_CERTS = register("list-certs", "Read which root certificates are installed.", _USE)
DELETE_CERT = register("delete-cert", "Remove a root certificate, as list-certs names it.", _HASHES)
