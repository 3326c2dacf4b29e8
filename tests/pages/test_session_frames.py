"""A session's page shows that session's frames, and nobody else's."""

import datetime as dt
import re

import pytest

from tests.pages import people
from tests.pages.estate import CARD, NOW, make_frame, make_session, make_station, open_journal

START = NOW - dt.timedelta(hours=2)
OTHER = "04FFEEDDCCBBAA"


@pytest.fixture
def told(alfa):
    """Two connectors and three sessions on one station; the second of connector 1 is ours."""
    station = make_station("FRAMES-1")
    journal, made = open_journal(station), {}

    def tell(name, minutes, action, says):
        at = START + dt.timedelta(minutes=minutes)
        frame = [2, name, action, says]
        made[name] = make_frame(
            station, frame, at=at, connection=journal, action=action, message_id=name
        )

    def status(name, minutes, word, connector=1):
        tell(name, minutes, "StatusNotification", {"connectorId": connector, "status": word})

    status("old-finishing", -4, "Finishing")
    tell("old-stop", -3.5, "StopTransaction", {"transactionId": 40, "meterStop": 1})
    status("old-free", -3, "Available")
    tell("other-card", -2, "Authorize", {"idTag": OTHER})
    tell("card", -1.5, "Authorize", {"idTag": CARD.upper()})
    status("plug", -1, "Preparing")
    status("other-plug", -1, "Preparing", connector=2)
    begin = {"connectorId": 1, "idTag": CARD, "meterStart": 5, "timestamp": START.isoformat()}
    tell("begin", 0, "StartTransaction", begin)
    tell("begin-again", 0.5, "StartTransaction", begin)
    tell("other-begin", 1, "StartTransaction", {**begin, "connectorId": 2, "idTag": OTHER})
    status("charging", 2, "Charging")
    status("other-charging", 2, "Charging", connector=2)
    tell("values", 30, "MeterValues", {"connectorId": 1, "transactionId": 41, "meterValue": []})
    tell("loose", 31, "MeterValues", {"connectorId": 1, "meterValue": []})
    tell("other-values", 30, "MeterValues", {"connectorId": 2, "transactionId": 42})
    tell("end", 120, "StopTransaction", {"transactionId": 41, "meterStop": 9})
    status("finishing", 120.5, "Finishing")
    status("free", 121, "Available")
    tell("next-card", 122, "Authorize", {"idTag": CARD})
    status("next-plug", 122, "Preparing")
    session = make_session(
        station,
        transaction_id="41",
        start_received_at=START,
        begin_frame=made["begin"],
        end_frame=made["end"],
    )
    return session, made


def shown(session, made):
    text = people.make("installer").get(f"/sessions/{session.uid}/").content.decode()
    names = {f"message-{row.pk}": name for name, row in made.items()}
    return [names[found] for found in re.findall(r'id="(message-\d+)"', text)], text


def test_a_session_shows_its_own_frames_only(told):
    found, _ = shown(*told)
    assert found == [
        *("card", "plug", "begin", "begin-again", "charging", "values", "loose", "end"),
        *("finishing", "free"),
    ]


def test_a_long_session_shows_both_ends_and_says_so(told):
    session, made = told
    journal = made["end"].connection
    for n in range(70):
        values = {"connectorId": 1, "transactionId": 41, "meterValue": [n]}
        made[f"more-{n}"] = make_frame(
            session.station,
            [2, f"m{n}", "MeterValues", values],
            at=START + dt.timedelta(minutes=40 + n),
            connection=journal,
            action="MeterValues",
        )
    found, text = shown(session, made)
    assert (found[0], found[-1], len(found)) == ("card", "free", 60)
    assert "de eerste en de laatste berichten" in text
