"""Our words for commands: each is read once, said in 1.6, and its answer understood."""

import json

import pytest
from hypothesis import given, strategies as st

from apps.api.bodies import BODIES
from apps.api.door import checked
from apps.core.refused import Refused
from apps.ocpp.v16.outbound import BUILDERS, build, read
from apps.ocpp.v16.outbound.registry import NotSupportedByVersionError
from apps.ocpp.v16.registry import SCHEMAS
from apps.stations.commands import kind_of, list_kinds
from tests.protocol.arguments import PEM, body_for

# Calls of a central system that no command of ours says yet.
TO_COME = {"CertificateSigned", "SendLocalList"}
FROM_US = {
    "CancelReservation",
    "ChangeAvailability",
    "ChangeConfiguration",
    "ClearCache",
    "ClearChargingProfile",
    "DataTransfer",
    "DeleteCertificate",
    "ExtendedTriggerMessage",
    "GetCompositeSchedule",
    "GetConfiguration",
    "GetDiagnostics",
    "GetInstalledCertificateIds",
    "GetLocalListVersion",
    "GetLog",
    "InstallCertificate",
    "RemoteStartTransaction",
    "RemoteStopTransaction",
    "ReserveNow",
    "Reset",
    "SetChargingProfile",
    "SignedUpdateFirmware",
    "TriggerMessage",
    "UnlockConnector",
    "UpdateFirmware",
}
HASHES = {
    "algorithm": "SHA256",
    "issuer_name_hash": "a1",
    "issuer_key_hash": "b2",
    "serial": "0c",
}
SAID = [
    (
        "install-cert",
        {"use": "manufacturer", "certificate": f"\n{PEM}\n"},
        "InstallCertificate",
        {"certificateType": "ManufacturerRootCertificate", "certificate": PEM},
    ),
    ("data-transfer", {"vendor": "nl.acme"}, "DataTransfer", {"vendorId": "nl.acme"}),
    (
        "data-transfer",
        {"vendor": "nl.acme", "message": "led", "data": '{"on": true}'},
        "DataTransfer",
        {"vendorId": "nl.acme", "messageId": "led", "data": '{"on": true}'},
    ),
    ("unlock", {"evse": 2}, "UnlockConnector", {"connectorId": 2}),
    (
        "set-availability",
        {"operative": False},
        "ChangeAvailability",
        {"connectorId": 0, "type": "Inoperative"},
    ),
    (
        "set-availability",
        {"evse": 2, "operative": True},
        "ChangeAvailability",
        {"connectorId": 2, "type": "Operative"},
    ),
    ("get-config", {}, "GetConfiguration", {}),
    ("get-config", {"keys": ["A", "b"]}, "GetConfiguration", {"key": ["A", "b"]}),
    (
        "set-config",
        {"key": "HeartbeatInterval", "value": ""},
        "ChangeConfiguration",
        {"key": "HeartbeatInterval", "value": ""},
    ),
    ("clear-cache", {}, "ClearCache", {}),
    ("local-list-version", {}, "GetLocalListVersion", {}),
    ("trigger", {"message": "Heartbeat"}, "TriggerMessage", {"requestedMessage": "Heartbeat"}),
    (
        "trigger",
        {"message": "StatusNotification", "evse": 1},
        "TriggerMessage",
        {"requestedMessage": "StatusNotification", "connectorId": 1},
    ),
    (
        "trigger",
        {"message": "LogStatusNotification"},
        "ExtendedTriggerMessage",
        {"requestedMessage": "LogStatusNotification"},
    ),
    (
        "reserve",
        {"evse": 1, "token": "04AA", "until": "2026-12-01T09:00:00+01:00", "reservation": 7},
        "ReserveNow",
        {
            "connectorId": 1,
            "expiryDate": "2026-12-01T08:00:00Z",
            "idTag": "04AA",
            "reservationId": 7,
        },
    ),
    ("cancel-reservation", {"reservation": 7}, "CancelReservation", {"reservationId": 7}),
    ("clear-profile", {}, "ClearChargingProfile", {}),
    (
        "clear-profile",
        {"id": 3, "evse": 1, "purpose": "tx", "level": 0},
        "ClearChargingProfile",
        {"id": 3, "connectorId": 1, "chargingProfilePurpose": "TxProfile", "stackLevel": 0},
    ),
    (
        "get-composite",
        {"duration_s": 3600, "unit": "A"},
        "GetCompositeSchedule",
        {"connectorId": 0, "duration": 3600, "chargingRateUnit": "A"},
    ),
    (
        "update-firmware",
        {"url": "ftp://files.test/fw", "fetch_at": "2026-12-01T08:00:00Z", "retries": 0},
        "UpdateFirmware",
        {"location": "ftp://files.test/fw", "retrieveDate": "2026-12-01T08:00:00Z", "retries": 0},
    ),
    (
        "fetch-log",
        {"log": "diagnostics", "url": "https://f.test/", "since": "2026-12-01T08:00:00Z"},
        "GetDiagnostics",
        {"location": "https://f.test/", "startTime": "2026-12-01T08:00:00Z"},
    ),
    (
        "fetch-log",
        {"log": "security-log", "url": "https://f.test/", "until": "2026-12-01T08:00:00Z"},
        "GetLog",
        {
            "log": {
                "remoteLocation": "https://f.test/",
                "latestTimestamp": "2026-12-01T08:00:00Z",
            },
            "logType": "SecurityLog",
            "requestId": 41,
        },
    ),
    (
        "list-certs",
        {"use": "central-system"},
        "GetInstalledCertificateIds",
        {"certificateType": "CentralSystemRootCertificate"},
    ),
    (
        "delete-cert",
        {"certificate": HASHES},
        "DeleteCertificate",
        {
            "certificateHashData": {
                "hashAlgorithm": "SHA256",
                "issuerNameHash": "a1",
                "issuerKeyHash": "b2",
                "serialNumber": "0c",
            }
        },
    ),
]


