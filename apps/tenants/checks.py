"""System checks of the settings: each setting has one id, each problem a hint."""

from typing import Any

from django.conf import settings
from django.core.checks import Error


def check_environment(**_: Any) -> list[Error]:
    """Turn what the typed readers noted into messages; the id tells the setting."""
    names = list(settings.ENVIRONMENT_VARIABLES)
    return [
        Error(
            problem.message, hint=problem.hint, id=f"laadboek.E{names.index(problem.name) + 1:03}"
        )
        for problem in settings.ENVIRONMENT_PROBLEMS
    ]
