"""System check of the pages: every translation can be read."""

from pathlib import Path
from typing import Any

from django.core.checks import Error

from apps.core.catalogues import uncompiled

ROOT = Path(__file__).resolve().parents[2]


def check_translations(**_: Any) -> list[Error]:
    """Refuse to start without a language that the settings promise: Django says nothing."""
    return [
        Error(
            f"{path.relative_to(ROOT)} is not compiled: its language would be missing.",
            hint="Say `python -m apps.core.catalogues`; `make demo` and `make test` do it too.",
            id="laadboek.E101",
        )
        for path in uncompiled(ROOT)
    ]
