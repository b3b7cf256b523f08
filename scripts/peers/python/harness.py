"""Common code of the peers in Python. A peer is called as `peer WORK WORKERS REPETITIONS SIZE`: it
does the work once to warm up and then REPETITIONS times, and prints a line of JSON for each."""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import Callable


def main(version: str, works: dict[str, tuple[int, Callable[[int], None]]]) -> int:
    """`works`: by name, the operations for each unit of size, and the function that does them."""
    work, _, repetitions, size = sys.argv[1:5]
    if work not in works:
        print(f"no such work here: {work}", file=sys.stderr)
        return 2
    operations, body = works[work]
    for repetition in range(-1, int(repetitions)):
        gc.collect()
        begin = time.perf_counter_ns()
        body(int(size))
        taken = time.perf_counter_ns() - begin
        if repetition < 0:
            continue
        line = {"work": work, "version": version, "operations": operations * int(size), "ns": taken}
        print(json.dumps(line), flush=True)
    return 0
