"""A hostile environment: outputs that others write, too, streams that are closed or full, memory
that runs out, and numbers and texts out of all proportion."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import unittest

from program_case import FAULTY, PATIENCE_S, PROGRAM, ProgramCase, clean_environment, strict_json

SMALL = ["--size", "small", "--scheduler", "event_loop"]
FAN_OUT = ["run", *SMALL, "--machine", "sim", "--workload", "fan_out"]


class Outputs(ProgramCase):
    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [PROGRAM, *words], cwd=self.folder, env=clean_environment(), text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def test_comparisons_of_one_second_have_files_of_their_own(self) -> None:
        running = [
            self.start("compare", *SMALL, "--machine", "sim", "--workload", "uts", "--repetitions",
                       "30", "--seed", str(seed))
            for seed in range(1, 5)
        ]  # fmt: skip
        for process in running:
            _, told = process.communicate(timeout=PATIENCE_S)
            self.assertEqual(process.returncode, 0, told)
        files = list(self.folder.iterdir())
        documents = [strict_json(path.read_text(encoding="utf-8")) for path in files]
        seeds = [document["context"]["seed"] for document in documents]
        self.assertEqual(sorted(seeds), [1, 2, 3, 4])
        self.assertTrue(all(len(document["benchmarks"]) == 30 for document in documents))

    def test_one_name_has_one_writer(self) -> None:
        with self.start("run", *SMALL, "--workload", "fork_join", "--repetitions", "100000",
                        "--raw", "r.json") as first:  # fmt: skip
            # Until a row is in it: without one the first leaves no file when it is interrupted.
            while not any(b"run_name" in part.read_bytes()
                          for part in self.folder.glob("r.json.*.part")):  # fmt: skip
                self.assertIsNone(first.poll())
            second = self.run_it(*FAN_OUT, "--format", "json", "-o", "r.json")
            first.terminate()
            first.communicate(timeout=PATIENCE_S)
        self.assertEqual(second.returncode, 3)
        self.assertIn("r.json is being written already", second.stderr)
        rows = self.read_results("r.json")["benchmarks"]
        self.assertEqual({row["workload"] for row in rows}, {"fork_join"})

    def test_one_command_does_not_write_two_outputs_to_one_file(self) -> None:
        result = self.run_it(*FAN_OUT, "--format", "csv", "-o", "r", "--raw", "r")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(list(self.folder.iterdir()), [])


class Streams(ProgramCase):
    def test_an_unwritable_standard_error_changes_nothing(self) -> None:
        for where in ("2>/dev/full", "2>&-"):
            for words in (
                "run --size small --scheduler event_loop --workload fan_out --raw r.json",
                "compare --size small --scheduler event_loop --workload fan_out --raw r.json",
            ):
                result = self.shell(f"loopsteal {words} {where}")
                self.assertEqual(result.returncode, 0, where)
                self.assertTrue(self.read_results("r.json")["benchmarks"])
                (self.folder / "r.json").unlink()
            self.assertEqual(self.shell(f"loopsteal run --no-such {where}").returncode, 2)
            self.assertEqual(self.shell(f"loopsteal compare none.json {where}").returncode, 3)
            failed = self.shell(
                f"loopsteal run --scheduler event_loop --workload throwing {where}", FAULTY
            )
            self.assertEqual(failed.returncode, 4)

    def test_a_file_does_not_get_the_number_of_a_closed_stream(self) -> None:
        result = self.shell(
            "loopsteal run --size small --scheduler event_loop --workload fan_out --raw r.json"
            " >&- 2>&- <&-"
        )
        self.assertEqual(result.returncode, 3, "the table could not be written")
        self.assertEqual(len(self.read_results("r.json")["benchmarks"]), 1)


class Memory(ProgramCase):
    def test_a_run_without_memory_is_a_failed_row_with_the_cause(self) -> None:
        for scheduler in ("event_loop", "shared_queue", "work_stealing"):
            result = self.shell(
                f"ulimit -v 100000; loopsteal run --machine sim --scheduler {scheduler}"
                " --size small --workload skynet:levels=7 --workload fan_out --raw r.json"
            )
            self.assertEqual(result.returncode, 3, result.stderr)
            self.assertIn("Out of memory: the run needs more than the limit of", result.stderr)
            rows = self.read_results("r.json")["benchmarks"]
            failed = [row for row in rows if row.get("error_occurred")]
            self.assertEqual([row["workload_spec"] for row in failed], ["skynet:levels=7"])
            self.assertIn("Out of memory", failed[0]["error_message"])
            self.assertEqual(list(self.folder.glob("*.part")), [])

    def test_what_will_not_fit_is_refused_before_anything_is_run(self) -> None:
        result = self.shell(
            "ulimit -v 100000; loopsteal run --machine sim --scheduler shared_queue"
            " --size small --workload fan_out:tasks=3000000 -o t.txt --raw r.json"
        )
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn("would take about 576 MB of memory", result.stderr)
        self.assertIn("ulimit -v", result.stderr)
        self.assertIn("Take fewer tasks", result.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_length_of_a_run_takes_no_memory(self) -> None:
        # Samples alone would be 128 MB.
        result = self.shell(
            "ulimit -v 150000; loopsteal run --machine sim --scheduler event_loop"
            " --workload requests:count=8000000"
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("within 1.6 %", result.stdout)

    def test_any_limit_ends_with_a_documented_status(self) -> None:
        for megabytes in (60, 70, 80, 90, 120, 160, 240):
            for workload in ("fan_out:tasks=200000", "requests:count=400000", "skynet:levels=5"):
                result = self.shell(
                    f"ulimit -v {megabytes}000; loopsteal run --machine sim --size small"
                    f" --scheduler work_stealing --workload {workload}"
                )
                # 127: the loader has not come to the program.
                self.assertIn(result.returncode, (0, 3, 127), f"{megabytes} MB: {result.stderr}")


class Threads(ProgramCase):
    def limited(self, processes: int, words: str) -> subprocess.CompletedProcess[str]:
        """Runs it under a limit of processes, in which threads count."""
        somebody = 61_000 + processes

        def limit() -> None:
            if os.getuid() == 0:  # Root has no limit.
                os.setgroups([])
                os.setgid(somebody)
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
            if os.getuid() == 0:
                os.setuid(somebody)

        program = shutil.copy(PROGRAM, self.folder)
        self.folder.chmod(0o777)
        return subprocess.run(
            [program, *words.split()], cwd=self.folder, env=clean_environment(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S,
            check=False, preexec_fn=limit,
        )  # fmt: skip

    def test_a_thread_that_cannot_be_started_is_told_with_the_limit(self) -> None:
        for processes in range(1, 6):
            for words in ("run --workload requests:count=50 --scheduler event_loop",
                          "run --workload mixed --scheduler event_loop",
                          "run --workload mixed --scheduler work_stealing",
                          "run --workload uts --scheduler shared_queue"):  # fmt: skip
                result = self.limited(processes, f"{words} --size small --raw r.json")
                self.assertIn(result.returncode, (0, 3, 4), f"{processes}: {result.stderr}")
                if result.returncode != 0:
                    self.assertIn("ulimit -u", result.stderr)
                if result.returncode == 3 and "FAILED" in result.stdout:
                    (row,) = self.read_results("r.json")["benchmarks"]
                    self.assertIn("ulimit -u", row["error_message"])
        # The limit of one is met by all: the thread that watches for signals.
        self.assertEqual(self.limited(1, "run --size small").returncode, 3)


class Numbers(ProgramCase):
    def script(self, *operations: object, **more: object) -> str:
        program = {"version": 1, "main": "m", "tasks": {"m": list(operations)}, **more}
        (self.folder / "s.json").write_text(json.dumps(program), encoding="utf-8")
        return "s.json"

    def test_ticks_beyond_the_end_of_time_are_refused_with_the_place(self) -> None:
        for operation in (["sleep", 9223372037], ["compute", 9223372037],
                          ["timeout", 9223372037, []], ["call_later", 9223372037, "x", "t"],
                          ["sleep", 10**12], ["call_at", 10**12, "x", "t"]):  # fmt: skip
            result = self.run_it("script", self.script(["log", "a"], operation), "--tick", "1s")
            self.assertEqual(result.returncode, 2, result.stdout)
            self.assertIn("/tasks/m/1: ", result.stderr)
            self.assertIn("146 years", result.stderr)
        # Each is short enough, their sum is not.
        year = ["repeat", 200, [["sleep", 31_557_600]]]
        self.assert_misuse(["script", self.script(year), "--tick", "1s"], "/tasks/m/0/2/0: ")

    def assert_misuse(self, words: list[str], place: str) -> None:
        result = self.run_it(*words)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(place, result.stderr)

    def test_long_times_that_fit_are_right(self) -> None:
        result = self.run_it("script", self.script(["sleep", 10**9], ["sleep", -(10**12)]),
                             "--tick", "1s")  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["t"], 10**9)

    def test_nesting_has_a_limit_with_the_place(self) -> None:
        deep = "[" * 65_000 + "]" * 65_000
        repeats = '["repeat",1,[' * 10_000 + '["yield"]' + "]]" * 10_000
        texts = {
            "s.json": '{"version":1,"main":"m","tasks":{"m":[%s]}}' % repeats,
            "r.json": '{"context":{"schema":"loopsteal.run/1"},\n"benchmarks":[%s]}' % deep,
        }
        for name, text in texts.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        for words in (["script", "s.json"], ["compare", "r.json"], ["report", "r.json"],
                      ["run", *SMALL, "--workload", "script:file=s.json"],
                      ["run", *SMALL, "--workload", "dag:file=r.json"],
                      ["sweep", "run", "r.json", "-o", "rows"]):  # fmt: skip
            with self.subTest(words=words):
                if words[0] == "report" and "The page" in self.run_it(*words).stderr:
                    continue  # Built without npm.
                self.assert_refused(words, "nested 400 deep", "column")
        # As deep as allowed, it is read and run.
        inside = '["repeat",1,[' * 190 + '["yield"]' + "]]" * 190
        (self.folder / "s.json").write_text(texts["s.json"].replace(repeats, inside))
        self.assertEqual(self.run_it("script", "s.json").returncode, 0)

    def test_numbers_out_of_range_in_results_name_the_row(self) -> None:
        self.run_it(*FAN_OUT, "--raw", "r.json")
        for field, value in (("workers", -1), ("workers", 2**40), ("seed", 1e300), ("tasks", 0.5),
                             ("makespan_ns", 2**63), ("trace_hash", "xyz"), ("trace_hash", ""),
                             ("trace_hash", "f" * 17), ("worker_poll_count_per_worker", [-1])):
            document = self.read_results("r.json")
            document["benchmarks"][0][field] = value
            (self.folder / "bad.json").write_text(json.dumps(document), encoding="utf-8")
            result = self.run_it("compare", "bad.json")
            self.assertEqual(result.returncode, 3, f"{field} {value}")
            self.assertIn("bad.json: row 1: ", result.stderr)
            self.assertNotIn("stoull", result.stderr)

    def test_legal_values_are_no_wrong_answers(self) -> None:
        for scheduler in ("event_loop", "work_stealing"):
            result = self.run_it("run", "--machine", "sim", "--scheduler", scheduler, "--size",
                                 "small", "--workload", "timers:task_work=60min")  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)


class Messages(ProgramCase):
    def test_a_folder_in_the_place_of_a_file(self) -> None:
        for words, status in (
            (["compare", "."], 3), (["script", "."], 2), (["sweep", "plan", "."], 2),
            (["sweep", "run", ".", "-o", "rows"], 3), (["run", "--config", "."], 2),
            (["run", *SMALL, "--workload", "requests:trace=."], 2),
            (["run", *SMALL, "--workload", "dag:file=."], 2),
            (["run", *SMALL, "--workload", "script:file=."], 2),
        ):  # fmt: skip
            result = self.run_it(*words)
            self.assertEqual(result.returncode, status, words)
            self.assertIn("s a directory", result.stderr.replace("Is", "is"), words)
            self.assertNotIn("basic_filebuf", result.stderr)

    def test_a_device_without_an_end_is_refused(self) -> None:
        for words, status in ((["compare", "/dev/zero"], 3), (["run", "--config", "/dev/zero"], 2)):
            result = self.run_it(*words)
            self.assertEqual(result.returncode, status, words)
            self.assertIn("does not end within 256 MiB", result.stderr, words)

    def test_a_file_with_wrong_answers_is_no_success(self) -> None:
        self.run_it("run", *SMALL, "--workload", "wrong_answer", "--raw", "r.json", program=FAULTY)
        self.assertEqual(self.run_it("compare", "r.json").returncode, 1)
        self.run_it("run", *SMALL, "--workload", "throwing", "--raw", "f.json", program=FAULTY)
        self.assertEqual(self.run_it("compare", "f.json").returncode, 4)

    def test_a_trace_takes_a_precision(self) -> None:
        (self.folder / "t.csv").write_text("arrival_s,service_s\n0,0.001\n0.5,0.001\n")
        words = ["run", *SMALL, "--machine", "sim", "--workload", "requests:trace=t.csv"]
        for more in ([], ["--precision", "5%"]):
            result = self.run_it(*words, *more)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("1.00 ms", result.stdout)

    def test_what_is_offered_is_taken(self) -> None:
        words = ["run", "--machine", "sim", "--size", "small", "--scheduler", "shared_queue"]
        self.assert_refused([*words, "--workers", "65536"], "1..65535")
        result = self.run_it(*words, "--workload", "yield_many", "--workers", "65535")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_example_program_runs_in_both_dialects(self) -> None:
        for dialect in ("asyncio", "tokio-1.24"):
            result = self.run_it(*FAN_OUT[:-1], f"script:words={dialect}")
            self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
