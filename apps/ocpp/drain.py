"""The orderly end of a process: every station finishes its message and hears that we restart."""

import asyncio
import random

from apps.ocpp import door as doors
from apps.ocpp.door import Socket

PATIENCE_S = 10.0
SPREAD_S = 2.0  # a fleet that is told at one moment returns at one moment


async def drain_door() -> None:
    """Close every station socket and store what is queued; returns when that is done."""
    if not doors.is_open():
        return
    door = doors.door()
    door.is_draining = True
    sockets = list(door.sockets.values())
    spread = min(SPREAD_S, len(sockets) * 0.01)
    if sockets:
        tasks = [asyncio.create_task(_drain_later(socket, spread)) for socket in sockets]
        await asyncio.wait(tasks, timeout=PATIENCE_S)
    await door.stop()


async def _drain_later(socket: Socket, spread: float) -> None:
    await asyncio.sleep(random.uniform(0, spread))  # noqa: S311 - jitter, no secret
    await socket.drain()
