"""Why a station was offline: each connection with its end, and what they add up to."""

import datetime as dt

from apps.core.clock import replaying
from apps.dashboard import words
from apps.stations.models import ConnectionEnd
from tests.pages import people
from tests.pages.estate import NOW, make_station, open_journal

PATH = "/stations/PAAL-1/connections/"
HOUR = dt.timedelta(hours=1)


def connected(station, begin, end=None, cause="", code=None):
    """Keep a connection of some hours before now, and its end."""
    row = open_journal(station, at=NOW - begin * HOUR)
    if cause:
        ConnectionEnd.objects.create(
            connection=row, ended_at=NOW - end * HOUR, cause=cause, code=code
        )


def text_of(person):
    with replaying(NOW):
        return " ".join(person.get(PATH).content.decode().split())


def test_a_station_that_never_connected_says_so(alfa):
    make_station("PAAL-1")
    text = text_of(people.make("installer"))
    assert "Nog nooit verbonden" in text
    assert "connections-title" not in text


def test_the_share_the_causes_and_each_connection_are_told(alfa):
    station = make_station("PAAL-1")
    connected(station, 100, 90, "line")
    connected(station, 80, 60, "line")
    connected(station, 60, 40, "restart", 1012)
    connected(station, 40)
    text = text_of(people.make("installer"))
    assert "90,0&nbsp;%" in text  # ten hours of a hundred
    assert "<b>2\u00d7</b> lijn viel weg" in text
    assert "antenne" in text
    assert "<b>1\u00d7</b> wij herstartten" in text
    assert "verbonden" in text
    assert text.index("verbonden") < text.index("1012") < text.rindex("lijn viel weg")


def test_an_hour_lost_is_never_rounded_away(alfa):
    station = make_station("PAAL-1")
    connected(station, 700, 0.01, "line")
    connected(station, 0)
    assert "99,9&nbsp;%" in text_of(people.make("installer"))


def test_only_thirty_days_count_and_one_that_reaches_in_counts_from_there(alfa):
    station = make_station("PAAL-1", is_online=False, disconnected_at=NOW - 360 * HOUR)
    connected(station, 2000, 1900, "flood")
    connected(station, 1000, 360, "line")
    text = text_of(people.make("installer"))
    assert "50,0&nbsp;%" in text
    assert "te veel berichten" not in text


def test_a_connection_whose_end_nobody_saw_lasts_until_the_next(alfa):
    station = make_station("PAAL-1", is_online=False, last_seen_at=NOW - 10 * HOUR)
    connected(station, 20)
    connected(station, 15)
    text = text_of(people.make("installer"))
    assert "<b>1\u00d7</b> onze server viel uit" in text
    assert "<b>1\u00d7</b> niet gezien" in text
    assert "50,0&nbsp;%" in text


def test_every_cause_has_its_words():
    causes = [*ConnectionEnd.Cause.values, ""]
    assert all(words.connection_end(cause) for cause in causes)
    assert len({str(words.connection_end(cause)) for cause in causes}) == len(causes)
