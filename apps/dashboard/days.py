"""A day in a form: one that a calendar, a database and the day after it can hold."""

import datetime as dt

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

FIRST, LAST = dt.date(2000, 1, 1), dt.date(2100, 1, 1)
_OUTSIDE = _("Kies een dag tussen 2000 en 2100.")


class DayField(forms.DateField):
    """A day between 2000 and 2100."""

    default_validators = [MinValueValidator(FIRST, _OUTSIDE), MaxValueValidator(LAST, _OUTSIDE)]
