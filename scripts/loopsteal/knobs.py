"""The settings of a row's run, from its spec or from its own fields."""

from __future__ import annotations

import re
from typing import Optional

from loopsteal.gbench import Row

_UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_NUMBER = re.compile(r"([0-9.]+(?:e[+-]?[0-9]+)?)([a-z]*)")


def of_spec(spec: str) -> dict[str, str]:
    """The settings of "name:key=value,key=value", as texts."""
    settings = spec.partition(":")[2]
    pairs = (setting.partition("=") for setting in settings.split(",") if setting)
    return {key: value for key, _, value in pairs}


def spec_without(spec: str, left_out: tuple[str, ...]) -> str:
    """The spec without the settings `left_out`."""
    kept = [f"{key}={value}" for key, value in of_spec(spec).items() if key not in left_out]
    name = spec.partition(":")[0]
    return f"{name}:{','.join(kept)}" if kept else name


def of(row: Row) -> dict[str, str]:
    """The settings of the row's workload: all of them with defaults if the row has them (as those
    of sweeps do), else those that its spec names."""
    stated = row.get("workload_knobs")
    if isinstance(stated, dict):
        return {str(key): str(value) for key, value in stated.items()}
    return of_spec(str(row["workload_spec"]))


def load_of(row: Row) -> Optional[float]:
    """The load of a row's requests on its workers; None if it has none, or does not say."""
    if "load" in row:
        return float(row["load"])
    stated = of_spec(str(row["workload_spec"])).get("load")
    return float(stated) if stated is not None else None


def number(text: str) -> tuple[float, str]:
    """A sort key: durations in seconds, numbers as they are, words after them."""
    match = _NUMBER.fullmatch(text)
    if match is None or match[2] not in {"", *_UNITS}:
        return float("inf"), text
    return float(match[1]) * _UNITS.get(match[2], 1.0), text
