"""The program loopsteal_bench from outside: its own flags, and those of Google Benchmark."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["LOOPSTEAL_BENCH"]
FAULTY = os.environ["LOOPSTEAL_FAULTY_BENCH"]
COMPARE = "/usr/share/benchmark/compare.py"
PATIENCE_S = 500  # A guard against hanging, never a measurement.

SCHEDULERS = {
    "event_loop": 1,
    "sharded_loops": 2,
    "shared_queue": 2,
    "work_stealing": 2,
    "onetbb:door=enqueue": 2,
}
QUICK = ["--workers=2", "--oversubscribe", "--workload=fork_join", "--benchmark_filter=^balanced",
         "--benchmark_min_time=0.001"]


def run(*words: str, program: str = PROGRAM) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program, *words], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=PATIENCE_S, check=False)


def name_of(scheduler: str, workers: int, workload: str = "fork_join") -> str:
    return (f"balanced/{workload}/scheduler:{scheduler}/machine:threads/workers:{workers}/"
            "size:small/process_time/manual_time")


class BenchmarkProgram(unittest.TestCase):
    def results(self, *words: str) -> dict:
        result = run(*QUICK, "--benchmark_format=json", *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_help_says_all_flags(self) -> None:
        result = run("--help")
        self.assertEqual(result.returncode, 0)
        for flag in ("--scheduler", "--workload", "--workers", "--seed", "--size",
                     "--oversubscribe", "--benchmark_filter", "--benchmark_repetitions"):
            self.assertIn(flag, result.stdout)

    def test_names_and_filter(self) -> None:
        listed = run(*QUICK, "--benchmark_list_tests=true")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertEqual(listed.stdout.split(),
                         [name_of(name, workers) for name, workers in SCHEDULERS.items()])
        # Without a choice, every scheduler but models of theory, on every workload.
        everything = run("--benchmark_list_tests=true", "--benchmark_filter=balanced/")
        names = everything.stdout.split()
        self.assertEqual(len(names), len(set(names)))
        for workload in ("uts", "echo", "requests:service=pareto", "hot_shard"):
            self.assertEqual(sum(f"/{workload}/" in name for name in names), len(SCHEDULERS))

    def test_json_has_rows_and_context(self) -> None:
        results = self.results("--scheduler=work_stealing", "--scheduler", "event_loop")
        context = results["context"]
        for key in ("commit", "compiler", "flags", "loopsteal_build_type", "kernel", "command"):
            self.assertIn(key, context)
        rows = {row["name"]: row for row in results["benchmarks"]}
        self.assertEqual(list(rows), [name_of("work_stealing", 2), name_of("event_loop", 1)])
        for row in rows.values():
            self.assertGreater(row["real_time"], 0)
            self.assertGreater(row["tasks_per_second"], 0)
            self.assertGreaterEqual(row["worker_poll_count"], row["tasks"] / 2)
        self.assertEqual(rows[name_of("event_loop", 1)]["steals"], 0)
        self.assertEqual(rows[name_of("event_loop", 1)]["workers"], 1)

    def test_repetitions_interleaved(self) -> None:
        results = self.results("--scheduler=event_loop", "--scheduler=shared_queue",
                               "--benchmark_repetitions=3",
                               "--benchmark_enable_random_interleaving=true")
        runs = [row for row in results["benchmarks"] if row["run_type"] == "iteration"]
        self.assertEqual(len(runs), 6)
        aggregates = {row["aggregate_name"] for row in results["benchmarks"]
                      if row["run_type"] == "aggregate"}
        self.assertLessEqual({"mean", "median", "stddev"}, aggregates)

    def test_csv_and_out_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out.json"
            result = run(*QUICK, "--scheduler=event_loop", "--benchmark_format=csv",
                         f"--benchmark_out={path}", "--benchmark_out_format=json")
            self.assertEqual(result.returncode, 0, result.stderr)
            table = list(csv.DictReader(io.StringIO(result.stdout)))
            rows = json.loads(path.read_text())["benchmarks"]
        self.assertEqual([row["name"] for row in table], [row["name"] for row in rows])

    def test_compare_py_reads_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out.json"
            run(*QUICK, "--scheduler=event_loop", f"--benchmark_out={path}",
                "--benchmark_repetitions=2")
            result = subprocess.run(
                ["/usr/bin/python3", COMPARE, "benchmarks", str(path), str(path)],
                capture_output=True, text=True, timeout=PATIENCE_S, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("fork_join", result.stdout)

    def test_a_wrong_answer_is_an_error(self) -> None:
        result = run("--workers=1", "--scheduler=event_loop", "--workload=wrong_answer",
                     "--workload=throwing", "--workload=fork_join", "--benchmark_format=json",
                     "--benchmark_filter=balanced", "--benchmark_min_time=0.001", program=FAULTY)
        self.assertEqual(result.returncode, 1, result.stderr)
        failed = [row.get("error_occurred", False)
                  for row in json.loads(result.stdout)["benchmarks"]]
        self.assertEqual(failed, [True, True, False])  # The others run all the same.

    def test_wrong_usage(self) -> None:
        for words, needle in ((["--scheduler=work_steeling"], "work_stealing"),
                              (["--workload=fork_joins"], "fork_join"),
                              (["--scheduler=onetbb:door=front"], "enqueue"),
                              (["--size=huge"], "small"),
                              (["--workers=100000"], "--oversubscribe"),
                              (["--benchmark_format=xml"], "json, csv or console"),
                              (["--benchmark_out=r", "--benchmark_out_format=xml"], "json"),
                              (["--no_such_flag"], "no_such_flag"),
                              (["--benchmark_no_such_flag=1"], "no_such_flag")):
            with self.subTest(words=words):
                result = run(*words)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertEqual(result.stdout, "")
                self.assertIn(needle, result.stderr)

    def test_results_that_cannot_be_written_are_an_error(self) -> None:
        small = [*QUICK, "--scheduler=event_loop"]
        for words, needle in ((["--benchmark_out=/dev/full"], "/dev/full"),
                              (["--benchmark_out=/dev/full", "--benchmark_out_format=csv"],
                               "/dev/full"),
                              (["--benchmark_out=/no/such/folder/r"], "/no/such/folder/r")):
            with self.subTest(words=words):
                result = run(*small, *words)
                self.assertEqual(result.returncode, 3, result.stderr)
                self.assertIn(needle, result.stderr)
        for words in (["--benchmark_format=json"], ["--benchmark_format=csv"], []):
            with self.subTest(words=words), open("/dev/full", "w", encoding="utf-8") as full:
                process = subprocess.run([PROGRAM, *small, *words], stdout=full, text=True,
                                         stderr=subprocess.PIPE, timeout=PATIENCE_S, check=False)
                self.assertEqual(process.returncode, 3, process.stderr)
                self.assertIn("standard output", process.stderr)
        with self.subTest("standard error is closed"):
            process = subprocess.run(["sh", "-c", '"$@" 2>&-', "sh", PROGRAM, *small],
                                     stdout=subprocess.DEVNULL, timeout=PATIENCE_S, check=False)
            self.assertEqual(process.returncode, 0)

    def test_an_interrupt_keeps_what_was_measured(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out.json"
            path.write_text("earlier")
            # The second benchmark lasts for 100 minutes.
            process = subprocess.Popen(
                [PROGRAM, "--workers=1", "--scheduler=event_loop", "--workload=fork_join",
                 "--workload=fan_out:tasks=100,work=60s", "--benchmark_filter=^balanced/f",
                 "--benchmark_min_time=0.001", f"--benchmark_out={path}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            # Until its first benchmark is in the file.
            while not any(b"run_name" in part.read_bytes()
                          for part in Path(folder).glob("out.json.*.part")):
                self.assertIsNone(process.poll())
            self.assertEqual(path.read_text(), "earlier")
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_S)
            self.assertEqual(process.returncode, 143)
            rows = json.loads(path.read_text())["benchmarks"]
            self.assertEqual(len(rows), 1)
            self.assertEqual([part.name for part in Path(folder).iterdir()], ["out.json"])

    def test_an_interrupt_before_the_first_row_leaves_the_earlier_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "out.json"
            path.write_text("earlier")
            process = subprocess.Popen(
                [PROGRAM, "--workers=1", "--scheduler=event_loop",
                 "--workload=fan_out:tasks=100,work=60s", "--benchmark_filter=/fan_out",
                 f"--benchmark_out={path}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            while not any(part.stat().st_size for part in Path(folder).glob("out.json.*.part")):
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=PATIENCE_S)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(path.read_text(), "earlier")
            self.assertEqual([part.name for part in Path(folder).iterdir()], ["out.json"])

    def test_every_micro_benchmark_runs(self) -> None:
        result = run("--benchmark_filter=^micro/", "--benchmark_format=json",
                     "--benchmark_min_time=0.0001")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = json.loads(result.stdout)["benchmarks"]
        parts = {"/".join(row["name"].split("/")[1:3]) for row in rows}
        self.assertLessEqual(
            {"run_queue/push_pop", "run_queue/steal_half", "run_queue/push_pop_with_thief",
             "work_deque/push_pop", "work_deque/steal", "injector/push_pop", "job_queue/push_pop",
             "timer_heap/as_heapq", "timer_heap/first_in", "frame_pool/allocate_free",
             "yield/event_loop", "yield/work_stealing", "yield/onetbb:door=enqueue",
             "wake/futex_round_trip", "wake/reactor_round_trip"}, parts)
        for row in rows:
            self.assertNotIn("error_occurred", row, row["name"])
            self.assertGreater(row["real_time"], 0, row["name"])


if __name__ == "__main__":
    unittest.main()
