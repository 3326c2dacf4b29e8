import pytest

from tests.exports import months
from tests.parties.house import House


@pytest.fixture
def month(db: None) -> House:
    return months.tell()
