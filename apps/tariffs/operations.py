"""Writes of tariffs."""

import datetime as dt
from decimal import Decimal

from django.db.models import Max

from apps.audit.operations import record
from apps.core.refused import NotFound, Refused
from apps.tariffs.models import Tariff, TariffVersion


def create_tariff(*, name: str) -> int:
    """Create a tariff without a price; add a version to it.

    :raises Refused: the name is empty or taken.
    """
    name = name.strip()
    if not name:
        raise Refused("name_empty", "Give the tariff a name.", field="name")
    tariff, is_new = Tariff.objects.get_or_create(name=name)
    if not is_new:
        raise Refused("name_taken", f"There is a tariff {name} already.", field="name")
    record("tariffs.tariff.created", subject=f"tariff:{tariff.pk}", after={"name": name})
    return tariff.pk


def add_version(
    *,
    tariff_id: int,
    valid_from: dt.datetime,
    price_per_kwh: Decimal,
    start_fee: Decimal = Decimal(0),
    vat_percent: Decimal = Decimal(21),
    now: dt.datetime,
) -> int:
    """Add a version that holds from a moment on; returns its number. Prices exclude VAT.

    A version never changes and never reaches back: what was priced stays as it was priced.

    :raises NotFound: there is no such tariff.
    :raises Refused: the moment has passed or lies before the newest version, or the fee or VAT is
        out of range.
    """
    tariff = Tariff.objects.select_for_update().filter(pk=tariff_id).first()
    if tariff is None:
        raise NotFound("tariff_unknown", "There is no such tariff.", field="tariff")
    _check(valid_from=valid_from, start_fee=start_fee, vat_percent=vat_percent, now=now)
    newest = tariff.versions.aggregate(number=Max("number"), at=Max("valid_from"))
    if newest["at"] is not None and valid_from <= newest["at"]:
        raise Refused(
            "version_not_newest",
            f"Version {newest['number']} holds from {newest['at']:%Y-%m-%d %H:%M} UTC on; "
            "choose a later moment.",
            field="valid_from",
        )
    version = TariffVersion.objects.create(
        tariff=tariff,
        number=(newest["number"] or 0) + 1,
        valid_from=valid_from,
        price_per_kwh=price_per_kwh,
        start_fee=start_fee,
        vat_percent=vat_percent,
    )
    record(
        "tariffs.version.added",
        subject=f"tariff:{tariff.pk}",
        after={"number": version.number, "price_per_kwh": str(price_per_kwh)},
    )
    return version.number


def _check(
    *, valid_from: dt.datetime, start_fee: Decimal, vat_percent: Decimal, now: dt.datetime
) -> None:
    if valid_from < now:
        raise Refused(
            "version_in_the_past",
            "A price never holds for the past: choose a moment from now on.",
            field="valid_from",
        )
    if start_fee < 0:
        raise Refused("fee_negative", "The start fee cannot be negative.", field="start_fee")
    if not 0 <= vat_percent < 100:
        raise Refused(
            "vat_illegal", "VAT is a percentage from 0 to under 100.", field="vat_percent"
        )
