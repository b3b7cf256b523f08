"""`loopsteal sweep` from outside: its steps, its ends, and what is left after each of them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

import jsonschema

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

from program_case import PATIENCE_S, PROGRAM, ProgramCase, clean_environment  # noqa: E402

EXAMPLES = HERE.parents[2] / "bench" / "sweep" / "examples"

# Some sixty points of a few milliseconds each.
GRID = """
workers = [1, 4, 16]
scheduler = ["sharded_loops", "shared_queue", {name = "work_stealing", steal = ["half", "one"]}]
workload = {name = "requests", count = 50_000, load = [0.3, 0.5, 0.6, 0.7, 0.8]}
"""


class Sweep(ProgramCase):
    def grid(self, text: str = GRID, name: str = "grid.toml") -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def sweep(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        result = self.run_it("sweep", *words)
        self.assertEqual(result.returncode, status, result.stderr)
        return result

    def planned(self, text: str = GRID) -> int:
        self.sweep("plan", self.grid(text), "-o", "plan.json")
        return len(self.read_results("plan.json")["points"])

    def bytes_of(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def rows_in(self, folder: str) -> int:
        """Whole lines of all shards but for their first ones."""
        files = (self.folder / folder).glob("*.jsonl")
        return sum(max(0, path.read_bytes().count(b"\n") - 1) for path in files)

    def stop(self, sign: int, rows: int = 5) -> tuple[str, int]:
        """Runs the plan, sends the signal when that many rows are there, and returns the
        folder and the status. A run that was quicker than the signal does not count."""
        for attempt in range(20):
            folder = f"rows{attempt}"
            status = self.stop_in(folder, sign, rows)
            if status != 0:
                return folder, status
        self.fail("it was always over before it was stopped")

    def stop_in(self, folder: str, sign: int, rows: int) -> int:
        with subprocess.Popen(
            [PROGRAM, "sweep", "run", "plan.json", "-o", folder, "--threads", "2"],
            cwd=self.folder, env=clean_environment(), stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            deadline = time.monotonic() + PATIENCE_S
            while self.rows_in(folder) < rows and process.poll() is None:
                self.assertLess(time.monotonic(), deadline, "no rows came")
                time.sleep(0.001)
            process.send_signal(sign)  # No harm if it has ended.
            return process.wait(timeout=PATIENCE_S)

    def whole(self) -> bytes:
        self.sweep("run", "plan.json", "-o", "whole")
        self.sweep("merge", "whole", "-o", "whole.json")
        return self.bytes_of("whole.json")

    def test_three_steps_and_one_step_say_the_same(self) -> None:
        points = self.planned()
        self.assertEqual(points, 60)
        whole = json.loads(self.whole())
        self.assertEqual(len(whole["benchmarks"]), points)
        self.sweep("grid.toml", "-o", "one.json", "--threads", "3")
        self.assertEqual(self.read_results("one.json")["benchmarks"], whole["benchmarks"])
        before = self.bytes_of("one.json")
        again = self.sweep("grid.toml", "-o", "one.json")
        self.assertIn("0 points to be measured, 60 there already", again.stderr)
        self.assertEqual(self.bytes_of("one.json"), before)
        shown = self.run_it("compare", "one.json")
        self.assertEqual(shown.returncode, 0, shown.stderr)

    def test_interrupted_and_resumed_it_is_the_same_file(self) -> None:
        points = self.planned()
        whole = self.whole()
        folder, status = self.stop(signal.SIGINT)
        self.assertEqual(status, 130)
        kept = self.rows_in(folder)
        self.assertGreaterEqual(kept, 5)
        self.assertLessEqual(kept, points)
        resumed = self.sweep("run", "plan.json", "-o", folder)
        self.assertIn(f"{kept} there already", resumed.stderr)
        self.sweep("merge", folder, "-o", "rows.json")
        self.assertEqual(self.bytes_of("rows.json"), whole)

    def test_killed_in_the_middle_of_a_row_it_goes_on(self) -> None:
        self.planned()
        whole = self.whole()
        folder, status = self.stop(signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        shard = self.folder / folder / "shard-1-of-1.jsonl"
        # Wherever it was killed: now in the middle of a row.
        text = shard.read_bytes().rstrip(b"\n")
        shard.write_bytes(text[: -len(text.splitlines()[-1]) // 2])
        shown = self.run_it("compare", str(shard))
        self.assertEqual(shown.returncode, 4, "the whole rows can be read meanwhile")
        self.sweep("run", "plan.json", "-o", folder)
        self.sweep("merge", folder, "-o", "rows.json")
        self.assertEqual(self.bytes_of("rows.json"), whole)

    def test_points_that_are_missing_are_counted(self) -> None:
        self.planned()
        whole = self.whole()
        self.sweep("run", "plan.json", "-o", "rows", "--shard", "2/3")
        refused = self.sweep("merge", "rows", "-o", "rows.json", status=4)
        self.assertIn("40 of 60 points are missing", refused.stderr)
        self.assertIn("--partial", refused.stderr)
        self.assertFalse((self.folder / "rows.json").exists())
        self.sweep("merge", "rows", "-o", "rows.json", "--partial", status=4)
        self.assertEqual(len(self.read_results("rows.json")["benchmarks"]), 20)
        for shard in ("3/3", "1/3"):
            self.sweep("run", "plan.json", "-o", "rows", "--shard", shard)
        self.sweep("merge", "rows", "-o", "rows.json")
        self.assertEqual(self.bytes_of("rows.json"), whole)

    def test_mistakes_are_pointed_at(self) -> None:
        self.grid('scheduler = "event_loop"\nworkload = "fork_join"\n  wokers = 2\n')
        self.assert_refused(
            ["sweep", "plan", "grid.toml"], "grid.toml:3:3:", 'Did you mean "workers"?'
        )
        self.assert_refused(["sweep", "plan", "none.toml"], "none.toml")
        self.planned()
        plan = self.read_results("plan.json")
        plan["points"][1]["seed"] = 99
        (self.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        self.assert_refused(["sweep", "run", "plan.json", "-o", "rows"], "point 2", "Plan it anew")
        plan["program"] = "loopsteal 0.0.0 (0000000)"
        (self.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        self.assert_refused(["sweep", "run", "plan.json", "-o", "rows"], "loopsteal 0.0.0")
        self.sweep("run", "grid.toml", "-o", "rows", status=3)

    def test_options_of_other_steps_are_refused(self) -> None:
        self.planned()
        self.assert_refused(["sweep", "plan", "grid.toml", "--shard", "1/2"], "--shard")
        self.assert_refused(["sweep", "grid.toml", "-o", "r.json", "--partial"], "--partial")
        self.assert_refused(["sweep", "run", "plan.json", "-o", "r", "--slo", "p99<=1s"], "--slo")
        self.assert_refused(["sweep", "run", "plan.json", "-o", "r", "--shard", "3/2"], "3 of 2")
        self.assert_refused(["sweep", "run", "plan.json"], "-o")
        self.assert_refused(["sweep", "grid.toml"], "-o")
        self.assert_refused(["sweep", "megre", "rows"], 'Did you mean "merge"?')
        self.assert_refused(["sweep"], "step")

    def test_an_objective_that_no_load_keeps(self) -> None:
        grid = self.grid(
            'scheduler = "event_loop"\n'
            'workload = {name = "requests", mean = "1ms", count = 20_000}\nslo-width = 0.1\n'
        )
        self.sweep(grid, "-o", "kept.json", "--slo", "p50<=3ms")
        row = self.read_results("kept.json")["benchmarks"][0]
        self.assertTrue(row["slo_met"])
        self.assertLess(row["slo_load"], row["slo_broken_load"])
        self.sweep(grid, "-o", "broken.json", "--slo", "p50<=1us", status=1)
        row = self.read_results("broken.json")["benchmarks"][0]
        self.assertFalse(row["slo_met"])
        self.assertNotIn("slo_load", row)

    def test_each_field_of_a_row_stands_in_the_schema(self) -> None:
        schema = json.loads(self.run_it("schema").stdout)
        validator = jsonschema.Draft7Validator(schema)
        names, patterns = set(), []
        for part in ("identity", "ended_run"):
            names |= schema["definitions"][part]["properties"].keys()
            patterns += schema["definitions"][part].get("patternProperties", {})
        grid = self.grid(
            'scheduler = "event_loop"\nslo-width = 0.1\n'
            'workload = {name = "requests", mean = "1ms", count = 20_000}\n'
        )
        for slo in ([], ["--slo", "p50<=3ms"]):
            self.sweep(grid, "-o", "rows.json", *slo)
            document = self.read_results("rows.json")
            validator.validate(document)
            row = document["benchmarks"][0]
            self.assertEqual("slo_trials" in row, bool(slo))
            unnamed = {
                field for field in row.keys() - names
                if not any(re.search(pattern, field) for pattern in patterns)
            }  # fmt: skip
            self.assertEqual(unnamed, set())
        document["benchmarks"][0]["slo_load"] = "a lot"
        with self.assertRaises(jsonschema.ValidationError):
            validator.validate(document)

    def test_two_processes_do_not_write_one_shard(self) -> None:
        self.planned(GRID.replace("50_000", "2_000_000"))
        with subprocess.Popen(
            [PROGRAM, "sweep", "run", "plan.json", "-o", "rows"],
            cwd=self.folder, env=clean_environment(), stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            deadline = time.monotonic() + PATIENCE_S
            shard = self.folder / "rows" / "shard-1-of-1.jsonl"
            while not shard.exists() or shard.stat().st_size == 0:
                self.assertLess(time.monotonic(), deadline, "no file came")
                time.sleep(0.001)
            second = self.sweep("run", "plan.json", "-o", "rows", status=3)
            self.assertIn("Another process", second.stderr)
            process.kill()

    def test_shards_may_start_together(self) -> None:
        self.planned(GRID.replace("20_000", "100"))
        shards = 8
        for attempt in range(5):
            running = [
                subprocess.Popen(
                    [PROGRAM, "sweep", "run", "plan.json", "-o", f"rows{attempt}", "--shard",
                     f"{shard}/{shards}", "--threads", "1"],
                    cwd=self.folder, env=clean_environment(), stderr=subprocess.PIPE, text=True,
                )
                for shard in range(1, shards + 1)
            ]  # fmt: skip
            for process in running:
                _, told = process.communicate(timeout=PATIENCE_S)
                self.assertEqual(process.returncode, 0, told)
            self.sweep("merge", f"rows{attempt}", "-o", f"rows{attempt}.json")
            names = sorted(path.name for path in (self.folder / f"rows{attempt}").iterdir())
            self.assertEqual(len(names), shards + 1, names)

    def test_points_of_the_wrong_kind_are_named(self) -> None:
        self.planned()
        plan = self.read_results("plan.json")
        for field in plan["points"][0]:
            for value in (None, [], {"a": 1}, 1e300, -1):
                point = plan["points"][0] | {field: value}
                broken = plan | {"points": [point, *plan["points"][1:]]}
                (self.folder / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
                result = self.run_it("sweep", "run", "broken.json", "-o", "rows")
                self.assertIn(result.returncode, (2, 3), f"{field}: {value}")
                self.assertIn("broken.json: point 1", result.stderr)

    def test_rows_of_the_wrong_kind_name_their_line(self) -> None:
        self.planned()
        self.sweep("run", "plan.json", "-o", "rows", "--shard", "1/30")
        shard = self.folder / "rows" / "shard-1-of-30.jsonl"
        lines = shard.read_text(encoding="utf-8").splitlines()
        for field, value in (("machine", 1), ("answer_ok", "yes"), ("point_id", [])):
            row = json.loads(lines[1]) | {field: value}
            shard.write_text("\n".join([lines[0], json.dumps(row), lines[2], ""]))
            merged = self.sweep("merge", "rows", "--partial", status=3)
            self.assertIn("shard-1-of-30.jsonl is damaged in line 2", merged.stderr)
            self.assertNotIn("json.exception", merged.stderr)

    def test_the_examples_are_grids(self) -> None:
        examples = sorted(EXAMPLES.glob("*.toml"))
        self.assertGreaterEqual(len(examples), 4)
        for example in examples:
            self.sweep("plan", str(example), "-o", "plan.json")
            self.assertGreater(len(self.read_results("plan.json")["points"]), 1, example)


if __name__ == "__main__":
    unittest.main()
