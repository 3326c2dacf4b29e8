"""The bodies of commands, described from the register of their kinds: one list, one check."""

from collections.abc import Callable
from functools import cache
from typing import Any

from rest_framework import serializers

from apps.api.paging import StrictSerializer
from apps.api.serializers import TransactionIdField
from apps.stations.commands import Kind, arguments as a, kind_of, list_kinds

Field = serializers.Field[Any, Any, Any, Any]
Options = dict[str, Any]


def _named(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("_", "-").split("-"))


def _whole(argument: a.Whole, options: Options) -> Field:
    return serializers.IntegerField(min_value=argument.least, max_value=argument.most, **options)


def _text(argument: a.Text, options: Options) -> Field:
    return serializers.CharField(
        max_length=argument.longest, allow_blank=argument.shortest == 0, **options
    )


def _choice(argument: a.Choice, options: Options) -> Field:
    wrong = f"Choose {' or '.join(argument.values)}."
    return serializers.ChoiceField(
        list(argument.values), error_messages={"invalid_choice": wrong}, **options
    )


def _texts(argument: a.Texts, options: Options) -> Field:
    child = serializers.CharField(max_length=argument.longest)
    return serializers.ListField(child=child, min_length=1, max_length=argument.most, **options)


_FIELDS: dict[type[a.Argument], Callable[[Any, Options], Field]] = {
    a.Whole: _whole,
    a.Text: _text,
    a.Choice: _choice,
    a.Texts: _texts,
    a.Number: lambda argument, options: serializers.DecimalField(
        max_digits=None, decimal_places=None, min_value=0, max_value=argument.most, **options
    ),
    a.Flag: lambda _, options: serializers.BooleanField(**options),
    a.Moment: lambda _, options: serializers.DateTimeField(**options),
    a.TransactionId: lambda _, options: TransactionIdField(**options),
}


def _field(argument: a.Argument, prefix: str) -> Field:
    options: Options = {"help_text": argument.about} if argument.about else {}
    if not argument.is_required:
        options["required"] = False
        options |= {} if argument.default is None else {"default": argument.default}
    if isinstance(argument, a.Group):
        name = f"{prefix}{_named(argument.name)}"
        kind = _serializer(name, argument.parts, f"Part of {prefix}.")
        return kind(many=isinstance(argument, a.Groups), **options)
    return _FIELDS[type(argument)](argument, options)


def _serializer(name: str, arguments: tuple[a.Argument, ...], about: str) -> type[StrictSerializer]:
    fields = {argument.name: _field(argument, name) for argument in arguments}
    return type(f"{name}Body", (StrictSerializer,), {**fields, "__doc__": about})


@cache
def body_of(kind: Kind) -> type[StrictSerializer]:
    """Return the serializer of a kind's body."""
    return _serializer(_named(kind.name), kind.arguments, kind.about)


BODIES = {name: body_of(kind_of(name)) for name in list_kinds()}
