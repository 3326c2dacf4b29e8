"""Reads of tariffs."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from apps.tariffs.models import TariffVersion
from apps.tariffs.pricing import Portion, Priced, price


def find_version(*, tariff_id: int, at: dt.datetime) -> TariffVersion | None:
    """Return the version that holds at a moment; the one of a session's start prices it whole."""
    return (
        TariffVersion.objects.filter(tariff_id=tariff_id, valid_from__lte=at)
        .order_by("-valid_from")
        .first()
    )


def price_energy(*, version: TariffVersion, energies_wh: Sequence[Decimal]) -> Priced:
    """Price a session's energy by one frozen version."""
    label = f"{version.tariff_id} v{version.number}"
    return price(
        [Portion(energy, version.price_per_kwh, label) for energy in energies_wh],
        start_fee=version.start_fee,
        vat_percent=version.vat_percent,
    )
