"""Arguments of commands, drawn from what each says that it takes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from apps.stations.commands import Kind, arguments as a

PEM = "-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----"
printable = st.characters(min_codepoint=33, max_codepoint=126)
words = st.text(printable, min_size=1, max_size=20)
moments = st.integers(1_600_000_000, 2_200_000_000).map(
    lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
)
DRAWN: dict[type[a.Argument], Callable[[Any], st.SearchStrategy[Any]]] = {
    a.Whole: lambda x: st.integers(x.least, x.most),
    a.Number: lambda x: st.decimals(0, x.most, places=2),
    a.Text: lambda _: words,
    a.TransactionId: lambda _: st.integers(1, 2**31 - 1),
    a.Choice: lambda x: st.sampled_from(x.values),
    a.Flag: lambda _: st.booleans(),
    a.Moment: lambda _: moments,
    a.Texts: lambda _: st.lists(words, min_size=1, max_size=4),
    a.Group: lambda x: all_of(x.parts),
    a.Groups: lambda x: st.lists(all_of(x.parts), min_size=1, max_size=3),
}


def given_to(argument: a.Argument) -> st.SearchStrategy[Any]:
    """Draw a value that an argument takes."""
    return DRAWN[type(argument)](argument)


def all_of(arguments: tuple[a.Argument, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw every argument that must be given, and some of the others."""
    needed = {x.name: given_to(x) for x in arguments if x.is_required}
    free = {x.name: given_to(x) for x in arguments if not x.is_required}
    return st.fixed_dictionaries(needed, optional=free)


def body_for(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a body, bent to what must go together."""
    return all_of(kind.arguments).map(lambda body: _together(kind.name, body))


def _together(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if "url" in body:
        body["url"] = "https://files.example.test/a"
    if kind == "install-cert":
        body["certificate"] = PEM
    if kind == "update-firmware" and not {"certificate", "signature"} <= set(body):
        for name in ("certificate", "signature", "install_at"):
            body.pop(name, None)
    if kind == "set-profile":
        profile = body["profile"]
        if profile["kind"] == "recurring":
            profile.setdefault("recurrency", "daily")
        else:
            profile.pop("recurrency", None)
        profile["schedule"]["periods"][0]["start_s"] = 0
        if profile["purpose"] == "station-max":
            body.pop("evse", None)
        else:
            body.setdefault("evse", 1)
    return body
