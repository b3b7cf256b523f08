#!/usr/bin/python3
"""An original as a server of runs, from outside: scripts/originals/start, as
`originals_test.py TARGET`. What it says of time is only held against what it was told to take."""

from __future__ import annotations

import json
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

START = Path(__file__).resolve().parents[2] / "scripts" / "originals" / "start"
VERSIONS = {
    "cpython-3.11": "CPython 3.11.",
    "uvloop-0.17": "uvloop 0.17.",
    "tokio-1.24": "Tokio 1.24.",
}
TARGET = sys.argv.pop(1) if len(sys.argv) > 1 and sys.argv[1] in VERSIONS else "cpython-3.11"

MICROS = (
    "yields tasks=4 times=10",
    "spawns tasks=16 rounds=3",
    "pieces tasks=4 rounds=3 work=1000",
    "events couples=2 times=5 rounds=3",
    "hops capacity=4 couples=2 times=50",
    "time_outs timers=16 rounds=3",
    "alarms tasks=20 after=1000000",
    "naps times=2",
)
# Ways from thread to thread, and how many of them a request asks for.
WAYS = (
    ("injections times=20",)
    if TARGET.startswith("tokio")
    else ("hand_overs times=20", "posts posts=4 rounds=20")
)
WORKLOADS = (
    "ping_pong pairs=10 rounds=3",
    "yield_many tasks=10 yields=5 rounds=2",
    "fan_out tasks=50 work=1000",
    "pipeline stages=3 count=40 capacity=2 work=100",
)


def ask(*requests: str) -> list[dict[str, Any]]:
    lines = "".join(request + "\n" for request in requests)
    done = subprocess.run(
        [START, TARGET], input=lines, capture_output=True, text=True, timeout=600, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def with_items(request: str, items: list[tuple[int, int]]) -> str:
    return "\n".join([f"{request} items={len(items)}", *(f"{a} {b}" for a, b in items)])


class Originals(unittest.TestCase):
    def test_the_version_is_the_one_asked_for(self) -> None:
        (answer,) = ask("version workers=1")
        self.assertTrue(answer["version"].startswith(VERSIONS[TARGET]), answer)

    def test_each_program_runs_and_says_how_long(self) -> None:
        requests = [f"{each} workers=1" for each in MICROS + WORKLOADS]
        answers = ask(*requests)
        self.assertEqual(len(answers), len(requests))
        for request, answer in zip(requests, answers):
            self.assertNotIn("error", answer, request)
            self.assertGreater(answer["makespan_ns"], 0, request)
            self.assertGreaterEqual(answer["cpu_ns"], 0, request)

    def test_a_way_from_thread_to_thread_is_timed_each_time(self) -> None:
        for request, answer in zip(WAYS, ask(*WAYS)):
            self.assertNotIn("error", answer, request)
            self.assertGreater(answer["p50_ns"], 0, request)
            self.assertGreaterEqual(answer["p99_ns"], answer["p50_ns"], request)
            # The makespan is the sum of twenty, half of which take the median or longer.
            self.assertGreaterEqual(answer["makespan_ns"], 10 * answer["p50_ns"], request)
        (again,) = ask("yields tasks=4 times=10 workers=1")  # A loop of its own, as before.
        self.assertGreater(again["makespan_ns"], 0)

    def test_computing_takes_what_it_is_told_to_take(self) -> None:
        (pieces, none) = ask("fan_out tasks=20 work=500000", "fan_out tasks=20 work=0")
        self.assertGreaterEqual(pieces["makespan_ns"], 20 * 500_000)
        self.assertLess(none["makespan_ns"], pieces["makespan_ns"])

    def test_sleeps_are_never_too_short(self) -> None:
        (naps,) = ask("naps times=3")
        self.assertGreaterEqual(naps["makespan_ns"], 500_000 + 919_000 + 1_338_000)
        (timers,) = ask(with_items("timers cancelled=1", [(9, 0), (3_000_000, 0), (1_000, 0)]))
        self.assertGreaterEqual(timers["p50_ns"], 0)
        self.assertGreaterEqual(timers["makespan_ns"], 3_000_000)

    def test_requests_count_from_when_they_should_have_come(self) -> None:
        # The second one comes while the first is served, on one worker: it waits for it.
        items = [(1_000_000, 4_000_000), (1_500_000, 4_000_000), (1_600_000, 10)]
        (answer,) = ask(with_items("requests workers=1", items))
        self.assertGreaterEqual(answer["makespan_ns"], 9_000_000)
        self.assertGreaterEqual(answer["p50_ns"], 4_000_000)
        self.assertGreaterEqual(answer["p99_ns"], 7_500_000)

    def test_what_it_does_not_know_is_an_error_and_no_end(self) -> None:
        (wrong, right) = ask("nonsense workers=1", "yields tasks=1 times=1")
        self.assertIn("nonsense", wrong["error"])
        self.assertGreater(right["makespan_ns"], 0)

    def test_an_unknown_target_is_wrong_use(self) -> None:
        done = subprocess.run([START, "perl"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("tokio-1.24", done.stderr)


if __name__ == "__main__":
    unittest.main()