def said(kind, body):
    return build(kind, {**kind_of(kind).read(body), "request_id": 41})


@pytest.mark.parametrize(("kind", "body", "action", "payload"), SAID)
def test_a_command_is_said_in_the_words_of_the_version(kind, body, action, payload):
    assert said(kind, body) == (action, payload)


def test_signed_firmware_carries_its_request_and_its_moment():
    body = {
        "url": "https://f.test/fw",
        "fetch_at": "2026-12-01T08:00:00Z",
        "install_at": "2026-12-01T22:00:00Z",
        "certificate": "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----",
        "signature": "c2lnbg==",
    }
    action, payload = said("update-firmware", body)
    assert (action, payload["requestId"]) == ("SignedUpdateFirmware", 41)
    assert payload["firmware"]["installDateTime"] == "2026-12-01T22:00:00Z"
    unsigned = {name: body[name] for name in ("url", "fetch_at", "install_at")}
    with pytest.raises(NotSupportedByVersionError, match="signed firmware"):
        said("update-firmware", unsigned)


def test_a_limit_is_never_more_than_was_asked_for():
    profile = {
        "id": 1,
        "level": 0,
        "purpose": "tx",
        "kind": "relative",
        "transaction_id": 17,
        "valid_to": "2026-12-02T00:00:00Z",
        "schedule": {
            "unit": "A",
            "duration_s": 60,
            "start": "2026-12-01T00:00:00Z",
            "min_rate": 6,
            "periods": [{"start_s": 0, "limit": "15.99", "phases": 3}, {"start_s": 9, "limit": 0}],
        },
    }
    action, payload = said("set-profile", {"evse": 2, "profile": profile})
    found = payload["csChargingProfiles"]
    assert (action, payload["connectorId"], found["transactionId"]) == ("SetChargingProfile", 2, 17)
    assert found["chargingSchedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 15.9, "numberPhases": 3},
        {"startPeriod": 9, "limit": 0.0},
    ]
    assert found["chargingSchedule"]["minChargingRate"] == 6.0
    assert found["validTo"] == "2026-12-02T00:00:00Z"


def test_every_call_of_a_central_system_is_said_or_named_as_still_to_come():
    calls = {action for _, _, action, _ in SAID} | {
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "Reset",
        "SetChargingProfile",
        "SignedUpdateFirmware",
    }
    assert calls == FROM_US
    assert SCHEMAS.actions >= FROM_US | TO_COME
    assert len(FROM_US | TO_COME) == 26
    assert sorted(BUILDERS) == list_kinds()


