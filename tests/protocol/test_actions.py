"""Each of the 39 actions of 1.6 is handled, or answered as the version says."""

import pytest
from asgiref.sync import async_to_sync

from apps.ocpp.v16.inbound import fallback
from apps.ocpp.v16.outbound.registry import BUILDERS
from apps.ocpp.v16.registry import ROUTES, SCHEMAS
from apps.ocpp.v16.unsupported import ANSWERS
from apps.stations.commands import list_kinds
from apps.stations.models import JournalRow, SecurityEvent

pytestmark = pytest.mark.protocol
FROM_STATION = {
    "Authorize",
    "BootNotification",
    "DataTransfer",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "SecurityEventNotification",
    "SignCertificate",
    "SignedFirmwareStatusNotification",
    "StartTransaction",
    "StatusNotification",
    "StopTransaction",
}
NEVER_AN_ERROR = {"StartTransaction", "StopTransaction", "MeterValues"}


def test_every_message_of_a_station_is_handled_or_named():
    assert len(SCHEMAS.actions) == 39
    assert set(ROUTES) | set(ANSWERS) == FROM_STATION
    assert not set(ROUTES) & set(ANSWERS)


def test_every_answer_we_have_ready_fits_its_schema():
    for action, answer in ANSWERS.items():
        assert SCHEMAS.is_result(action, answer)


def test_every_command_is_said_in_this_version():
    assert sorted(BUILDERS) == list_kinds()


def test_transaction_messages_have_a_normal_answer_for_every_case():
    assert {name for name, route in ROUTES.items() if route.fallback} == NEVER_AN_ERROR
    for name in NEVER_AN_ERROR:
        assert SCHEMAS.is_result(name, fallback(name) or {})


def test_other_actions_are_refused_in_the_version_s_words(station):
    async def scenario():
        await station.connect()
        for action in sorted(SCHEMAS.actions - FROM_STATION):
            answer = await station.call(action, {})
            assert (answer[0], answer[2]) == (4, "NotSupported"), action
        for action in ("NoSuchAction", "heartbeat", "__class__", "", "TransactionEvent"):
            answer = await station.call(action, {})
            assert (answer[0], answer[2], answer[4]) == (4, "NotImplemented", {}), action
        await station.disconnect()

    async_to_sync(scenario)()


@pytest.mark.parametrize("action", sorted(FROM_STATION))
def test_an_empty_payload_is_answered(station, action):
    async def scenario():
        await station.connect()
        answer = await station.call(action, {})
        await station.disconnect()
        return answer

    answer = async_to_sync(scenario)()
    if action in NEVER_AN_ERROR | {"Heartbeat"}:
        assert answer[0] == 3
        assert SCHEMAS.is_result(action, answer[2])
    else:
        assert answer[:3] == [4, "m1", "ProtocolError"]


def test_a_payload_that_is_no_object_is_an_error_but_never_for_money(station):
    async def scenario():
        await station.connect()
        assert (await station.call("BootNotification", "x"))[2] == "FormationViolation"
        assert (await station.call("Heartbeat", None))[0] == 3
        for action in sorted(NEVER_AN_ERROR):
            for payload in ("x", 7, ["x"], None):
                assert (await station.call(action, payload))[0] == 3
        await station.disconnect()

    async_to_sync(scenario)()


def test_messages_without_use_yet_are_answered_and_kept(station):
    async def scenario():
        await station.connect()
        assert await station.result("SignCertificate", {"csr": "x"}) == {"status": "Rejected"}
        data = await station.result("DataTransfer", {"vendorId": "acme", "data": "x"})
        assert data == {"status": "UnknownVendorId"}
        event = {"type": "TamperDetectionActivated", "timestamp": "2026-11-25T10:00:00Z"}
        assert await station.result("SecurityEventNotification", event) == {}
        await station.disconnect()

    async_to_sync(scenario)()
    assert SecurityEvent.objects.get().kind == "TamperDetectionActivated"
    assert "not supported yet" in JournalRow.objects.get(seq=1).remark
