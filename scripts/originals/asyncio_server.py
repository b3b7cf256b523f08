#!/usr/bin/python3
"""CPython's event loop or uvloop, as a server of runs; README.md has the protocol.

A request is a line `NAME KEY=VALUE ...`; the answer is a line of JSON. The interpreter stays warm
from run to run, like that of a service; each run has its own loop.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import platform
import sys
import time
from pathlib import Path
from typing import Any, Callable, Coroutine

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import asyncio_hops  # noqa: E402
import asyncio_micros  # noqa: E402
import asyncio_workloads  # noqa: E402

Program = Callable[..., Coroutine[Any, Any, Any]]
PROGRAMS: dict[str, Program] = {**asyncio_micros.PROGRAMS, **asyncio_workloads.PROGRAMS}


def new_loop_and_version(kind: str) -> tuple[Callable[[], asyncio.AbstractEventLoop], str]:
    if kind == "asyncio":
        return asyncio.new_event_loop, f"CPython {platform.python_version()}"
    import uvloop

    return (
        uvloop.new_event_loop,
        f"uvloop {uvloop.__version__} on CPython {platform.python_version()}",
    )


def quantile(ordered: list[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(new_loop: Callable[[], asyncio.AbstractEventLoop], root: Coroutine[Any, Any, Any]) -> dict:
    """The answer: the time of `root`, and its latencies if it returns any."""
    gc.collect()
    loop = new_loop()
    asyncio.set_event_loop(loop)
    cpu = time.process_time_ns()
    begin = time.perf_counter_ns()
    samples = loop.run_until_complete(root)
    answer = {
        "makespan_ns": time.perf_counter_ns() - begin,
        "cpu_ns": time.process_time_ns() - cpu,
    }
    loop.close()
    return answer | quantiles(samples or [])


def run_on_threads(program: Callable[..., list[int]], new_loop: Any, settings: dict) -> dict:
    """The answer of a program that makes its own loops; its makespan is the sum of its samples."""
    gc.collect()
    cpu = time.process_time_ns()
    samples = program(new_loop, **settings)
    cpu_ns = time.process_time_ns() - cpu
    return {"makespan_ns": sum(samples), "cpu_ns": cpu_ns} | quantiles(samples)


def quantiles(samples: list[int]) -> dict:
    if not samples:
        return {}
    ordered = sorted(samples)
    return {"p50_ns": quantile(ordered, 0.5), "p99_ns": quantile(ordered, 0.99)}


def read_items(count: int) -> list[tuple[int, int]]:
    pairs = []
    for _ in range(count):
        first, second = sys.stdin.readline().split()
        pairs.append((int(first), int(second)))
    return pairs


def settings_of(words: list[str]) -> dict[str, Any]:
    """All values are whole numbers; `items=N` announces N lines of two numbers each."""
    settings: dict[str, Any] = {}
    for word in words:
        key, _, value = word.partition("=")
        settings[key] = int(value)
    settings.pop("workers", None)  # An event loop has one.
    if "items" in settings:
        settings["items"] = read_items(settings["items"])
    return settings


def answer_to(line: str, new_loop: Callable[[], asyncio.AbstractEventLoop], version: str) -> dict:
    name, *words = line.split()
    if name == "version":
        return {"version": version}
    try:
        if name in asyncio_hops.PROGRAMS:
            return run_on_threads(asyncio_hops.PROGRAMS[name], new_loop, settings_of(words))
        return run(new_loop, PROGRAMS[name](**settings_of(words)))
    except Exception as error:  # The client has to know; the server goes on.
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    new_loop, version = new_loop_and_version(parser.parse_args().loop)
    for line in iter(sys.stdin.readline, ""):
        print(json.dumps(answer_to(line, new_loop, version)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
