"""Hostile input: each thing that may go wrong ends with the right status and a helpful word, and
what was measured before it is kept."""

from __future__ import annotations

import csv
import json
import os
import resource
import shutil
import signal
import subprocess
import time
import unittest

from program_case import FAULTY, PATIENCE_S, PROGRAM, ProgramCase, clean_environment, strict_json


def figures_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV table, without the time that it took to compute them."""
    rows = list(csv.DictReader(text.splitlines()))
    return [{k: v for k, v in row.items() if "cpu_time" not in k} for row in rows]


class Hostile(ProgramCase):
    def test_unknown_names(self) -> None:
        self.assert_refused(["compre"], 'Did you mean "compare"?')
        self.assert_refused(["run", "--scheduler", "work_staeling"], '"work_stealing"')
        self.assert_refused(["run", "--workload", "hot_shrad"], '"hot_shard"')
        self.assert_refused(["run", "--wrokers", "2"], '"--workers"')
        self.assert_refused(["run", "--machine", "thread"], '"threads"')
        self.assert_refused(["list", "knob"], '"knobs"')
        self.assert_refused(["list", "knobs", "work_stealin"], '"work_stealing"')
        self.assert_refused(
            ["run", "--scheduler", "work_stealing:lifo_slto=on"], '"lifo_slot"'
        )
        self.assert_refused(
            ["run", "--scheduler", "work_stealing:preset=tokio-1.35"], "tokio-1."
        )
        for moved in ("placement=random", "preset=mean-field", "local_order=random"):
            self.assert_refused(
                ["run", "--machine", "sim", "--scheduler", f"work_stealing:{moved}"],
                f"Write random_stealing:{moved}",
            )

    def test_knobs_out_of_range(self) -> None:
        self.assert_refused(
            ["run", "--scheduler", "work_stealing:steal_rounds=0"],
            "steal_rounds=0",
            "out of range",
            "..",
        )
        self.assert_refused(["run", "--workload", "requests:load=-1"], "out of range")
        self.assert_refused(["run", "--workload", "requests:mean=10"], "has no unit")
        self.assert_refused(["run", "--repetitions", "0"], "out of range")
        self.assert_refused(["run", "--seed", "-1"], "--seed")
        self.assert_refused(["run", "--workload", "uts:tree"], "key=value")

    def test_ten_thousand_workers(self) -> None:
        self.assert_refused(["run", "--workers", "10000"], "10000 workers", "--oversubscribe")

    def with_processes(self, most: int, line: str) -> subprocess.CompletedProcess[str]:
        """Runs a line where a user may have so many processes and threads; root has no such limit,
        so as another user if need be."""
        program = PROGRAM
        line = f"ulimit -u {most}; exec loopsteal {line}"
        if os.getuid() == 0:
            # One of its own, as the limit counts all that the user has.
            user = 60_000 + os.getpid() % 5_000
            line = f'setpriv --reuid={user} --clear-groups bash -c "{line}"'
            # Another user may not enter the folder that the tree is in, such as root's home.
            program = shutil.copy(PROGRAM, self.folder)
            self.folder.chmod(0o755)
        return self.shell(line, program)

    def test_too_many_threads_is_a_failed_run(self) -> None:
        result = self.with_processes(
            50,
            "run --scheduler work_stealing --workload fork_join"
            " --size small --workers 2000 --oversubscribe --format json",
        )
        self.assertEqual(result.returncode, 3, result.stderr)
        row = strict_json(result.stdout)["benchmarks"][0]
        self.assertTrue(row["error_occurred"])
        self.assertIn("ulimit -u", row["error_message"])

    def test_without_helpers_the_caller_does_all(self) -> None:
        # Replications are the same whichever thread runs them. One thread waits for signals.
        line = (
            "run --machine sim --scheduler work_stealing --workload requests:count=300"
            " --workers 2 --precision 20% --format csv"
        )
        alone = self.with_processes(2, f"{line} --threads 1")
        limited = self.with_processes(2, f"{line} --threads 4")
        self.assertEqual(limited.returncode, 0, limited.stderr)
        self.assertEqual(figures_of(limited.stdout), figures_of(alone.stdout))
        # What advise chooses among equals depends on how long its trials took.
        line = "advise --workload skynet:levels=2 --slo 'makespan<=1ms' --threads 4"
        limited = self.with_processes(2, line)
        self.assertEqual(limited.returncode, 0, limited.stderr)
        self.assertIn("Take ", limited.stdout)

    def test_no_thread_can_be_started(self) -> None:
        # From no thread at all on, until there are the workers and lack a client's or the pool's.
        workloads = ("fork_join", "requests:count=50", "mixed", "spawn_many_remote_idle")
        for limit in range(1, 6):
            for scheduler in ("event_loop", "shared_queue", "work_stealing"):
                for workload in workloads:
                    result = self.with_processes(
                        limit,
                        f"run --machine threads --scheduler {scheduler} --workload {workload}"
                        " --size small --workers 2 --format json",
                    )
                    what = f"{limit} {scheduler} {workload}: {result.stderr}"
                    self.assertIn(result.returncode, (0, 3), what)
                    if result.returncode == 3:
                        self.assertIn("A thread could not be started", result.stderr, what)
                        self.assertIn("ulimit -u", result.stderr, what)
                    self.assertEqual(result.returncode == 3, limit < 3 or "FAILED" in result.stderr)

    def test_onetbb_lacks_a_worker(self) -> None:
        result = self.with_processes(
            4, "run --machine threads --scheduler onetbb --workload fork_join --workers 2"
        )
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("of the 2 workers asked for", result.stderr)

    def test_config_with_a_wrong_key(self) -> None:
        (self.folder / "lab.toml").write_text("seed = 1\n\n  wokers = 2\n", encoding="utf-8")
        self.assert_refused(
            ["run", "--config", "lab.toml"], "lab.toml:3:3:", "wokers", 'mean "workers"'
        )
        self.assert_refused(["run", "--config", "none.toml"], "none.toml")

    def test_full_disk(self) -> None:
        result = self.run_it(
            "run", "--scheduler", "event_loop", "--workload", "fork_join", "--size", "small",
            "--format", "json", "-o", "/dev/full",
        )  # fmt: skip
        self.assertEqual(result.returncode, 3)
        self.assertIn("/dev/full", result.stderr)
        self.assertIn("No space left", result.stderr)
        table = self.run_it(
            "run", "--scheduler", "event_loop", "--workload", "fork_join", "--size", "small",
            "-o", "/dev/full",
        )  # fmt: skip
        self.assertEqual(table.returncode, 3)
        self.assertIn("event_loop", table.stdout, "what was measured is offered")
        onto = self.shell("loopsteal list > /dev/full")
        self.assertEqual(onto.returncode, 3)
        self.assertIn("No space left", onto.stderr)

    def test_disk_that_fills_up(self) -> None:
        """A file that may not grow: what was measured is offered on standard output."""

        def small_files_only() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

        result = subprocess.run(
            [PROGRAM, "run", "--scheduler", "event_loop", "--workload", "fork_join", "--size",
             "small", "--repetitions", "50", "--format", "jsonl", "-o", "r.jsonl"],
            cwd=self.folder, env=clean_environment(), capture_output=True, text=True,
            timeout=PATIENCE_S, check=False, preexec_fn=small_files_only,
        )  # fmt: skip
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("r.jsonl", result.stderr)
        lines = [strict_json(line) for line in result.stdout.splitlines()]
        self.assertIn("context", lines[0])
        self.assertGreater(len(lines), 2)
        self.assertLess(len(lines), 51, "it ended when the file was full")

    def test_a_folder_that_is_not_there(self) -> None:
        result = self.run_it("run", "--size", "small", "-o", "no/such/r.json")
        self.assertEqual(result.returncode, 3)
        self.assertIn("no/such/r.json", result.stderr)

    def test_closed_pipe(self) -> None:
        for words in ("list", "list knobs --json", "schema",
                      "run --scheduler event_loop --size small --format jsonl"):
            # cat waits for the end of what head has left standing, so the pipe is closed by then.
            result = self.shell(
                f"(sleep 0.3; loopsteal {words}; echo $? > status) | head -c 0"
            )
            self.assertEqual((self.folder / "status").read_text(encoding="utf-8"), "3\n", words)
            self.assertNotIn("roken pipe", result.stderr)

    def test_truncated_results(self) -> None:
        written = self.run_it(
            "run", "--workload", "fork_join", "--size", "small", "--repetitions", "3",
            "--raw", "r.json",
        )  # fmt: skip
        self.assertEqual(written.returncode, 0, written.stderr)
        text = (self.folder / "r.json").read_text(encoding="utf-8")
        (self.folder / "half.json").write_text(text[: len(text) // 2], encoding="utf-8")
        (self.folder / "head.json").write_text(text[:100], encoding="utf-8")
        whole = self.run_it("compare", "r.json")
        self.assertEqual(whole.returncode, 0, whole.stderr)
        half = self.run_it("compare", "half.json")
        self.assertEqual(half.returncode, 4)
        self.assertIn("half.json is damaged or cut off in line", half.stderr)
        self.assertIn("fork_join", half.stdout)
        head = self.run_it("compare", "head.json")
        self.assertEqual(head.returncode, 3)
        self.assertIn("Not a single row is whole", head.stderr)
        self.assertEqual(head.stdout, "")
        missing = self.run_it("compare", "none.json")
        self.assertEqual(missing.returncode, 3)

    def test_too_many_open_files(self) -> None:
        result = self.shell(
            "ulimit -n 40; loopsteal run --scheduler event_loop --workload echo:connections=100"
            " --size small --format json"
        )
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("ulimit -n", result.stderr)
        row = strict_json(result.stdout)["benchmarks"][0]
        self.assertIn("ulimit -n", row["error_message"])

    def test_wrong_answer(self) -> None:
        result = self.run_it(
            "run", "--scheduler", "event_loop", "--workload", "wrong_answer", "--workload",
            "fork_join", "--size", "small", "--repetitions", "2", "--format", "json",
            program=FAULTY,
        )  # fmt: skip
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("the answer 41 is wrong", result.stderr)
        rows = strict_json(result.stdout)["benchmarks"]
        self.assertEqual(len(rows), 4, "the rest goes on")
        for row in rows:
            self.assertEqual(row["answer_ok"], row["workload"] != "wrong_answer")

    def test_a_run_that_throws(self) -> None:
        result = self.run_it(
            "compare", "--workload", "throwing", "--workload", "fork_join", "--size", "small",
            "--repetitions", "2", "--raw", "r.json", program=FAULTY,
        )  # fmt: skip
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("the root task gave up", result.stdout)
        rows = self.read_results("r.json")["benchmarks"]
        failed = [row for row in rows if row["workload"] == "throwing"]
        fine = [row for row in rows if row["workload"] == "fork_join"]
        self.assertEqual(len(failed), len(fine))
        self.assertTrue(all(row["error_message"] == "the root task gave up" for row in failed))
        self.assertTrue(all(row["answer_ok"] for row in fine))


class Interrupted(ProgramCase):
    """Ctrl-C in the middle: the rows so far are kept, the files whole, the status 130."""

    def interrupt(self, words: list[str], rows: int, sign: int = signal.SIGINT) -> tuple[int, str]:
        """Starts the program, waits for `rows` rows in what r.json will be, interrupts it."""
        with subprocess.Popen(
            [FAULTY, *words, "--raw", "r.json"],
            cwd=self.folder, env=clean_environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            deadline = time.monotonic() + PATIENCE_S
            while self.rows_so_far() < rows:
                self.assertIsNone(process.poll(), "it ended by itself")
                self.assertLess(time.monotonic(), deadline, "no rows came")
                time.sleep(0.01)
            process.send_signal(sign)
            output, _ = process.communicate(timeout=PATIENCE_S)
            return process.returncode, output

    def rows_so_far(self) -> int:
        parts = self.folder.glob("r.json.*.part")
        return sum(part.read_text(encoding="utf-8").count('"name"') for part in parts)

    def test_in_the_middle_of_compare(self) -> None:
        status, output = self.interrupt(
            ["compare", "--scheduler", "event_loop", "--scheduler", "work_stealing",
             "--workload", "steady", "--repetitions", "100000"], rows=7,
        )  # fmt: skip
        self.assertEqual(status, 130)
        rows = self.read_results("r.json")["benchmarks"]
        self.assertGreaterEqual(len(rows), 7)
        self.assertTrue(all(row["answer_ok"] for row in rows))
        self.assertIn("steady", output, "the table of what was measured is shown")
        self.assertEqual(list(self.folder.glob("*.part")), [])

    def test_in_a_run_that_does_not_end(self) -> None:
        # Each round runs both, in an order that the seed shuffles: so the endless one is under way
        # after at most one row. Which seed begins with the steady one is found by trying.
        for seed in range(1, 20):
            order = self.order_with(seed)
            if order == "steady":
                break
        status, _ = self.interrupt(
            ["run", "--scheduler", "event_loop", "--workload", "steady", "--workload", "endless",
             "--seed", str(seed)], rows=1,
        )  # fmt: skip
        self.assertEqual(status, 130)
        rows = self.read_results("r.json")["benchmarks"]
        self.assertEqual([row["workload"] for row in rows], ["steady"])

    def order_with(self, seed: int) -> str:
        """Which of two workloads runs first with this seed; the order is the same for any two."""
        result = self.run_it(
            "run", "--scheduler", "event_loop", "--workload", "steady", "--workload", "fork_join",
            "--size", "small", "--format", "jsonl", "--seed", str(seed), program=FAULTY,
        )  # fmt: skip
        return json.loads(result.stdout.splitlines()[1])["workload"]

    def test_by_sigterm(self) -> None:
        status, _ = self.interrupt(
            ["run", "--scheduler", "event_loop", "--workload", "steady", "--repetitions",
             "100000"], rows=2, sign=signal.SIGTERM,
        )  # fmt: skip
        self.assertEqual(status, 143)
        self.assertGreaterEqual(len(self.read_results("r.json")["benchmarks"]), 2)

    def test_by_sighup(self) -> None:
        status, _ = self.interrupt(
            ["run", "--scheduler", "event_loop", "--workload", "steady", "--repetitions",
             "100000"], rows=2, sign=signal.SIGHUP,
        )  # fmt: skip
        self.assertEqual(status, 129)
        self.assertGreaterEqual(len(self.read_results("r.json")["benchmarks"]), 2)

    def test_nohup_is_respected(self) -> None:
        result = self.shell(
            "trap '' HUP; loopsteal run --scheduler event_loop --workload steady --repetitions 20"
            " --format json -o r.json & sleep 0.2; kill -HUP $!; wait $!", program=FAULTY,
        )  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(self.read_results("r.json")["benchmarks"]), 20)

    def test_before_the_first_row_an_earlier_file_stays(self) -> None:
        (self.folder / "r.json").write_text("earlier", encoding="utf-8")
        for sign, expected in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with subprocess.Popen(
                [FAULTY, "run", "--scheduler", "event_loop", "--workload", "endless", "--raw",
                 "r.json", "--format", "json", "-o", "new.json"],
                cwd=self.folder, env=clean_environment(), stderr=subprocess.PIPE, text=True,
            ) as process:  # fmt: skip
                deadline = time.monotonic() + PATIENCE_S
                while not list(self.folder.glob("r.json.*.part")):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.01)
                process.send_signal(sign)
                _, told = process.communicate(timeout=PATIENCE_S)
            self.assertEqual(process.returncode, expected, told)
            self.assertIn("Nothing had been measured: r.json is as it was", told)
            names = sorted(path.name for path in self.folder.iterdir())
            self.assertEqual(names, ["r.json"])
        self.assertEqual((self.folder / "r.json").read_text(encoding="utf-8"), "earlier")

    def test_in_the_first_milliseconds(self) -> None:
        """Whenever it comes: the status of the signal, and no half file."""
        (self.folder / "r.json").write_text("earlier", encoding="utf-8")
        statuses = set()
        words = ["run", "--machine", "sim", "--scheduler", "event_loop", "--workload",
                 "fan_out:tasks=300000", "--raw", "r.json"]  # fmt: skip
        for attempt in range(20):
            with subprocess.Popen(
                [PROGRAM, *words],
                cwd=self.folder, env=clean_environment(), stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            ) as process:  # fmt: skip
                time.sleep(attempt * 0.001)
                process.send_signal(signal.SIGTERM)
                statuses.add(process.wait(timeout=PATIENCE_S))
            self.assertEqual(list(self.folder.glob("*.part")), [])
            text = (self.folder / "r.json").read_text(encoding="utf-8")
            self.assertTrue(text == "earlier" or json.loads(text)["benchmarks"], text)
        # -SIGTERM: it came before main(); a shell says 143, too.
        self.assertLessEqual(statuses, {143, -signal.SIGTERM})
        self.assertIn(143, statuses)

    def test_the_last_row_before_a_kill_can_be_read(self) -> None:
        status, _ = self.interrupt(
            ["run", "--scheduler", "event_loop", "--workload", "steady", "--repetitions",
             "100000"], rows=3, sign=signal.SIGKILL,
        )  # fmt: skip
        self.assertEqual(status, -signal.SIGKILL)
        (part,) = self.folder.glob("r.json.*.part")
        result = self.run_it("compare", part.name)
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("steady", result.stdout)
        self.run_it("run", "--scheduler", "event_loop", "--workload", "steady", "--raw", "r.json",
                    program=FAULTY)  # fmt: skip
        self.assertFalse(part.exists(), "the next whole file of that name clears it away")


if __name__ == "__main__":
    unittest.main()
