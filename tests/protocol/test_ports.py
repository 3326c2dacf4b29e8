"""A door that cannot listen says why, and its command fails."""

import socket

import pytest

from tests.commands import product

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("command", ["serve", "serve_stations"])
def test_a_port_in_use_or_none_ends_the_command_with_a_reason(command):
    with product("ports") as database:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            said = database.refused(command, "--port", str(port))
        assert str(port) in said
        assert "in use" in said
        for none in ("0", "99999999", "web"):
            assert "from 1 to 65535" in database.refused(command, "--port", none)
