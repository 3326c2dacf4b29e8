"""The 1.6 schemas of the `ocpp` package."""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def schema_of(action: str) -> Any:
    spec = find_spec("ocpp")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "v16" / "schemas" / f"{action}.json"
    return json.loads(path.read_text(encoding="utf-8"))
