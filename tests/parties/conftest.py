import pytest

from tests.parties.house import House, build


@pytest.fixture
def house(db: None) -> House:
    return build()
