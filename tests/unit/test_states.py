"""The life of a session."""

import pytest
from hypothesis import given, strategies as st

from apps.sessions.states import MOVES, Event, IllegalMoveError, State, move


@pytest.mark.parametrize(("state", "event"), MOVES)
def test_a_move_of_the_table_is_made(state, event):
    assert move(state, event) == MOVES[state, event]


@given(st.sampled_from(State), st.sampled_from(Event))
def test_what_is_not_in_the_table_is_refused(state, event):
    if (state, event) not in MOVES:
        with pytest.raises(IllegalMoveError):
            move(state, event)


def test_every_state_is_reached_and_every_event_used():
    reached, used = set(MOVES.values()), {event for _, event in MOVES}
    assert reached | {State.BEGIN} == set(State)
    assert used == set(Event)


def test_nothing_leads_back_to_the_beginning_or_opens_a_session_again():
    assert State.BEGIN not in MOVES.values()
    assert [s for (s, _), to in MOVES.items() if to is State.ACTIVE] == [State.BEGIN]


def test_only_what_is_closed_is_settled():
    assert [s for (s, event) in MOVES if event is Event.SETTLE] == [State.CLOSED]


def test_a_new_session_is_named_in_the_error():
    with pytest.raises(IllegalMoveError, match="new cannot settle"):
        move("", Event.SETTLE)
