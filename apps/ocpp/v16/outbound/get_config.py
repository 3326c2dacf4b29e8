"""GetConfiguration, and what its answer tells."""

from typing import Any

from apps.ocpp.lenient import objects, plain, text
from apps.ocpp.v16.outbound.registry import sends, understands
from apps.ocpp.work import Payload, Understood
from apps.stations.operations import Configuration, ToldSetting

SECRET_KEYS = frozenset({"authorizationkey"})
HIDDEN = "••••"
_LONGEST_KEY, _LONGEST_VALUE = 50, 2500


@sends("get-config")
def get_config(args: Payload) -> tuple[str, Payload]:
    """Ask for some keys, or for all by naming none."""
    return "GetConfiguration", {"key": args["keys"]} if "keys" in args else {}


@understands("GetConfiguration")
def read_configuration(answer: Payload) -> Understood:
    """Take each key as it is told; the key it connects with is hidden, it should not tell it."""
    listed, unknown = answer.get("configurationKey", []), answer.get("unknownKey", [])
    if not isinstance(listed, list) or not isinstance(unknown, list):
        return Understood("error", plain(answer))
    for item in objects(listed):
        if text(item.get("key"), _LONGEST_KEY).casefold() in SECRET_KEYS and item.get("value"):
            item["value"] = HIDDEN
    told = [_setting(item) for item in objects(listed)]
    names = [text(name, _LONGEST_KEY) for name in unknown]
    found = Configuration([one for one in told if one.variable], [name for name in names if name])
    return Understood("accepted", plain(answer), found)


def _setting(item: dict[str, Any]) -> ToldSetting:
    value = item.get("value")
    return ToldSetting(
        variable=text(item.get("key"), _LONGEST_KEY),
        value=None if value is None else _as_text(value),
        is_readonly=item.get("readonly") is True,
    )


def _as_text(value: Any) -> str:
    """Write a value as text: some boxes send true or 900 instead of a string."""
    return str(value).lower() if isinstance(value, bool) else text(value, _LONGEST_VALUE)
