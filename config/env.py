"""Typed readers of the environment; what is missing or wrong is reported by a system check.

A reader never raises: it notes the problem and gives a safe value, so that `check` can tell
all problems at once (`config.checks` turns them into messages with an id and a hint).
"""

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Problem:
    """One setting that is missing or wrong, and the remedy."""

    name: str
    message: str
    hint: str


problems: list[Problem] = []
known: dict[str, str] = {}  # every variable that was asked for, with its help text
defaults: dict[str, str] = {}  # what development and tests may leave out; empty in production


def _read(name: str) -> str:
    return os.environ.get(name, "") or defaults.get(name, "")


def _note(name: str, message: str, hint: str) -> None:
    problems.append(Problem(name, message, hint))


def text(name: str, default: str = "", *, help_text: str = "", required: bool = False) -> str:
    """Read text."""
    known[name] = help_text
    value = _read(name)
    if not value and required:
        _note(name, f"{name} is not set.", help_text or f"Set {name} in the environment.")
    return value or default


def secret(name: str, *, help_text: str = "") -> str:
    """Read a secret from NAME, or from the file that NAME_FILE names; it is always required."""
    known[name] = help_text
    path = os.environ.get(f"{name}_FILE", "")
    if path:
        try:
            with open(path, encoding="utf-8") as file:  # noqa: PTH123 - settings stay light
                return file.read().strip()
        except OSError as error:
            _note(name, f"{name}_FILE cannot be read: {error.strerror}.", f"Check the path {path}.")
            return ""
    value = _read(name)
    if not value:
        _note(name, f"{name} is not set.", f"Set {name} or {name}_FILE. {help_text}".strip())
    elif len(value) < 16:
        _note(name, f"{name} is shorter than 16 characters.", "Use 32 or more random characters.")
    return value


def flag(name: str, *, default: bool, help_text: str = "") -> bool:
    """Read a switch: exactly `true` or `false`."""
    known[name] = help_text
    value = _read(name).strip().lower()
    if value not in {"", "true", "false"}:
        _note(name, f"{name} is {value!r}.", "Say true or false.")
    return default if value not in {"true", "false"} else value == "true"


def number(name: str, default: int, *, help_text: str = "") -> int:
    """Read a whole number, zero or more."""
    known[name] = help_text
    value = _read(name).strip()
    if value and not value.isdigit():
        _note(name, f"{name} is {value!r}.", "Give a whole number.")
    return int(value) if value.isdigit() else default


def names(name: str, default: list[str], *, help_text: str = "") -> list[str]:
    """Read a list of names, separated by commas."""
    known[name] = help_text
    value = _read(name)
    return [part.strip() for part in value.split(",") if part.strip()] or default


def database(name: str, *, required: bool = True, help_text: str = "") -> dict[str, Any]:
    """Read a postgres URL as a Django database entry; without one the entry has no NAME."""
    url = text(name, required=required, help_text=help_text)
    parts = urlsplit(url)
    if url and parts.scheme not in {"postgres", "postgresql"}:
        _note(
            name, f"{name} is no PostgreSQL URL.", "Write postgres://user:password@host:5432/name."
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "apps.tenants.backend",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        # The pool's timeout stays below daphne's 5 s handshake limit, or the 503 comes too late.
        # Pinned: what a database or role says otherwise must not turn an answer into a hope.
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 16, "timeout": 1.5},
            "options": "-c synchronous_commit=on",
        },
        "CONN_HEALTH_CHECKS": True,
    }
