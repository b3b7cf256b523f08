"""Reads results: JSON in Google Benchmark's shape, one row a run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Iterable, TypeVar

Row = dict[str, Any]
Key = TypeVar("Key")


class ResultsError(Exception):
    """A file that cannot be used: its name, the place in it, and the remedy."""


@dataclass(frozen=True)
class Results:
    path: Path
    context: dict[str, Any]
    rows: list[Row]  # Runs with a right answer; see `left_out`.
    left_out: list[str]  # The reason for each row that is left out.


# Without these fields, a row does not say what ran or how it went.
REQUIRED = ("scheduler_spec", "workload_spec", "machine", "workers", "makespan_ns")

# Place of a row's scheduler in tables and figures, from the context of its file. It is not a field
# of the file. Older files without it name no places, and their schedulers rank equally.
PLACE = "scheduler_place"


def read(path: Path) -> Results:
    """Raises ResultsError for a file that is missing, truncated or of another shape."""
    return of(parse(path), path)


def of(document: Any, path: Path) -> Results:
    """The results in a document that parse() has read from `path`."""
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise ResultsError(f"{path}: no results: an object with a list `benchmarks` is expected")
    context = document.get("context") or {}
    places = {name: place for place, name in enumerate(context.get("schedulers", []))}
    rows: list[Row] = []
    left_out: list[str] = []
    for number, row in enumerate(document["benchmarks"]):
        if not isinstance(row, dict):
            raise ResultsError(f"{path}: benchmarks[{number}] is not an object")
        name = row.get("name", f"benchmarks[{number}]")
        if row.get("run_type") == "aggregate":
            continue  # This module computes statistics itself, from the runs.
        if row.get("error_occurred"):
            left_out.append(f"{name}: {row.get('error_message', 'the run failed')}")
            continue
        if not row.get("answer_ok", True):
            left_out.append(f"{name}: wrong answer ({row.get('answer')})")
            continue
        missing = [field for field in REQUIRED if field not in row]
        if missing:
            raise ResultsError(f"{path}: benchmarks[{number}] ({name}) lacks {', '.join(missing)}")
        name = str(row["scheduler_spec"]).partition(":")[0]
        rows.append(row | {PLACE: places.get(name, len(places))})
    if not rows:
        raise ResultsError(f"{path}: no row to draw: {'; '.join(left_out) or 'it holds no run'}")
    return Results(path, context, rows, left_out)


def parse(path: Path) -> Any:
    """Raises ResultsError for a file that is missing, truncated or not JSON."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ResultsError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ResultsError(f"{path}: byte {error.start}: not UTF-8, so not JSON") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}:{error.colno}"
        if not text[error.pos :].strip():
            raise ResultsError(
                f"{where}: the file ends in the middle of the data; "
                "it was truncated, so take the measurement again"
            ) from error
        raise ResultsError(f"{where}: not JSON: {error.msg}") from error


def group_by(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Rows by key, keys in the order in which they first appear."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def values(rows: Iterable[Row], field: str) -> list[float]:
    return [float(row[field]) for row in rows if row.get(field) is not None]
