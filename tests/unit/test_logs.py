"""Whose a line of the log is."""

import logging
from typing import Any

import pytest
from django.conf import settings as django_settings

from apps.core import binding
from apps.core.logs import TenantFilter

settings: Any = django_settings


@pytest.mark.parametrize(("schema", "shown"), [("alfa", "alfa"), ("beta", "beta"), (None, "-")])
def test_a_line_says_whose_it_is(schema, shown):
    handler, lines = logging.Handler(), []
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    handler.addFilter(TenantFilter())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    logger = logging.getLogger("tests.whose")
    logger.addHandler(handler)
    try:
        with binding.bound(schema):
            logger.warning("something")
    finally:
        logger.removeHandler(handler)
    assert f" WARNING {shown} tests.whose: something" in lines[0]


def test_the_level_is_the_one_that_was_set():
    assert settings.LOGGING["root"]["level"] == settings.LOG_LEVEL
    assert logging.getLogger().level == logging.getLevelName(settings.LOG_LEVEL)
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["tenant"]
