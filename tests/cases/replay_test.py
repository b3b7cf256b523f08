"""Traces that are replayed, against a replay written independently of the program: c servers, first
come, first served. A trace is counted whole: every request, the first ones, too."""

from __future__ import annotations

import datetime
import heapq
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parent
ROOT = CASES.parents[1]
PROGRAM = os.environ["LOOPSTEAL_PROGRAM"]
PATIENCE_S = 240  # A guard against hanging, never a measurement.

# Of the histograms that quantiles are read from.
RELATIVE_ERROR = 1 / 128

Request = tuple[int, int]  # Arrival and service in ns.


def replay(requests: list[Request], servers: int) -> list[int]:
    """The sojourns in ns, in order of arrival."""
    free_at = [0] * servers
    sojourns = []
    for arrival, service in requests:
        done = max(arrival, heapq.heappop(free_at)) + service
        heapq.heappush(free_at, done)
        sojourns.append(done - arrival)
    return sojourns


def quantile(sojourns: list[int], q: float) -> int:
    """The nearest rank."""
    return sorted(sojourns)[max(1, math.ceil(q * len(sojourns))) - 1]


def as_csv(requests: list[Request]) -> str:
    lines = [f"{arrival / 1e9:.9f},{service / 1e9:.9f}\n" for arrival, service in requests]
    return "arrival_s,service_s\n" + "".join(lines)


def read_csv(text: str) -> list[Request]:
    """Of arrival_s,service_s, and of TIMESTAMP,ContextTokens,GeneratedTokens at 10 ms a token."""
    head, *lines = (line.split(",") for line in text.split())
    if head[0] == "arrival_s":
        return [(round(float(at) * 1e9), round(float(work) * 1e9)) for at, work in lines]
    # The time has a blank in it, so a line came in two.
    days, rest = lines[0::2], lines[1::2]
    times = [
        datetime.datetime.fromisoformat(f"{day}T{time}") for (day,), (time, _, _) in zip(days, rest)
    ]
    microsecond = datetime.timedelta(microseconds=1)
    arrivals = [(time - times[0]) // microsecond * 1_000 for time in times]
    return [(at, int(tokens) * 10_000_000) for at, (_, _, tokens) in zip(arrivals, rest)]


def made_up_requests(seed: int) -> list[Request]:
    """Any number from 2 to 200, in bursts, some at the same time, some long, some without work."""
    draws = random.Random(seed)
    mean_gap = draws.choice((0.2, 0.8, 1.0, 3.0))
    at = draws.choice((0, 5_000_000))
    requests = []
    for _ in range(draws.randint(2, 200)):
        if draws.random() > 0.2:
            at += round(draws.expovariate(1 / mean_gap) * 1e6)
        service = draws.choice((0, 1_000_000, round(draws.expovariate(1) * 1e6), 20_000_000))
        requests.append((at, service))
    return requests


class Replay(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="loopsteal_replay_")
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "trace.csv"

    def rows(self, *words: str) -> list[dict[str, Any]]:
        result = subprocess.run(
            [PROGRAM, *words, "--machine", "sim", "--format", "json"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        rows: list[dict[str, Any]] = json.loads(result.stdout)["benchmarks"]
        return rows

    def assert_replays(self, text: str, workers: int, *commands: str) -> None:
        self.file.write_text(text, encoding="utf-8")
        requests = read_csv(text)
        sojourns = replay(requests, workers)
        makespan = max(at + sojourn for (at, _), sojourn in zip(requests, sojourns))
        on = ("--workload", f"requests:trace={self.file}", "--scheduler", "shared_queue")
        for command in commands:
            more = ("--raw", "none", "--repetitions", "3") if command == "compare" else ()
            for row in self.rows(command, *on, "--workers", str(workers), *more):
                with self.subTest(command=command, workers=workers, seed=row["seed"]):
                    self.assertEqual(row["makespan_ns"], makespan)
                    self.assert_row(row, sojourns)

    def assert_row(self, row: dict[str, Any], sojourns: list[int]) -> None:
        self.assertEqual(row["tasks"], len(sojourns))
        self.assertEqual(row["sojourn_count"], len(sojourns))
        self.assertEqual(row["sojourn_max_ns"], max(sojourns))
        mean = sum(sojourns) / len(sojourns)
        self.assertAlmostEqual(row["sojourn_mean_ns"], mean, delta=1e-9 * mean + 1e-3)
        for name, q in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            right = quantile(sojourns, q)
            got = row[f"sojourn_{name}_ns"]
            self.assertAlmostEqual(got, right, delta=RELATIVE_ERROR * right + 1, msg=name)

    def test_the_replay_is_right(self) -> None:
        # By hand: the second waits for the first, the third for neither on two servers.
        requests = [(0, 10), (4, 5), (6, 1), (30, 2)]
        self.assertEqual(replay(requests, 1), [10, 11, 10, 2])
        self.assertEqual(replay(requests, 2), [10, 5, 4, 2])
        self.assertEqual([quantile([3, 1, 2, 4], q) for q in (0, 0.5, 0.51, 0.99)], [1, 2, 3, 4])
        self.assertEqual(read_csv(as_csv(requests)), requests)

    def test_trace_half_forgotten(self) -> None:
        text = (CASES / "trace_half_forgotten.csv").read_text(encoding="utf-8")
        sojourns = replay(read_csv(text), 1)
        self.assertEqual(sum(sojourns) / len(sojourns), 3e6)
        self.assertEqual((quantile(sojourns, 0.99), max(sojourns)), (5e6, 5e6))
        self.assert_replays(text, 1, "run", "compare")

    def test_bursts_of_inference(self) -> None:
        # In size and shape as the trace of 2023 for code: 8,819 requests, bursts, few long ones.
        for seed in ("1", "2"):
            maker = [
                *(sys.executable, "-B", str(ROOT / "scripts/make_llm_trace"), "--seed", seed),
                *("--requests", "8819", "--burst", "80", "--silence", "25"),
            ]
            text = subprocess.run(maker, capture_output=True, text=True, check=True).stdout
            for workers in (1, 4):
                self.assert_replays(text, workers, "run", "compare")

    def test_any_trace(self) -> None:
        for seed in range(500):
            commands = ("run", "compare") if seed % 10 == 0 else ("run",)
            self.assert_replays(as_csv(made_up_requests(seed)), 1 + seed % 5, *commands)


if __name__ == "__main__":
    unittest.main()
