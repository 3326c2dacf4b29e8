import pytest

from apps.core import binding


@pytest.fixture
def bare(db):
    """No tenant is bound around a request: the host decides."""
    with binding.bound(binding.PUBLIC):
        yield
