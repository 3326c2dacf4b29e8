"""Why the first line of a payer is that amount, as JSON: `python -m tests.parties.why beta`."""

import json
import sys

import django

django.setup()

from apps.core import binding  # noqa: E402
from apps.reimbursement import queries  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402

binding.force(None)


def explain() -> dict[str, object]:
    """Read it as the page does."""
    line = queries.line_of(queries.get_line(number="VS-2026-10-0001", position=1))
    return {
        "amount": str(line.row.amount),
        "exact": str(line.exact),
        "registers": [str(line.record.begin.wh), str(line.record.end.wh)],
        "frames": [[f.role, f.action, f.is_unchanged] for f in line.record.frames],
    }


sys.stdout.write(json.dumps(run_in_tenant(sys.argv[1], explain)))
