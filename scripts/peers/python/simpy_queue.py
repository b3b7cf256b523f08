#!/usr/bin/python3
"""SimPy: M/M/1 at load 0.8, a process for each customer and a Resource. An operation is an event,
an arrival or a departure; size is the number of customers."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any, Iterator

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness  # noqa: E402
import simpy  # noqa: E402

LOAD = 0.8


def simulate(customers: int) -> None:
    world = simpy.Environment()
    server = simpy.Resource(world, 1)
    draw = random.Random(42).expovariate

    def customer() -> Iterator[Any]:
        with server.request() as turn:
            yield turn
            yield world.timeout(draw(1.0))

    def source() -> Iterator[Any]:
        for _ in range(customers):
            yield world.timeout(draw(LOAD))
            world.process(customer())

    world.process(source())
    world.run()


if __name__ == "__main__":
    version = str(getattr(simpy, "__version__", "unknown"))
    sys.exit(harness.main(version, {"mm1": (2, simulate)}))
