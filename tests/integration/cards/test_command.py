"""The command as a person runs it."""

import pytest

from tests.commands import product


@pytest.mark.slow
def test_create_id_token_says_what_it_made_and_what_is_wrong():
    with product("cards") as run:
        run.json(
            "create_user", "--tenant", "alfa", "--role", "employee", "--email", "a@example.org"
        )
        [made] = run.json(
            "create_id_token", "--tenant", "alfa", "--token", "04AA11", "--email", "a@example.org"
        )
        assert (made["tenant"], made["token"], made["email"]) == ("alfa", "04AA11", "a@example.org")
        assert "--token: " in run.refused(
            "create_id_token", "--tenant", "alfa", "--token", "04:aa:11"
        )
        assert "--tenant: " in run.refused("create_id_token", "--tenant", "nope", "--token", "B")
        assert "--email: " in run.refused(
            "create_id_token", "--tenant", "alfa", "--token", "B", "--email", "b@example.org"
        )
        rows = run.sql("SELECT spelling, value FROM alfa.cards_idtoken")
        assert rows == [("04AA11", "04aa11")]
