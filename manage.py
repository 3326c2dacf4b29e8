#!/usr/bin/env python
"""Run a management command."""

import os
import sys

from django.core.management import execute_from_command_line

from apps.core import binding

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    with binding.bound(binding.PUBLIC):  # Django's own commands; ours are DoorCommands
        execute_from_command_line(sys.argv)
