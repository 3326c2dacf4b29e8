import datetime as dt
from decimal import Decimal

import pytest

from apps.core.refused import NotFound, Refused
from apps.tariffs import operations, queries
from apps.tariffs.models import TariffVersion

NOW = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=10)


@pytest.fixture
def tariff(alfa):
    return operations.create_tariff(name="Thuis")


def add(tariff, **changes):
    facts = {"valid_from": NOW, "price_per_kwh": Decimal("0.25"), "now": NOW, **changes}
    return operations.add_version(tariff_id=tariff, **facts)


def version_at(tariff, moment):
    version = queries.find_version(tariff_id=tariff, at=moment)
    assert version is not None
    return version


def test_the_version_of_the_start_prices_a_session_whatever_comes_later(tariff):
    add(tariff, start_fee=Decimal("0.50"))
    frozen = version_at(tariff, NOW + dt.timedelta(hours=1))
    before = queries.price_energy(version=frozen, energies_wh=[Decimal(20000)])
    add(tariff, valid_from=LATER, price_per_kwh=Decimal("0.99"))
    again = version_at(tariff, NOW + dt.timedelta(hours=1))
    assert again == frozen
    assert queries.price_energy(version=again, energies_wh=[Decimal(20000)]) == before
    assert before.gross == Decimal("6.66")
    assert version_at(tariff, LATER).number == 2
    assert queries.find_version(tariff_id=tariff, at=NOW - dt.timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"valid_from": NOW - dt.timedelta(seconds=1)}, "version_in_the_past"),
        ({"valid_from": NOW}, "version_not_newest"),
        ({"valid_from": LATER, "start_fee": Decimal(-1)}, "fee_negative"),
        ({"valid_from": LATER, "vat_percent": Decimal(100)}, "vat_illegal"),
    ],
)
def test_a_version_is_refused(tariff, changes, reason):
    add(tariff)
    with pytest.raises(Refused) as caught:
        add(tariff, **changes)
    assert caught.value.reason == reason
    assert TariffVersion.objects.count() == 1


def test_names_are_needed_and_unique(tariff):
    for name, reason in (("Thuis ", "name_taken"), (" ", "name_empty")):
        with pytest.raises(Refused) as caught:
            operations.create_tariff(name=name)
        assert caught.value.reason == reason


def test_an_unknown_tariff_is_not_found(alfa):
    with pytest.raises(NotFound):
        add(999)
