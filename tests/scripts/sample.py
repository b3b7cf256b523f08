"""Results as `loopsteal compare` writes them, made up, for the tests of the scripts."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

SCHEDULERS = {"event_loop": 1, "sharded_loops": 2, "work_stealing": 2}
WORKLOADS = ("hot_shard", "requests:service=bimodal1")


def row(scheduler: str, workload: str, repetition: int, machine: str = "threads") -> dict[str, Any]:
    workers = SCHEDULERS[scheduler]
    noise = random.Random(f"{scheduler}{workload}{repetition}").uniform(0.97, 1.03)
    speed = 1.8 if scheduler == "work_stealing" else 1.0
    makespan = 40e6 / speed * noise
    steals = 120 if scheduler == "work_stealing" else 0
    name = f"{workload}/scheduler:{scheduler}/machine:{machine}/workers:{workers}"
    result = {
        "name": name,
        "run_name": name,
        "run_type": "iteration",
        "repetitions": 5,
        "repetition_index": repetition,
        "threads": workers,
        "iterations": 1,
        "real_time": makespan,
        "cpu_time": makespan,
        "time_unit": "ns",
        "scheduler": scheduler,
        "scheduler_spec": scheduler,
        "workload": workload.partition(":")[0],
        "workload_spec": workload,
        "machine": machine,
        "workers": workers,
        "seed": repetition,
        "answer": 7,
        "answer_ok": True,
        "makespan_ns": makespan,
        "steals": steals,
        "steal_matrix": [[steals if t != v else 0 for v in range(workers)] for t in range(workers)],
        "worker_busy_ns_per_worker": [makespan * 0.7] * workers,
        "worker_searching_ns_per_worker": [makespan * 0.1] * workers,
        "worker_parked_ns_per_worker": [makespan * 0.2] * workers,
    }
    if workload.startswith("requests"):
        result["sojourn_p99_ns"] = 2e6 / speed * noise
        result["sojourn_histogram"] = {
            "relative_error": 0.01,
            "upper_ns": [2000 * 2**i for i in range(12)],
            "counts": [4096 >> i for i in range(12)],
        }
    return result


def document(machines: tuple[str, ...] = ("threads",)) -> dict[str, Any]:
    return {
        "context": {"host_name": "sample"},
        "benchmarks": [
            row(scheduler, workload, repetition, machine)
            for machine in machines
            for repetition in range(5)
            for workload in WORKLOADS
            for scheduler in SCHEDULERS
        ],
    }


def write(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return path
