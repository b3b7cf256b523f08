"""Rows in the shape of all results, with the peer, the work and the round added to each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

from loopsteal import whole_file
from loopsteal.gbench import Row
from loopsteal.peers.programs import FLAGS
from loopsteal.peers.rounds import Round, Series
from loopsteal.peers.starts import OURS, Sample
from loopsteal.peers.works import Work


def of(work: Work, series: Series, commit: str) -> list[Row]:
    """Each row has the commit of our program: works of one file may be measured on several days."""
    found = [
        _row(work, each, name, sample)
        for each in series.rounds
        for name, sample in each.samples.items()
    ]
    found += [_failed(work, name, why) for name, why in series.failed.items()]
    return [row | {"commit": commit} for row in found]


def _row(work: Work, each: Round, name: str, sample: Sample) -> Row:
    row = _identity(work, name)
    if name == OURS:
        row |= {key: value for key, value in sample.row.items() if key not in row}
        if work.never_ends:
            row["peer_never_ends"] = work.never_ends
            row["other_peer"] = ", ".join(work.at_most)
    else:
        row |= {"version": sample.version, "at_most": work.at_most[name]}
    row |= {
        "repetition_index": each.number,
        "round": each.number,
        "position": each.order.index(name),
        "iterations": 1,
        "tasks": sample.operations,
        "real_time": sample.ns,
        "cpu_time": sample.ns,
        "time_unit": "ns",
        "makespan_ns": sample.ns,
        "ns_per_op": sample.ns_per_op,
        "answer_ok": True,
        "handover": each.state,
    }
    if each.handover_ns is not None:
        row["handover_ns"] = each.handover_ns
    return row


def _identity(work: Work, name: str) -> Row:
    ours = name == OURS
    full = f"peers/{work.name}/peer:{name}/workers:{work.workers}"
    return {
        "name": full,
        "run_name": full,
        "run_type": "iteration",
        "threads": work.workers,
        "peer": name,
        "work": work.name,
        "operation": work.operation,
        "scheduler": work.ours.scheduler.partition(":")[0] if ours else name,
        "scheduler_spec": work.ours.scheduler if ours else name,
        "workload": work.name,
        "workload_spec": (work.ours.workload or work.ours.micro) if ours else work.name,
        "machine": work.ours.machine if ours else "threads",
        "workers": work.workers,
    }


def _failed(work: Work, name: str, why: str) -> Row:
    row = _identity(work, name) | {"error_occurred": True, "error_message": why}
    return row | {"at_most": work.at_most.get(name), "real_time": 0, "cpu_time": 0}


def versions(rows: list[Row]) -> dict[str, str]:
    """By peer: its version and how it was built."""
    found = {str(row["peer"]): str(row["version"]) for row in rows if row.get("version")}
    return {name: f"{found[name]} ({FLAGS.get(name, '')})" for name in sorted(found)}


def commits(rows: list[Row]) -> dict[str, list[str]]:
    """Commits of our program, with the works measured on each."""
    found: dict[str, list[str]] = {}
    for row in rows:
        works = found.setdefault(str(row.get("commit", "")), [])
        if row["work"] not in works:
            works.append(row["work"])
    return found


def read(path: Optional[Path]) -> dict[str, Any]:
    """Empty if there is no file yet."""
    if path is None or not path.exists():
        return {"context": {}, "benchmarks": []}
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def replaced(before: list[Row], now: list[Row]) -> list[Row]:
    """The rows of a file after some of its works were measured again."""
    again = {(row["work"], row["workers"]) for row in now}
    kept = [row for row in before if (row["work"], row["workers"]) not in again]
    return kept + now


def write(path: Path, document: dict[str, Any]) -> None:
    """Writes all or nothing: an interrupted run leaves the file unchanged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    heads = [json.dumps(row) for row in document["benchmarks"]]
    text = '{"context": ' + json.dumps(document["context"], indent=1) + ',\n"benchmarks": [\n'
    text += ",\n".join(heads) + "\n]}\n"
    whole_file.write_text(path, text)
