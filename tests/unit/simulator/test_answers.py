import pytest

from apps.simulator.answers import Known, answer

FREE = Known(connectors=2, settings={"HeartbeatInterval": "300", "NumberOfConnectors": "2"})
BUSY = Known(connectors=2, busy=frozenset({1}), transactions=frozenset({41}))


@pytest.mark.parametrize(
    ("action", "payload", "known", "status", "act"),
    [
        ("RemoteStartTransaction", {"idTag": "T"}, FREE, "Accepted", ("start", (1, "T"))),
        ("RemoteStartTransaction", {"idTag": "T"}, BUSY, "Accepted", ("start", (2, "T"))),
        (
            "RemoteStartTransaction",
            {"idTag": "T", "connectorId": 1},
            BUSY,
            "Rejected",
            ("", None),
        ),
        ("RemoteStopTransaction", {"transactionId": 41}, BUSY, "Accepted", ("stop", 41)),
        ("RemoteStopTransaction", {"transactionId": 40}, BUSY, "Rejected", ("", None)),
        ("Reset", {"type": "Soft"}, FREE, "Accepted", ("reset", "Soft")),
        (
            "ChangeAvailability",
            {"connectorId": 2, "type": "Inoperative"},
            BUSY,
            "Accepted",
            ("availability", (2, "Inoperative")),
        ),
        (
            "ChangeAvailability",
            {"connectorId": 0, "type": "Inoperative"},
            BUSY,
            "Scheduled",
            ("", None),
        ),
        (
            "ChangeAvailability",
            {"connectorId": 3, "type": "Operative"},
            BUSY,
            "Rejected",
            ("", None),
        ),
        ("UnlockConnector", {"connectorId": 1}, BUSY, "Unlocked", ("unlock", 1)),
        ("UnlockConnector", {"connectorId": 9}, BUSY, "NotSupported", ("", None)),
        (
            "ChangeConfiguration",
            {"key": "HeartbeatInterval", "value": "60"},
            FREE,
            "Accepted",
            ("setting", ("HeartbeatInterval", "60")),
        ),
        (
            "ChangeConfiguration",
            {"key": "NumberOfConnectors", "value": "9"},
            FREE,
            "Rejected",
            ("", None),
        ),
        ("ChangeConfiguration", {"key": "Nope", "value": "9"}, FREE, "NotSupported", ("", None)),
        (
            "TriggerMessage",
            {"requestedMessage": "Heartbeat"},
            FREE,
            "Accepted",
            ("trigger", ("Heartbeat", 0)),
        ),
        (
            "TriggerMessage",
            {"requestedMessage": "FirmwareStatusNotification"},
            FREE,
            "NotImplemented",
            ("", None),
        ),
        ("ClearCache", {}, FREE, "Accepted", ("", None)),
        ("DataTransfer", {"vendorId": "X"}, FREE, "UnknownVendorId", ("", None)),
    ],
)
def test_a_call_is_answered_as_a_station_would(action, payload, known, status, act):
    reply = answer(action, payload, known)
    assert (reply.payload["status"], reply.act, reply.error) == (status, act, "")


@pytest.mark.parametrize(
    ("action", "payload", "error"),
    [
        ("SetChargingProfile", {}, "NotSupported"),
        ("MakeCoffee", {}, "NotImplemented"),
        ("Reset", {}, "FormationViolation"),
        ("Reset", {"type": "Sideways"}, "PropertyConstraintViolation"),
        ("Reset", [], "FormationViolation"),
        ("RemoteStopTransaction", {"transactionId": []}, "FormationViolation"),
    ],
)
def test_what_a_station_cannot_do_is_an_error_of_the_right_kind(action, payload, error):
    assert answer(action, payload, BUSY).error == error


def test_configuration_tells_known_and_unknown_keys():
    reply = answer("GetConfiguration", {"key": ["HeartbeatInterval", "Colour"]}, FREE)
    assert reply.payload == {
        "configurationKey": [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}],
        "unknownKey": ["Colour"],
    }
