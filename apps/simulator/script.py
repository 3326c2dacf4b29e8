"""What a simulated station says and when (pure): the same messages in history and live."""

import datetime as dt
import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from apps.simulator.behaviour import CLOCK_AHEAD, Span, Station, Visit, charging_seconds, visits

MEASURANDS = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import",
    "Voltage",
    "Temperature",
)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_S = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Message:
    """One CALL of a station, without its message id.

    `charge` names the charge whose transaction id belongs into the payload: only the sender knows
    it, because the backoffice issues it in its answer to StartTransaction.
    """

    at: dt.datetime
    action: str
    payload: dict[str, Any]
    charge: str = ""
    connector: int = 0

    @property
    def is_kept_offline(self) -> bool:
        """Whether the station must deliver it, however late."""
        return bool(self.charge)


def written(moment: dt.datetime) -> str:
    """Write a moment as OCPP 1.6 does."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def settings_of(station: Station) -> dict[str, str]:
    """Return the settings a station tells: what it does, in the keys of OCPP 1.6."""
    is_aligned = station.interval_s % 900 == 0
    return {
        "ClockAlignedDataInterval": str(station.interval_s) if is_aligned else "0",
        "HeartbeatInterval": str(station.heartbeat_s or 300),
        "LocalAuthorizeOffline": "true",
        "MeterValueSampleInterval": "0" if is_aligned else str(station.interval_s),
        "MeterValuesAlignedData": ",".join(MEASURANDS) if is_aligned else "",
        "MeterValuesSampledData": "" if is_aligned else ",".join(MEASURANDS),
        "NumberOfConnectors": str(station.connectors),
        "StopTransactionOnInvalidId": "true",
        "StopTxnAlignedData": "",
        "StopTxnSampledData": "",
        "SupportedFeatureProfiles": "Core,RemoteTrigger",
    }


class Charge:
    """One visit at one connector: its register at any moment, and everything it says."""

    def __init__(self, station: Station, *, connector: int, visit: Visit, register_wh: int) -> None:
        self.station, self.connector, self.visit = station, connector, visit
        self.register_start_wh = register_wh
        self.key = f"{station.identity}/{connector}/{(visit.at - EPOCH) // _S}"
        self.started_at = visit.at + 8 * _S
        self._full_s, rest_s = charging_seconds(visit.power_w, visit.energy_wh)
        self.full_at = self.started_at + (self._full_s + rest_s) * _S
        self.ends_at = self.full_at + visit.lingers
        self._skew = CLOCK_AHEAD if visit.fault == "clock_ahead" else dt.timedelta()

    def delivered_wh(self, at: dt.datetime) -> int:
        """Return the energy delivered until a moment."""
        seconds = max(0, (at - self.started_at) // _S)
        visit = self.visit
        if seconds < self._full_s:
            return min(visit.power_w * seconds // 3600, visit.energy_wh * 9 // 10)
        slow = visit.power_w * (seconds - self._full_s) // 7200
        return min(visit.energy_wh, visit.energy_wh * 9 // 10 + slow)

    def register_wh(self, at: dt.datetime) -> int:
        """Return the lifetime register at a moment."""
        delivered = self.delivered_wh(at)
        half = self.visit.energy_wh // 2
        if self.visit.fault == "register_resets" and delivered > half:
            return delivered - half  # the meter lost its memory halfway
        return self.register_start_wh + delivered

    def power_w(self, at: dt.datetime) -> int:
        """Return the power at a moment."""
        if at >= self.full_at:
            return 0
        full = at < self.started_at + self._full_s * _S
        return self.visit.power_w if full else self.visit.power_w // 2

    def messages(self) -> Iterator[Message]:
        """Yield everything from the arrival to the free connector, in order."""
        yield from self.arrive()
        yield from heapq.merge(
            self.readings(), [self.status(self.full_at, "SuspendedEV")], key=attrgetter("at")
        )
        yield from self.leave(self.ends_at, "EVDisconnected", self.visit.token)

    def arrive(self) -> list[Message]:
        """Plug in, show the card, begin."""
        start = {
            "connectorId": self.connector,
            "idTag": self.visit.token,
            "meterStart": self.register_start_wh,
            "timestamp": written(self.started_at + self._skew),
        }
        return [
            self.status(self.visit.at, "Preparing"),
            Message(self.started_at, "StartTransaction", start, self.key, self.connector),
            self.status(self.started_at + 4 * _S, "Charging"),
        ]

    def readings(self) -> Iterator[Message]:
        """Yield meter values at whole intervals of the clock until the end."""
        step = self.station.interval_s
        first = -(-((self.started_at - EPOCH) // _S + 5) // step) * step
        for seconds in itertools.count(first, step):
            at = EPOCH + seconds * _S
            if at >= self.ends_at:
                return
            yield self.reading(at)

    def reading(self, at: dt.datetime) -> Message:
        """Make the meter values of a moment: the five usual measurands."""
        context = "Sample.Clock" if self.station.interval_s % 900 == 0 else "Sample.Periodic"
        power, phases = self.power_w(at), self.station.phases
        volts = 2290 + (at - EPOCH) // _S // 60 % 25  # tenths of a volt
        amps = power * 1000 // (volts * phases)  # hundredths of an ampere per phase
        samples = [
            (str(self.register_wh(at)), "Wh"),
            (str(power), "W"),
            (f"{amps // 100}.{amps % 100:02}", "A"),
            (f"{volts // 10}.{volts % 10}", "V"),
            (str(24 + power // 1500), "Celsius"),
        ]
        sampled = [
            {"value": value, "context": context, "measurand": name, "unit": unit}
            for name, (value, unit) in zip(MEASURANDS, samples, strict=True)
        ]
        values = [{"timestamp": written(at + self._skew), "sampledValue": sampled}]
        payload = {"connectorId": self.connector, "meterValue": values}
        return Message(at, "MeterValues", payload, self.key, self.connector)

    def leave(self, at: dt.datetime, reason: str, token: str = "") -> list[Message]:
        """End at a moment, and free the connector."""
        stop: dict[str, Any] = {
            "meterStop": self.register_wh(at),
            "timestamp": written(at + self._skew),
            "reason": reason,
        }
        if token:
            stop["idTag"] = token
        stopped = [Message(at, "StopTransaction", stop, self.key, self.connector)]
        if self.visit.fault == "forgets_stop":
            stopped = []
        return [
            *stopped,
            self.status(at + 2 * _S, "Finishing"),
            self.status(at + 9 * _S, "Available"),
        ]

    def status(self, at: dt.datetime, word: str) -> Message:
        """Make a status notification of this connector."""
        return status(at, self.connector, word)


def status(at: dt.datetime, connector: int, word: str) -> Message:
    """Make a status notification."""
    payload = {
        "connectorId": connector,
        "errorCode": "NoError",
        "status": word,
        "timestamp": written(at),
    }
    return Message(at, "StatusNotification", payload, connector=connector)


def boot(station: Station, at: dt.datetime) -> Message:
    """Make the boot notification."""
    payload = {
        "chargePointVendor": station.vendor,
        "chargePointModel": station.model,
        "chargePointSerialNumber": station.serial,
        "firmwareVersion": station.firmware,
    }
    if station.meter_serial:
        payload["meterSerialNumber"] = station.meter_serial
    return Message(at, "BootNotification", payload)


def script(station: Station, span: Span, registers: dict[int, int]) -> Iterator[Message]:
    """Yield a boot and every whole visit in the span, in order.

    `registers` holds the lifetime register of each connector in Wh and is kept up to date.
    """
    begin = span.begin
    yield boot(station, begin)
    numbers = range(1, station.connectors + 1)
    yield from (status(begin + _S, number, "Available") for number in range(station.connectors + 1))
    ways = [_at_connector(station, number, span=span, registers=registers) for number in numbers]
    yield from heapq.merge(*ways, _heartbeats(station, span), key=attrgetter("at"))


def _at_connector(
    station: Station, number: int, *, span: Span, registers: dict[int, int]
) -> Iterator[Message]:
    for visit in visits(station, number, span):
        charge = Charge(
            station, connector=number, visit=visit, register_wh=registers.get(number, 0)
        )
        if charge.ends_at + 10 * _S < span.end:
            yield from charge.messages()
            registers[number] = charge.register_wh(charge.ends_at)


def _heartbeats(station: Station, span: Span) -> Iterator[Message]:
    at = span.begin + station.heartbeat_s * _S
    while station.heartbeat_s and at < span.end:
        yield Message(at, "Heartbeat", {})
        at += station.heartbeat_s * _S
