"""Make many cards in one process: `python -m tests.chaos.cards CARD …`."""

import sys

import django

django.setup()

from apps.cards.operations import create_id_token  # noqa: E402
from apps.core import binding  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402

binding.force(None)
for card in sys.argv[1:]:
    run_in_tenant("alfa", create_id_token, token=card)
