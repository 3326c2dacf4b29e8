"""What a person searches for."""

from django.http import HttpRequest


def searched(request: HttpRequest, longest: int = 60) -> str:
    """Return the text of `?q=` as a database can hold it, stripped and cut to a length."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:longest]
