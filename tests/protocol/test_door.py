"""Of two sockets of a station the one with the newer epoch stays, whoever comes first."""

from dataclasses import dataclass

import pytest

PLACE = ("alfa", 7)


@dataclass
class Socket:
    """What a door sees of a socket."""

    epoch: int
    closed: int = 0

    def order(self, command_id: int) -> None:
        raise AssertionError(command_id)

    def supersede(self, remote: str) -> None:
        self.closed += 1

    async def drain(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_newest_epoch_stays_and_the_other_is_closed(quiet_door, order):
    door = quiet_door
    sockets = {epoch: Socket(epoch) for epoch in order}
    for epoch in order:
        door.enter(PLACE, sockets[epoch], remote="")
    assert door.sockets == {PLACE: sockets[2]}
    assert (sockets[1].closed, sockets[2].closed) == (1, 0)
