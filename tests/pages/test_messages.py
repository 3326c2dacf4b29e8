import datetime as dt
import re

import pytest

from tests.pages import people
from tests.pages.estate import NOW, make_frame, make_station, open_journal


@pytest.fixture
def anna(alfa):
    return people.make("installer")


def heads(person, path):
    """Return what each frame of a page is called, newest first."""
    answer = person.get(path)
    assert answer.status_code == 200, path
    found = re.findall(r"<b>(.*?)</b>", answer.content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", head).split()) for head in found]


def test_an_answer_is_named_and_one_to_nothing_says_so(anna):
    station = make_station("LOG-1")
    journal = open_journal(station)
    for n, (frame, fields) in enumerate(
        [
            ([2, "c1", "Reset", {"type": "Soft"}], {"direction": "out", "action": "Reset"}),
            ([3, "c1", {"status": "Accepted"}], {"action": "Reset"}),
            ([4, "c2", "GenericError", "", {}], {"action": "", "message_id": "c2"}),
        ]
    ):
        at = NOW + dt.timedelta(seconds=n)
        make_frame(station, frame, at=at, connection=journal, **{"message_id": "c1", **fields})
    assert heads(anna, "/stations/LOG-1/log/") == ["Zonder vraag fout", "Reset antwoord", "Reset"]
    assert "Reset antwoord" in heads(anna, "/stations/LOG-1/")


def test_an_unreadable_frame_says_that_it_is(anna):
    station = make_station("LOG-2")
    make_frame(station, b"GET / HTTP/1.1", action="", remark="no OCPP frame")
    assert heads(anna, "/stations/LOG-2/log/") == ["Onleesbaar bericht"]
    assert "dit is geen OCPP-bericht" in anna.get("/stations/LOG-2/log/").content.decode()
