#!/usr/bin/env python3
"""Two commands never give two numbers for one quantity, and a finite input is counted whole.

Finite inputs are compared with a replay of twenty lines that shares no code with the program:
first come, first served, on c servers.
"""

from __future__ import annotations

import heapq
import json
import math
import os
import random
import re
import unittest

from program_case import ProgramCase

NS = 1_000_000_000
INPUTS = int(os.environ.get("LOOPSTEAL_CONSISTENCY_INPUTS", "500"))


def replay(requests: list[tuple[int, int]], servers: int) -> list[int]:
    """Sojourns in ns of (arrival, service) in ns, first come, first served on `servers` servers."""
    free = [0] * servers
    sojourns = []
    for arrival, service in requests:
        start = max(arrival, heapq.heappop(free))
        heapq.heappush(free, start + service)
        sojourns.append(start + service - arrival)
    return sojourns


def quantile(values: list[int], q: float) -> int:
    """The nearest rank."""
    return sorted(values)[max(1, math.ceil(round(q * len(values), 6))) - 1]


def expected(requests: list[tuple[int, int]], servers: int) -> dict[str, float]:
    sojourns = replay(requests, servers)
    return {
        "sojourn_count": len(sojourns),
        "sojourn_mean_ns": sum(sojourns) / len(sojourns),
        "sojourn_p50_ns": quantile(sojourns, 0.5),
        "sojourn_p90_ns": quantile(sojourns, 0.9),
        "sojourn_p99_ns": quantile(sojourns, 0.99),
        "sojourn_max_ns": max(sojourns),
    }


def random_input(rng: random.Random) -> list[tuple[int, int]]:
    """A handful of requests to some hundred: even, in bursts, heavy at the beginning or end."""
    count = rng.choice([1, 2, 3, 10, 40, 99, 100, 101, 250, 600])
    gap = rng.choice([0, 1_000, 50_000, 1_000_000])
    arrival, requests = 0, []
    for index in range(count):
        if rng.random() < 0.7:
            arrival += rng.randrange(2 * gap + 1)
        heavy = index < count // 3 if rng.random() < 0.5 else index > 2 * count // 3
        service = rng.randrange(1, 100_000) * (20 if heavy else 1)
        requests.append((arrival, service))
    return requests


