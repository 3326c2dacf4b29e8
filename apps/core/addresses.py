"""Text in an address: only what a database can hold."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class PrintableConverter(StringConverter):
    """Text of one step of an address, without control characters, 1 to 64 long."""

    regex = r"[^/\x00-\x1f\x7f]{1,64}"


register_converter(PrintableConverter, "text")
