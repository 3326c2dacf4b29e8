"""What goes out over REST: Wh as JSON numbers, money as decimal strings, moments in UTC."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.stations.models import Command


@extend_schema_field({"type": "number"})
class NumberField(serializers.Field[Any, Any, Any, Any]):
    """A decimal as a JSON number with all its digits: 1250, 0.125."""

    def to_representation(self, value: Decimal) -> int | Decimal:
        """Return the number without trailing zeros."""
        return int(value) if value == value.to_integral_value() else value.normalize()


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string", "maxLength": 36}]})
class TransactionIdField(serializers.Field[Any, Any, Any, Any]):
    """What the station calls its transaction: a number in OCPP 1.6, text in 2.x."""

    def to_representation(self, value: int | str) -> int | str:
        """Return it as it is."""
        return value

    def to_internal_value(self, data: Any) -> str:
        """Return it as text."""
        is_number = isinstance(data, int) and not isinstance(data, bool)
        text = str(data) if is_number and abs(data) < 2**63 else data
        if not isinstance(text, str) or not 1 <= len(text) <= 36 or not text.isprintable():
            raise serializers.ValidationError("Give the session's transaction_id as it was shown.")
        return text


@extend_schema_field({})
class AnyField(serializers.Field[Any, Any, Any, Any]):
    """JSON as it was stored."""

    def to_representation(self, value: Any) -> Any:
        """Return it as it is."""
        return value


def money(help_text: str = "") -> serializers.DecimalField:
    """Return a field of euros: a decimal string."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, help_text=help_text)


class SiteRefSerializer(serializers.Serializer[Any]):
    """Where a station stands."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class ConnectorSerializer(serializers.Serializer[Any]):
    """A connector with what it last said."""

    connector = serializers.IntegerField()
    occupancy = serializers.CharField()
    charging_state = serializers.CharField()
    error_code = serializers.CharField()
    status_at = serializers.DateTimeField(allow_null=True)
    power_w = serializers.IntegerField(allow_null=True)
    current_a = NumberField(allow_null=True)
    register_wh = NumberField(allow_null=True)
    measured_at = serializers.DateTimeField(allow_null=True)


class EvseSerializer(serializers.Serializer[Any]):
    """A place to charge."""

    evse = serializers.IntegerField()
    connectors = ConnectorSerializer(many=True)


class StationSerializer(serializers.Serializer[Any]):
    """A station; connectivity, operational and each connector's occupancy are separate facts."""

    identity = serializers.CharField()
    site = SiteRefSerializer()
    vendor = serializers.CharField()
    model = serializers.CharField()
    serial = serializers.CharField()
    firmware = serializers.CharField()
    iccid = serializers.CharField(help_text="The number of its SIM, or empty.")
    imsi = serializers.CharField()
    protocol = serializers.CharField()
    connectivity = serializers.ChoiceField(["online", "offline", "never_seen"])
    operational = serializers.ChoiceField(["operative", "inoperative"])
    connected_at = serializers.DateTimeField(allow_null=True)
    last_seen_at = serializers.DateTimeField(allow_null=True)
    booted_at = serializers.DateTimeField(allow_null=True)
    evses = EvseSerializer(many=True)


class CommandSerializer(serializers.Serializer[Any]):
    """A command; an accepted one is confirmed only when the station's own message shows it."""

    id = serializers.UUIDField()
    station = serializers.CharField()
    kind = serializers.CharField()
    args = AnyField()
    state = serializers.ChoiceField(Command.State.values)
    response = AnyField(allow_null=True)
    progress = serializers.CharField(help_text="How far something long is, in OCPP's own word.")
    reason = serializers.CharField(
        help_text="Why the station obeyed and we refused: elsewhere, unknown, blocked … or empty."
    )
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class SessionSerializer(serializers.Serializer[Any]):
    """A charging session; `reasons` are those of its grade, before grading its own flags."""

    id = serializers.UUIDField()
    station = serializers.CharField()
    evse = serializers.IntegerField()
    connector = serializers.IntegerField()
    transaction_id = TransactionIdField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    stop_reason = serializers.CharField(allow_null=True)
    register_start_wh = NumberField(allow_null=True)
    register_stop_wh = NumberField(allow_null=True)
    energy_wh = NumberField(allow_null=True)
    readings = serializers.IntegerField(help_text="How many; the list is at `…/readings`.")
    grade = serializers.CharField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())


class ReadingSerializer(serializers.Serializer[Any]):
    """One sampled value in its base unit (Wh, W, A, V, …)."""

    taken_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    measurand = serializers.CharField()
    context = serializers.CharField()  # type: ignore[assignment]
    phase = serializers.CharField()
    location = serializers.CharField()
    unit = serializers.CharField()
    value = NumberField()


class IdTokenSerializer(serializers.Serializer[Any]):
    """A card; what it carries is masked."""

    id = serializers.IntegerField()
    token = serializers.CharField(help_text="At most its last four characters.")
    label = serializers.CharField()  # type: ignore[assignment]
    owner = serializers.CharField(allow_null=True)
    blocked = serializers.BooleanField()
    valid_from = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)
    scope = serializers.ChoiceField(["all", "sites", "stations"])
    created_at = serializers.DateTimeField()


class CdrSerializer(serializers.Serializer[Any]):
    """A charge detail record; `body` is the record itself, its figures are strings."""

    id = serializers.CharField()
    issuer = serializers.CharField()
    credit_of = serializers.CharField(allow_null=True)
    link = serializers.UUIDField(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    reasons = serializers.ListField(child=serializers.CharField())
    recorded_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    digest = serializers.CharField(help_text="SHA-256 of the canonical body.")
    body = AnyField()


class LineSerializer(serializers.Serializer[Any]):
    """One settled record on a statement."""

    position = serializers.IntegerField()
    kind = serializers.CharField()
    cdr = serializers.CharField()
    issuer = serializers.CharField()
    grade = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    energy_wh = NumberField()
    amount = money()
    untaxed_amount = money()
    taxable_amount = money()
    parts = AnyField(help_text="Priced parts: moments, Wh, rate version, rate.")


class StatementSerializer(serializers.Serializer[Any]):
    """A statement; amounts are decimal strings in `currency`."""

    number = serializers.CharField()
    month = serializers.CharField(help_text="YYYY-MM")
    issued_at = serializers.DateTimeField()
    currency = serializers.CharField()
    energy_wh = NumberField()
    amount = money()
    untaxed_amount = money()
    taxable_amount = money()


class StatementWithLinesSerializer(StatementSerializer):
    """A statement with its lines."""

    lines = LineSerializer(many=True)
