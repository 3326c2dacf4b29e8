"""MeterValues: readings, always taken."""

import datetime as dt

from apps.core.clock import microseconds
from apps.metering.operations import ReadingsRow
from apps.ocpp.lenient import whole
from apps.ocpp.v16.inbound.stop_transaction import nothing, transaction_of
from apps.ocpp.v16.registry import handles
from apps.ocpp.v16.sampled_values import live_values, read_meter_values
from apps.ocpp.work import Inbound, Telling
from apps.stations.operations.collected import LiveRow
from apps.stations.operations.estate import MOST_CONNECTORS
from apps.tenants.collector import Part

LIVE_EVERY = dt.timedelta(seconds=1)


@handles("MeterValues", fallback=nothing)
def meter_values(call: Inbound) -> Telling:
    """Keep every value; the newest power, current and register go to the live pages too."""
    number = whole(call.payload.get("connectorId"))
    if number is None or not 0 <= number <= MOST_CONNECTORS:
        call.remarks.append("connectorId cannot be used")
        number = 0
    samples = read_meter_values(
        call.payload.get("meterValue"),
        evse_number=number,
        transaction_id=transaction_of(call.payload),
        received_at=call.received_at,
    )
    if not samples:
        return Telling({})
    row = ReadingsRow(call.station.station_id, call.received_us, samples)
    parts: list[Part] = [("metering.readings", row)]
    connector = call.station.connectors.get(number)
    sent_at = call.station.live_sent_at.get(number)
    if connector is None or (sent_at and call.received_at < sent_at + LIVE_EVERY):
        return Telling({}, parts)
    call.station.live_sent_at[number] = call.received_at
    newest, power, current, register = live_values(samples)
    shown_us = min(microseconds(newest), call.received_us)  # a fast clock hides nothing later
    parts.append(("stations.live", LiveRow(connector, shown_us, power, current, register)))
    return Telling({}, parts, has_news=True)
