"""Schema checks, compiled once from the schemas of the `ocpp` package."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema_rs
import ocpp

Check = Callable[[Any], bool]
_LONGEST_REMARK = 60


class Schemas:
    """The schemas of one version: `calls` and `results` by action."""

    def __init__(self, package: str) -> None:
        self._validators: dict[str, Any] = {}
        self._with_status: set[str] = set()
        folder = Path(ocpp.__file__).parent / package / "schemas"
        for path in sorted(folder.glob("*.json")):
            schema = json.loads(path.read_text("utf-8-sig"))
            # Our own reader judges moments: stations write them in many ways.
            if "status" in schema.get("properties", {}):
                self._with_status.add(path.stem)
            self._validators[path.stem] = jsonschema_rs.validator_for(
                schema, validate_formats=False
            )
        self.actions = frozenset(name for name in self._validators if not name.endswith("Response"))
        self.checks: dict[str, Check] = {
            name: validator.is_valid for name, validator in self._validators.items()
        }

    def is_result(self, action: str, payload: dict[str, Any]) -> bool:
        """Whether this may answer a call of the action."""
        return self.checks[f"{action}Response"](payload)

    def has_status(self, action: str) -> bool:
        """Whether the answer to an action carries a status."""
        return f"{action}Response" in self._with_status

    def remark(self, name: str, payload: Any) -> str:
        """Return what the schema says against a payload, without its values; empty: nothing."""
        try:
            if self.checks[name](payload):
                return ""
            error = next(iter(self._validators[name].iter_errors(payload)))
        except (ValueError, RecursionError, OverflowError):
            return "schema"
        where = "/".join(str(part) for part in error.instance_path if type(part) is str)
        rule = str(error.schema_path[-1]) if error.schema_path else ""
        return f"schema: {where} {rule}"[:_LONGEST_REMARK]
