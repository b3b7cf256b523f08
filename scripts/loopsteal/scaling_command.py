"""The program scripts/scaling, as functions: two sweeps, one file, one figure."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from loopsteal import whole_file

ROOT = Path(__file__).resolve().parents[2]
# One workload whose tree unfolds during the search, and one with a single producer.
WORKLOADS = ["uts:tree=T1", "fan_out:tasks=50000,work=20us"]
# The knob with the virtual time of a task of a workload.
TOLD = {"uts": "node_work", "fork_join": "node_work", "skynet": "node_work"}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        schedulers = scalable(options.loopsteal)
        # In parallel they would disturb each other.
        measured = sweep(options, threads_grid(options, schedulers, cpus()), "--threads", "1")
        simulated = sweep(options, virtual_grid(options, schedulers))
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        print(f"scaling: {command}: status {error.returncode}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"scaling: {error}", file=sys.stderr)
        return 3
    # The context is that of the threads; virtual time is the same everywhere.
    measured["benchmarks"] += simulated["benchmarks"]
    measured["context"]["command"] = shlex.join(["scripts/scaling", *arguments])
    measured["context"]["executable"] = from_root(options.loopsteal)
    results = options.output / "scaling.json"
    whole_file.write_text(results, json.dumps(measured) + "\n")
    plot = [ROOT / "scripts/plot", results, "--figure", "scaling-machines", "-o", options.output]
    return 1 if subprocess.run(plot, check=False).returncode else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/scaling",
        description="Speed-up on the CPUs that there are, and on simulated ones.",
    )
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "results/local/scaling")
    parser.add_argument("--workload", action="append", metavar="SPEC", help="by default two")
    parser.add_argument("--costs", default="reference", help="of virtual time: a name or FILE.toml")
    parser.add_argument("--most", type=int, default=1024, help="simulated workers")
    parser.add_argument("--repetitions", type=int, default=9, help="on threads")
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument(
        "--loopsteal", type=Path, default=ROOT / "build/release/bin/loopsteal", metavar="PATH"
    )
    options = parser.parse_args(arguments)
    options.workload = options.workload or WORKLOADS
    if options.most < 2 or options.repetitions < 1:
        parser.error("two workers and one repetition at least")
    return options


def from_root(program: Path) -> str:
    """The program's path as called from the root of a checkout, if it is in one."""
    path = program.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def cpus() -> int:
    return len(os.sched_getaffinity(0))


def workers_up_to(most: int) -> list[int]:
    """Powers of two below `most`, and `most`."""
    powers = [1 << bit for bit in range(most.bit_length()) if 1 << bit < most]
    return [*powers, most]


def scalable(program: Path) -> list[str]:
    """The schedulers with several workers, also in virtual time; without models of theory."""
    command = [str(program), "list", "schedulers", "--json"]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    rows = json.loads(text)["schedulers"]
    return [row["name"] for row in rows
            if not (row["one_worker"] or row["foreign"] or row["model"])]


def threads_grid(options: argparse.Namespace, schedulers: list[str], most: int) -> dict[str, Any]:
    return {
        "machine": "threads",
        "repetitions": options.repetitions,
        "workers": workers_up_to(most),
        "size": options.size,
        "scheduler": schedulers,
        "workload": options.workload,
    }


def virtual_grid(options: argparse.Namespace, schedulers: list[str]) -> dict[str, Any]:
    works = work_tables(options.costs)
    return {
        "machine": "sim",
        "costs": options.costs,
        "workers": workers_up_to(options.most),
        "size": options.size,
        "scheduler": schedulers,
        "workload": [told(workload, works) for workload in options.workload],
    }


def work_tables(costs: str) -> dict[str, Any]:
    """The workload with the time of its tasks, from the same costs file."""
    kept = ROOT / f"results/costs/{costs}.toml"
    path = kept if kept.exists() else Path(costs)
    return dict(tomllib.loads(path.read_text()).get("work", {})) if path.exists() else {}


def told(workload: str, works: dict[str, Any]) -> str:
    name, _, settings = workload.partition(":")
    knob = TOLD.get(name, "task_work")
    if name not in works or f"{knob}=" in settings:
        return workload
    return f"{workload}{',' if settings else ':'}{knob}={works[name]['value']}ns"


def sweep(options: argparse.Namespace, grid: dict[str, Any], *more: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path, results = Path(folder) / "grid.toml", Path(folder) / "results.json"
        path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in grid.items()))
        command = [options.loopsteal, "sweep", path, "-o", results, *more]
        subprocess.run(command, check=True)
        document: dict[str, Any] = json.loads(results.read_text())
    return document
