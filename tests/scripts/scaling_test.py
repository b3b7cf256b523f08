#!/usr/bin/python3
"""scripts/scaling: what it asks for, and one small run of it, as `scaling_test.py LOOPSTEAL`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from loopsteal import scaling_command as scaling  # noqa: E402

LOOPSTEAL = sys.argv.pop(1) if len(sys.argv) > 1 else "loopsteal"


class Grids(unittest.TestCase):
    def test_workers_are_powers_of_two_and_the_last(self) -> None:
        self.assertEqual(scaling.workers_up_to(1), [1])
        self.assertEqual(scaling.workers_up_to(2), [1, 2])
        self.assertEqual(scaling.workers_up_to(6), [1, 2, 4, 6])
        self.assertEqual(scaling.workers_up_to(1024)[-2:], [512, 1024])

    def test_threads_have_no_more_workers_than_there_are_cpus(self) -> None:
        options = scaling.parse(["--most", "64"])
        self.assertEqual(max(scaling.threads_grid(options, ["a"], 3)["workers"]), 3)
        self.assertEqual(max(scaling.virtual_grid(options, ["a"])["workers"]), 64)

    def test_virtual_time_is_told_what_tasks_take(self) -> None:
        works = {"uts": {"value": 95}, "fan_out": {"value": 7}}
        self.assertEqual(scaling.told("uts", works), "uts:node_work=95ns")
        self.assertEqual(scaling.told("fan_out:tasks=3", works), "fan_out:tasks=3,task_work=7ns")
        for as_it_is in ("uts:node_work=1us", "blocker"):
            self.assertEqual(scaling.told(as_it_is, works), as_it_is)

    def test_what_tasks_take_is_in_the_kept_costs(self) -> None:
        self.assertIn("uts", scaling.work_tables("reference"))
        self.assertIn("fan_out", scaling.work_tables("tokio-1.24"))
        self.assertEqual(scaling.work_tables("zero"), {})


class Names(unittest.TestCase):
    def test_a_program_of_this_checkout_is_named_from_its_root(self) -> None:
        inside = scaling.ROOT / "build" / "release" / "bin" / "loopsteal"
        self.assertEqual(scaling.from_root(inside), "build/release/bin/loopsteal")
        self.assertEqual(scaling.from_root(Path("/bin/false")), str(Path("/bin/false").resolve()))


class Program(unittest.TestCase):
    def test_both_machines_are_in_one_file_and_one_figure(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            words = ["--workload", "fan_out:tasks=50,work=1us", "--most", "4", "--repetitions", "1"]
            done = subprocess.run(
                [sys.executable, "-B", SCRIPTS / "scaling", "-o", folder, *words]
                + ["--size", "small", "--loopsteal", LOOPSTEAL],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            self.assertEqual(done.returncode, 0, done.stderr)
            document = json.loads((folder / "scaling.json").read_text())
            self.assertTrue(document["context"]["command"].startswith("scripts/scaling -o "))
            rows = document["benchmarks"]
            most = {
                machine: max(row["workers"] for row in rows if row["machine"] == machine)
                for machine in ("threads", "sim")
            }
            self.assertEqual(most["sim"], 4)
            self.assertLessEqual(most["threads"], scaling.cpus())
            self.assertTrue((folder / "scaling-machines.svg").exists(), done.stderr)

    def test_a_run_that_fails_says_so(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            words = ["-o", name, "--loopsteal", "/bin/false"]
            self.assertEqual(scaling.main(words), 1)


if __name__ == "__main__":
    unittest.main()
