"""Messages of a 1.6 station that we do not act on yet, with the answer the version has for them."""

from apps.ocpp.work import Payload

ANSWERS: dict[str, Payload] = {
    "SignCertificate": {"status": "Rejected"},  # there is no certificate authority yet
}
