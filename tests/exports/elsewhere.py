"""The months in a process of its own: `python -m tests.exports.elsewhere tell|render`."""

import hashlib
import json
import sys

import django

django.setup()

from apps.core import binding  # noqa: E402
from apps.exports.exporters import get_exporter  # noqa: E402
from apps.exports.writers import get_writer, list_writers  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402
from tests.exports import months  # noqa: E402


def render(kind: str) -> dict[str, str]:
    """Render every statement anew, whatever is kept; return the hash of each."""
    return {
        number: hashlib.sha256(
            get_writer(kind).write(get_exporter("statement").build(number=number))
        ).hexdigest()
        for number in months.numbers()
    }


binding.force(None)
if sys.argv[1] == "tell":
    months.tell()
    months.keep()
else:
    print(json.dumps({kind: run_in_tenant("beta", render, kind) for kind in list_writers()}))