@given(st.data())
@pytest.mark.parametrize("kind", list_kinds())
def test_whatever_a_kind_takes_is_described_read_alike_and_said(kind, data):
    """The same body goes through the API's description, the reader, JSON, and the version."""
    body = data.draw(body_for(kind_of(kind)))
    args = kind_of(kind).read(body)
    assert (
        kind_of(kind).read(checked(BODIES[kind], json.loads(json.dumps(body, default=str)))) == args
    )
    assert kind_of(kind).read(json.loads(json.dumps(args))) == args
    action, payload = build(kind, {**args, "request_id": 41})
    assert SCHEMAS.remark(action, payload) == ""


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("unlock", {}, "evse"),
        ("unlock", {"evse": 0}, "evse"),
        ("unlock", {"evse": 1, "plug": 1}, "plug"),
        ("set-availability", {"operative": "yes"}, "operative"),
        ("trigger", {"message": "Reboot"}, "message"),
        ("get-config", {"keys": []}, "keys"),
        ("get-config", {"keys": ["x" * 51]}, "keys"),
        ("set-config", {"key": "A", "value": "x" * 501}, "value"),
        ("set-config", {"key": "AuthorizationKey", "value": "geheim"}, "key"),
        ("reserve", {"evse": 1, "token": "A", "until": "morgen", "reservation": 1}, "until"),
        (
            "reserve",
            {"evse": 1, "token": "A", "until": "2026-12-01T08:00", "reservation": 1},
            "until",
        ),
        ("get-composite", {"duration_s": 0}, "duration_s"),
        ("fetch-log", {"log": "diagnostics", "url": "file:///etc/passwd"}, "url"),
        ("fetch-log", {"log": "diagnostics", "url": "https://"}, "url"),
        (
            "update-firmware",
            {"url": "https://f.test", "fetch_at": "2026-12-01T08:00:00Z", "signature": "x"},
            "signature",
        ),
        ("delete-cert", {"certificate": "x"}, "certificate"),
        ("install-cert", {"use": "manufacturer", "certificate": "x"}, "certificate"),
        ("install-cert", {"use": "manufacturer", "certificate": f"{PEM}\n{PEM}"}, "certificate"),
        ("install-cert", {"use": "everybody", "certificate": PEM}, "use"),
        ("data-transfer", {"vendor": ""}, "vendor"),
        ("data-transfer", {"vendor": "a", "message": "x" * 51}, "message"),
        ("data-transfer", {"vendor": "a", "data": "x" * 4001}, "data"),
        ("set-profile", {"profile": {"id": 1}}, "level"),
    ],
)
def test_a_wrong_argument_is_named(kind, body, field):
    with pytest.raises(Refused) as caught:
        kind_of(kind).read(body)
    assert caught.value.field == field


PROFILE = {
    "id": 1,
    "level": 0,
    "purpose": "tx-default",
    "kind": "absolute",
    "schedule": {"unit": "W", "periods": [{"start_s": 0, "limit": 11000}]},
}


@pytest.mark.parametrize(
    ("changes", "evse", "field"),
    [
        ({"purpose": "station-max"}, 1, "evse"),
        ({"purpose": "tx"}, None, "evse"),
        ({"kind": "recurring"}, 1, "profile"),
        ({"recurrency": "daily"}, 1, "profile"),
        ({"schedule": {"unit": "W", "periods": [{"start_s": 5, "limit": 1}]}}, 1, "profile"),
        ({"schedule": {"unit": "W", "periods": []}}, 1, "periods"),
        ({"schedule": {"unit": "W", "periods": [{"start_s": 0, "limit": "NaN"}]}}, 1, "limit"),
        ({"schedule": {"unit": "W", "periods": [{"start_s": 0, "limit": True}]}}, 1, "limit"),
    ],
)
def test_a_profile_whose_parts_do_not_go_together_is_refused(changes, evse, field):
    body = {"profile": {**PROFILE, **changes}, **({"evse": evse} if evse else {})}
    with pytest.raises(Refused) as caught:
        kind_of("set-profile").read(body)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("action", "answer", "state"),
    [
        ("UnlockConnector", {"status": "Unlocked"}, "accepted"),
        ("UnlockConnector", {"status": "UnlockFailed"}, "rejected"),
        ("UnlockConnector", {"status": "NotSupported"}, "not_supported"),
        ("ChangeConfiguration", {"status": "RebootRequired"}, "scheduled"),
        ("ChangeAvailability", {"status": "Scheduled"}, "scheduled"),
        ("GetLog", {"status": "AcceptedCanceled", "filename": "a"}, "accepted"),
        ("TriggerMessage", {"status": "NotImplemented"}, "not_supported"),
        ("ReserveNow", {"status": "Occupied"}, "rejected"),
        ("InstallCertificate", {"status": "Failed"}, "rejected"),
        ("DataTransfer", {"status": "Accepted", "data": "7"}, "accepted"),
        ("DataTransfer", {"status": "Rejected"}, "rejected"),
        ("DataTransfer", {"status": "UnknownVendorId"}, "not_supported"),
        ("DataTransfer", {"status": "UnknownMessageId"}, "not_supported"),
        ("ClearChargingProfile", {"status": "Unknown"}, "rejected"),
        ("GetConfiguration", {"configurationKey": []}, "accepted"),
        ("GetConfiguration", {"configurationKey": 1}, "error"),
        ("GetLocalListVersion", {"listVersion": -1}, "accepted"),
        ("GetLocalListVersion", {}, "error"),
        ("UpdateFirmware", {}, "accepted"),
        ("GetDiagnostics", {"fileName": "a.zip"}, "accepted"),
        ("Reset", {}, "error"),
    ],
)
def test_an_answer_becomes_a_state(action, answer, state):
    found = read(action, answer)
    assert (found.state, found.response) == (state, answer)


def test_a_key_that_a_station_tells_is_hidden():
    told = {"key": "AuthorizationKey", "readonly": False, "value": "geheim"}
    other = {"key": "HeartbeatInterval", "readonly": False, "value": "300"}
    found = read("GetConfiguration", {"configurationKey": [told, other]})
    assert found.response == {"configurationKey": [{**told, "value": "••••"}, other]}