class Consistency(ProgramCase):
    def write_trace(self, requests: list[tuple[int, int]], name: str = "trace.csv") -> str:
        lines = [f"{arrival / NS:.9f},{service / NS:.9f}" for arrival, service in requests]
        path = self.folder / name
        path.write_text("arrival_s,service_s\n" + "\n".join(lines) + "\n", encoding="utf-8")
        return name

    def json_of(self, *words: str) -> dict:
        result = self.run_it(*words)
        self.assertEqual(result.returncode, 0, f"{words}\n{result.stderr}")
        return json.loads(result.stdout)

    def assert_row(self, row: dict, right: dict[str, float], where: str) -> None:
        for field, value in right.items():
            self.assertAlmostEqual(row[field], value, delta=0.51, msg=f"{where}: {field}")

    def test_random_finite_inputs_equal_an_independent_replay(self) -> None:
        """All of them as one sweep, so that `sweep`, `run` and `compare` are asked, too."""
        rng = random.Random(20261128)
        inputs = [random_input(rng) for _ in range(INPUTS)]
        names = [self.write_trace(one, f"t{i}.csv") for i, one in enumerate(inputs)]
        traces = ", ".join(f'"{name}"' for name in names)
        (self.folder / "grid.toml").write_text(
            'scheduler = ["event_loop", "shared_queue"]\nworkers = [1, 3]\n'
            f'workload = {{name = "requests", trace = [{traces}]}}\n',
            encoding="utf-8",
        )
        result = self.run_it("sweep", "grid.toml", "-o", "rows.json")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = self.read_results("rows.json")["benchmarks"]
        self.assertEqual(len(rows), 3 * INPUTS)  # An event loop has one worker.
        for row in rows:
            index = int(row["workload_knobs"]["trace"][1:-4])
            self.assertEqual(row["regime"], "terminating")
            self.assertEqual(row["warmup_deleted"], 0)
            self.assert_row(row, expected(inputs[index], row["threads"]), names[index])
        for index in range(0, INPUTS, max(1, INPUTS // 12)):
            self.compare_commands(inputs[index], names[index])

    def compare_commands(self, requests: list[tuple[int, int]], trace: str) -> None:
        """run, compare, run with a precision, and advise on one trace."""
        right = expected(requests, 3)
        words = ["--machine", "sim", "--workers", "3", "--scheduler", "shared_queue"]
        workload = ["--workload", f"requests:trace={trace}"]
        out = ["--format", "json", "--progress", "none"]
        once = self.json_of("run", *words, *workload, *out)["benchmarks"]
        self.assert_row(once[0], right, f"run {trace}")
        again = self.json_of("run", *words, *workload, *out, "--precision", "1%")["benchmarks"]
        right_each = {name: value for name, value in right.items() if name != "sojourn_count"}
        self.assert_row(again[0], right_each, f"run --precision {trace}")
        compared = self.json_of("compare", *words, "--scheduler", "event_loop", *workload, *out)
        for row in compared["benchmarks"]:
            self.assert_row(row, expected(requests, row["threads"]), f"compare {trace}")
        for name, metric in (("mean", "sojourn_mean_ns"), ("p50", "sojourn_p50_ns")):
            self.advise(trace, name, right[metric])
        if len(requests) >= 1000:
            self.advise(trace, "p99", right["sojourn_p99_ns"])

    def advise(self, trace: str, metric: str, right_ns: float) -> None:
        limit = math.ceil(right_ns * 2) + 1
        advice = self.json_of(
            "advise", "--workload", trace, "--slo", f"{metric}<={limit}ns",
            "--scheduler", "shared_queue", "--workers", "3", "--max-workers", "3",
            "--costs", "zero", "--format", "json", "--progress", "none",
        )  # fmt: skip
        text = json.dumps(advice)
        self.assertIn('"workers"', text)
        for candidate in advice["candidates"] if "candidates" in advice else []:
            if candidate.get("workers") != 3:
                continue
            for reading in candidate["evidence"]:
                self.assertAlmostEqual(reading["value"], right_ns, delta=0.51, msg=metric)

    def test_a_file_shows_what_its_run_showed(self) -> None:
        trace = self.write_trace(random_input(random.Random(7)))
        for workload in (f"requests:trace={trace}", "requests:load=0.6,mean=1ms", "hot_shard"):
            words = ["--machine", "sim", "--workers", "2", "--scheduler", "event_loop"]
            words += ["--scheduler", "work_stealing", "--workload", workload, "--size", "small"]
            live = self.run_it("compare", *words, "--raw", "raw.json")
            self.assertEqual(live.returncode, 0, live.stderr)
            read = self.run_it("compare", "raw.json")
            self.assertEqual(read.returncode, 0, read.stderr)
            table = [line for line in live.stdout.splitlines() if line.startswith("  ")]
            for line in table:
                self.assertIn(line, read.stdout, workload)

    def test_the_report_has_the_numbers_of_its_rows(self) -> None:
        requests = random_input(random.Random(11))
        trace = self.write_trace(requests)
        words = ["--machine", "sim", "--workers", "3", "--scheduler", "shared_queue"]
        workload = ["--workload", f"requests:trace={trace}"]
        compared = self.run_it("compare", *words, *workload, "--raw", "raw.json")
        self.assertEqual(compared.returncode, 0, compared.stderr)
        made = self.run_it("report", "raw.json", "-o", "report.html")
        self.assertEqual(made.returncode, 0, made.stderr)
        page = (self.folder / "report.html").read_text(encoding="utf-8")
        right = expected(requests, 3)
        for field in ("sojourn_p50_ns", "sojourn_p90_ns", "sojourn_p99_ns", "sojourn_max_ns"):
            found = set(re.findall(rf'"{field}":([0-9]+)', page))
            self.assertEqual(found, {str(round(right[field]))}, field)

    def test_half_of_a_trace_is_not_forgotten(self) -> None:
        """40 requests, 10 ms apart, of which the first 20 take 5 ms and the others 1 ms."""
        requests = [(i * 10_000_000, 5_000_000 if i < 20 else 1_000_000) for i in range(40)]
        trace = self.write_trace(requests)
        words = ["--machine", "sim", "--scheduler", "event_loop"]
        result = self.run_it("run", *words, "--workload", f"requests:trace={trace}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("3.00 ms", result.stdout)
        self.assertIn("5.00 ms", result.stdout)


if __name__ == "__main__":
    unittest.main()
