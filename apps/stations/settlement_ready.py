"""Settings with which what a station tells can be settled (pure; data, not code paths).

A real box arrives with aligned readings off and offline authorisation off: its sessions would lack
the register at a change of rate, and its driver would stand still when the line is down.
"""

from collections.abc import Mapping
from dataclasses import dataclass

REGISTER = "Energy.Active.Import.Register"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one setting must be, and what it is set to when it is not."""

    variable: str
    wanted: str
    least: int | None = None
    most: int | None = None
    divides: int | None = None
    holds: str = ""

    def is_met(self, value: str) -> bool:
        """Whether a value will do."""
        if self.holds:
            return self.holds.casefold() in {part.strip().casefold() for part in value.split(",")}
        if self.least is None or self.most is None:
            return value.strip().casefold() == self.wanted.casefold()
        text = value.strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        is_divisor = self.divides is None or (number > 0 and self.divides % number == 0)
        return self.least <= number <= self.most and is_divisor

    def target(self, value: str | None) -> str:
        """Return what to set: a list keeps what it holds, the rest becomes what is wanted."""
        if not self.holds or not value:
            return self.wanted
        return f"{value.rstrip(', ')},{self.holds}"


V16 = (
    Rule("ClockAlignedDataInterval", "900", least=60, most=900, divides=900),
    Rule("MeterValuesAlignedData", REGISTER, holds=REGISTER),
    Rule("MeterValueSampleInterval", "300", least=10, most=900),
    Rule("MeterValuesSampledData", REGISTER, holds=REGISTER),
    Rule("StopTxnSampledData", REGISTER, holds=REGISTER),
    Rule("StopTxnAlignedData", REGISTER, holds=REGISTER),
    Rule("LocalAuthorizeOffline", "true"),
    Rule("StopTransactionOnInvalidId", "true"),
    Rule("TransactionMessageAttempts", "5", least=3, most=1000),
    Rule("TransactionMessageRetryInterval", "60", least=5, most=900),
    Rule("ConnectionTimeOut", "120", least=30, most=600),
    Rule("HeartbeatInterval", "900", least=60, most=86_400),
    Rule("WebSocketPingInterval", "60", least=10, most=300),
)

MET, DIFFERS, FIXED, ABSENT, UNKNOWN = "met", "differs", "fixed", "absent", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a setting stands to its rule.

    `differs` can be changed, `fixed` cannot, `absent` the station does not have, `unknown` it was
    never asked.
    """

    rule: Rule
    value: str | None
    state: str

    @property
    def target(self) -> str:
        """What it should be set to."""
        return self.rule.target(self.value)


def judge(
    settings: Mapping[str, tuple[str | None, bool]], *, was_read: bool
) -> tuple[Verdict, ...]:
    """Hold settings (by name: value, read-only) against the rules; names have no case."""
    known = {name.casefold(): facts for name, facts in settings.items()}
    return tuple(_judge(rule, known.get(rule.variable.casefold()), was_read) for rule in V16)


def _judge(rule: Rule, found: tuple[str | None, bool] | None, was_read: bool) -> Verdict:  # noqa: FBT001
    if found is None:
        return Verdict(rule, None, ABSENT if was_read else UNKNOWN)
    value, is_readonly = found
    if value is not None and rule.is_met(value):
        return Verdict(rule, value, MET)
    return Verdict(rule, value, FIXED if is_readonly else DIFFERS)


def is_ready(verdicts: tuple[Verdict, ...]) -> bool:
    """Whether nothing stands in the way: a setting that a station does not have does not."""
    return all(verdict.state in {MET, ABSENT} for verdict in verdicts)
