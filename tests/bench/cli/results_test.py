"""What the program writes: by its schema, in every format, and readable by the tools that others
have for Google Benchmark's files."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

import jsonschema

from program_case import FAULTY, ProgramCase, strict_json

SMALL = ("--size", "small")
# Where Debian's libbenchmark-tools puts it.
COMPARE_PY = Path("/usr/share/benchmark/compare.py")


class Schema(ProgramCase):
    def validator(self) -> jsonschema.Draft7Validator:
        result = self.run_it("schema")
        self.assertEqual(result.returncode, 0)
        schema = json.loads(result.stdout)
        jsonschema.Draft7Validator.check_schema(schema)
        return jsonschema.Draft7Validator(schema)

    def test_every_scheduler_and_every_workload_keeps_it(self) -> None:
        validator = self.validator()
        result = self.run_it("run", *SMALL, "--format", "json", "--observe", "delays")
        self.assertEqual(result.returncode, 0, result.stderr)
        document = strict_json(result.stdout)
        validator.validate(document)
        rows = document["benchmarks"]
        listed = json.loads(self.run_it("list", "--json").stdout)
        self.assertEqual(
            {row["scheduler"] for row in rows},
            {s["name"] for s in listed["schedulers"] if not s["model"]},
        )
        self.assertEqual(
            {row["workload"] for row in rows}, {w["name"] for w in listed["workloads"]}
        )
        for row in rows:
            few = row.get("sojourn_count", 0) < 10_000
            self.assertEqual("sojourn_p999_ns" in row, not few and "sojourn_count" in row)

    def test_failed_runs_keep_it(self) -> None:
        result = self.run_it(
            "run", *SMALL, "--scheduler", "event_loop", "--workload", "throwing", "--workload",
            "wrong_answer", "--format", "json", program=FAULTY,
        )  # fmt: skip
        self.assertEqual(result.returncode, 1)
        self.validator().validate(strict_json(result.stdout))

    def test_it_refuses_what_is_wrong(self) -> None:
        validator = self.validator()
        result = self.run_it(
            "run", *SMALL, "--scheduler", "event_loop", "--workload", "fork_join", "--format",
            "json",
        )  # fmt: skip
        document = strict_json(result.stdout)
        for field, wrong in (
            ("makespan_ns", -1),
            ("workers", 0),
            ("locality", 1.5),
            ("shape", "round"),
            ("time_unit", "ms"),
            ("worker_park_count", "many"),
        ):
            broken = json.loads(json.dumps(document))
            broken["benchmarks"][0][field] = wrong
            self.assertFalse(validator.is_valid(broken), field)
        for field in ("seed", "name", "answer", "steal_matrix"):
            broken = json.loads(json.dumps(document))
            del broken["benchmarks"][0][field]
            self.assertFalse(validator.is_valid(broken), field)


class Formats(ProgramCase):
    def run_uts(self, *more: str) -> str:
        result = self.run_it(
            "run", *SMALL, "--scheduler", "event_loop", "--scheduler", "work_stealing",
            "--workload", "uts", "--repetitions", "3", "--seed", "7", *more,
        )  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_json_and_jsonl_and_csv_say_the_same(self) -> None:
        rows = strict_json(self.run_uts("--format", "json"))["benchmarks"]
        lines = [strict_json(line) for line in self.run_uts("--format", "jsonl").splitlines()]
        table = list(csv.DictReader(io.StringIO(self.run_uts("--format", "csv"))))
        self.assertEqual(lines[0]["context"]["schema"], "loopsteal.run/1")
        keys = [(row["scheduler"], row["seed"], str(row["answer"])) for row in rows]
        self.assertEqual(keys, [(r["scheduler"], r["seed"], str(r["answer"])) for r in lines[1:]])
        self.assertEqual(keys, [(r["scheduler"], int(r["seed"]), r["answer"]) for r in table])
        self.assertEqual({row["seed"] for row in rows}, {7, 8, 9})

    def test_table_and_markdown_are_for_people(self) -> None:
        table = self.run_uts()
        self.assertIn("work_stealing", table)
        self.assertNotIn("\x1b", table)
        self.assertIn("\x1b[1m", self.run_uts("--color", "always"))
        self.assertIn("| scheduler", self.run_uts("--format", "md"))

    def test_no_color_wins_over_force_but_not_over_the_flag(self) -> None:
        words = ["list"]
        self.assertIn("\x1b[", self.run_it(*words, CLICOLOR_FORCE="1").stdout)
        forced = self.run_it(*words, CLICOLOR_FORCE="1", NO_COLOR="1").stdout
        self.assertNotIn("\x1b[", forced)

    def test_progress_goes_to_standard_error_only_when_asked(self) -> None:
        words = ["run", *SMALL, "--scheduler", "event_loop", "--workload", "uts", "--format",
                 "jsonl"]  # fmt: skip
        self.assertNotIn("1/1", self.run_it(*words).stderr)
        self.assertIn("1/1", self.run_it(*words, "--progress", "line").stderr)
        last = self.run_it(*words, "--progress", "json").stderr.splitlines()[-1]
        self.assertEqual(strict_json(last)["done"], 1)

    def test_a_row_says_how_it_is_made_again(self) -> None:
        self.run_uts("--format", "json", "-o", "r.json")
        document = self.read_results("r.json")
        self.assertIn("--seed 7 --format json -o r.json", document["context"]["command"])
        row = document["benchmarks"][0]
        result = self.run_it(
            "run", "--scheduler", row["scheduler_spec"], "--workload", row["workload_spec"],
            "--size", row["size"], "--seed", str(row["seed"]), "--format", "json",
        )  # fmt: skip
        again = strict_json(result.stdout)["benchmarks"][0]
        self.assertEqual((again["name"], again["answer"]), (row["name"], row["answer"]))

    def test_print_config_reads_back(self) -> None:
        words = ["run", "--workload", "uts:tree=T3", "--workers", "1", "--seed", "5"]
        first = self.run_it(*words, "--print-config")
        self.assertEqual(first.returncode, 0)
        (self.folder / "lab.toml").write_text(first.stdout, encoding="utf-8")
        again = self.run_it("run", "--config", "lab.toml", "--print-config")
        self.assertEqual(again.stdout, first.stdout)
        self.assertIn('workload = ["uts:tree=T3"]', first.stdout.replace("'", '"'))

    def test_compare_explains_itself(self) -> None:
        result = self.run_it(
            "compare", *SMALL, "--workload", "fork_join", "--workload", "uts", "--repetitions",
            "5", "--raw", "r.json",
        )  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        for needle in ("baseline", "What it means", "ratios are against it", "small sizes"):
            self.assertIn(needle, result.stdout)
        rows = self.read_results("r.json")["benchmarks"]
        listed = json.loads(self.run_it("list", "schedulers", "--json").stdout)["schedulers"]
        usual = [scheduler for scheduler in listed if not scheduler["model"]]
        self.assertEqual(len(rows), 2 * 5 * len(usual))
        one = {row["scheduler"]: row["workers"] for row in rows}
        self.assertEqual(one["event_loop"], 1)
        # Interleaved: each round of five has every point once.
        first_round = [row["name"] for row in rows[: 2 * len(usual)]]
        self.assertEqual(len(set(first_round)), 2 * len(usual))

    def test_compare_keeps_raw_results_unless_told_not_to(self) -> None:
        words = ["compare", *SMALL, "--workload", "fork_join", "--repetitions", "1"]
        self.assertEqual(self.run_it(*words, "--raw", "none").returncode, 0)
        self.assertEqual(list(self.folder.iterdir()), [])
        self.assertEqual(self.run_it(*words).returncode, 0)
        (kept,) = self.folder.iterdir()
        self.assertRegex(kept.name, r"^compare-\d{8}T\d{6}Z\.json$")

    def test_a_trace_is_written_beside_the_row(self) -> None:
        result = self.run_it(
            "run", *SMALL, "--scheduler", "work_stealing", "--workload", "hot_shard", "--trace",
            "t.json",
        )  # fmt: skip
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(self.read_results("t.json")["traceEvents"])


class Tools(ProgramCase):
    def test_google_benchmarks_compare_py_reads_it(self) -> None:
        for name in ("a.json", "b.json"):
            result = self.run_it(
                "run", *SMALL, "--scheduler", "event_loop", "--scheduler", "work_stealing",
                "--workload", "fork_join", "--workload", "timers", "--repetitions", "9",
                "--format", "json", "-o", name,
            )  # fmt: skip
            self.assertEqual(result.returncode, 0, result.stderr)
        compared = subprocess.run(
            [sys.executable, str(COMPARE_PY), "--no-color", "benchmarks", "a.json", "b.json"],
            cwd=self.folder, capture_output=True, text=True, check=False,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        self.assertEqual(compared.returncode, 0, compared.stderr)
        self.assertIn("balanced/fork_join/scheduler:work_stealing/", compared.stdout)
        self.assertIn("U Test, Repetitions: 9 vs 9", compared.stdout)

    def test_doctor_says_so_in_its_status(self) -> None:
        result = self.run_it("doctor", "--json")
        diagnoses = strict_json(result.stdout)["diagnoses"]
        spoils = any(diagnosis["spoils"] for diagnosis in diagnoses)
        self.assertEqual(result.returncode, 1 if spoils else 0)
        text = self.run_it("doctor").stdout
        for needle in ("frequency governor", "cgroup quota", "clock source", "cache-line"):
            self.assertIn(needle, text)

    def test_listed_defaults_are_those_of_run(self) -> None:
        listed = json.loads(self.run_it("list", "knobs", "fan_out", "--json").stdout)["knobs"]
        tasks = next(knob for knob in listed if knob["name"] == "tasks")
        for size, default in (("full", tasks["default"]), ("small", tasks["default_small"])):
            words = ["run", "--machine", "sim", "--scheduler", "event_loop", "--format", "json"]
            for spec in ("fan_out", f"fan_out:tasks={default}"):
                result = self.run_it(*words, "--size", size, "--workload", spec)
                (row,) = json.loads(result.stdout)["benchmarks"]
                # What is set to its default is left out of the name.
                self.assertEqual((row["workload_spec"], row["tasks"]), ("fan_out", int(default)))

    def test_a_workload_may_have_the_name_of_a_command(self) -> None:
        listed = json.loads(self.run_it("list", "knobs", "script", "--json").stdout)["knobs"]
        self.assertEqual({knob["of"] for knob in listed}, {"script"})
        self.assertEqual({knob["name"] for knob in listed}, {"file", "tick", "words", "times"})

    def test_completion_completes(self) -> None:
        script = self.run_it("completion", "bash").stdout
        asked = (
            "COMP_WORDS=(loopsteal run --scheduler work); COMP_CWORD=3; _loopsteal;"
            ' echo "${COMPREPLY[@]}"'
        )
        result = subprocess.run(
            ["bash", "-c", script + asked], capture_output=True, text=True, check=True
        )
        self.assertEqual(result.stdout, "work_stealing\n")


if __name__ == "__main__":
    unittest.main()
