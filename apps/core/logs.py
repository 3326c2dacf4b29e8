"""Every line of the log says whose it is."""

import logging

from apps.core import binding


class TenantFilter(logging.Filter):
    """Puts the bound tenant on a record; `-` where none is bound."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add `tenant`; every record passes."""
        record.tenant = binding.current() or "-"
        return True
