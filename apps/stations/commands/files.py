"""Firmware to a station, logs from it."""

from urllib.parse import urlsplit

from apps.core.refused import Refused
from apps.stations.commands.arguments import Args, Choice, Moment, Text, Whole
from apps.stations.commands.registry import register

_SCHEMES = ("http", "https", "ftp", "ftps", "sftp")
_URL = Text(name="url", about=f"By {', '.join(_SCHEMES)}.", longest=512)
_TRIES = (
    Whole(name="retries", least=0, most=20, default=None),
    Whole(name="retry_interval_s", most=86_400, default=None),
)


def _by_a_known_road(args: Args) -> None:
    parts = urlsplit(args["url"])
    if parts.scheme not in _SCHEMES or not parts.netloc:
        raise Refused("url_wrong", f"Give a whole address by {', '.join(_SCHEMES)}.", field="url")


def _both_or_none(args: Args) -> None:
    _by_a_known_road(args)
    if ("certificate" in args) != ("signature" in args):
        raise Refused(
            "signature_wrong", "Give certificate and signature together.", field="signature"
        )


UPDATE_FIRMWARE = register(
    "update-firmware",
    "Fetch firmware from an address and install it; with certificate and signature it is checked.",
    _URL,
    Moment(name="fetch_at"),
    Moment(name="install_at", default=None),
    Text(name="certificate", longest=5500, is_block=True, default=None),
    Text(name="signature", longest=800, default=None),
    *_TRIES,
    confirm_within_s=24 * 3600,
    check=_both_or_none,
)
FETCH_LOG = register(
    "fetch-log",
    "Send a log to an address: diagnostics in the oldest form, or one of the security extension.",
    Choice(name="log", values=("diagnostics", "diagnostics-log", "security-log")),
    _URL,
    Moment(name="since", default=None),
    Moment(name="until", default=None),
    *_TRIES,
    confirm_within_s=3600,
    check=_by_a_known_road,
)
