"""`loopsteal advise` from outside: what it says, as what, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import unittest
from pathlib import Path

import jsonschema

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

from program_case import (  # noqa: E402
    FAULTY,
    PATIENCE_S,
    PROGRAM,
    ProgramCase,
    clean_environment,
    strict_json,
)

SCHEMA_FILE = HERE.parents[2] / "bench" / "advise" / "loopsteal.advise.schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
TRACE = HERE.parents[2] / "workloads" / "examples" / "llm_bursts.csv"
GENERATOR = HERE.parents[2] / "scripts" / "make_llm_trace"

# One loop is kept busy for half of the time: at no cost, its p99 is 9.2 mean sizes.
QUEUE = ["advise", "--workload", "requests:load=0.5", "--costs", "zero", "--slo"]
POOL = ["--scheduler", "shared_queue"]


class Advise(ProgramCase):
    def advise(self, *words: str, status: int = 0) -> dict:
        result = self.run_it(*words, "--format", "json")
        self.assertEqual(result.returncode, status, result.stderr)
        answer = strict_json(result.stdout)
        self.assertIsInstance(answer, dict)
        jsonschema.validate(answer, SCHEMA)
        return answer

    def test_one_loop_will_do(self) -> None:
        answer = self.advise(*QUEUE, "p99<=600us")
        self.assertEqual(answer["schema"], "loopsteal.advise/1")
        self.assertEqual(answer["time"], "virtual")
        self.assertEqual(answer["context"]["time"], "virtual")
        self.assertEqual(answer["choice"]["workers"], 1)
        self.assertTrue(answer["check"]["passed"])
        self.assertNotIn("one_worker_fewer", answer["check"])
        self.assertEqual(len(answer["schedulers"]), 10)

    def test_the_load_is_that_of_the_workers_named(self) -> None:
        one = self.advise(*QUEUE, "p99<=400us", *POOL)
        eight = self.advise(*QUEUE, "p99<=400us", *POOL, "--workers", "8")
        self.assertAlmostEqual(one["busy_workers"], 0.5)
        self.assertAlmostEqual(eight["busy_workers"], 4)
        self.assertEqual(one["choice"]["workers"], 2)
        self.assertGreaterEqual(eight["choice"]["workers"], 5)
        fewer = eight["check"]["one_worker_fewer"]
        self.assertEqual(fewer["standing"], "broken")

    def test_each_objective_counts(self) -> None:
        loose = self.advise(*QUEUE, "p99<=600us", *POOL)
        both = self.advise(*QUEUE, "p99<=600us", "--slo", "mean<=55us", *POOL)
        self.assertEqual(loose["choice"]["workers"], 1)
        self.assertEqual(both["choice"]["workers"], 2)  # 53.3 us in theory; 100 us on one.
        self.assertEqual(both["objectives"], ["p99<=600us", "mean<=55us"])

    def test_the_same_seed_says_the_same(self) -> None:
        words = [*QUEUE, "p99<=400us", *POOL]
        one, again = self.advise(*words), self.advise(*words, "--threads", "1")
        other = self.advise(*words, "--seed", "7")
        for answer in (one, again, other):
            del answer["context"]
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)

    def test_a_trace(self) -> None:
        words = ["advise", "--workload", str(TRACE), "--slo", "p99<=10s", "--slo", "p50<=500ms"]
        answer = self.advise(*words)
        self.assertTrue(answer["check"]["passed"])
        self.assertGreater(answer["choice"]["workers"], 1)
        self.assertEqual(answer["check"]["one_worker_fewer"]["standing"], "broken")
        varied = {variation["if"] for variation in answer["variations"]}
        self.assertIn("load +10 %", varied)
        self.assertIn("twice the variance of sizes", varied)
        self.assertTrue(any("not other days' traffic" in line for line in answer["assumed"]))

    def test_the_example_is_what_its_generator_writes(self) -> None:
        made = subprocess.run([GENERATOR], capture_output=True, check=True)
        self.assertEqual(made.stdout, TRACE.read_bytes())

    def test_a_program(self) -> None:
        answer = self.advise("advise", "--workload", "skynet:levels=3", "--slo", "makespan<=1s")
        self.assertEqual(answer["choice"]["workers"], 1)
        self.assertEqual(answer["choice"]["scheduler"], "event_loop")
        self.assertNotIn("busy_workers", answer)

    def test_for_people(self) -> None:
        words = [*QUEUE, "p99<=400us", *POOL]
        shown = self.run_it(*words)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for part in (
            "Take shared_queue on 2 workers.", "Each scheduler", "What the choice hangs on",
            "Check by direct simulation", "The choice holds, and one worker fewer does not.",
            "Assumed", "Virtual time", "seed 1",
        ):  # fmt: skip
            self.assertIn(part, shown.stdout)
        page = self.run_it(*words, "--format", "md", "-o", "advice.md")
        self.assertEqual((page.returncode, page.stdout), (0, ""))
        text = (self.folder / "advice.md").read_text(encoding="utf-8")
        self.assertIn("| objective ", text)
        self.assertIn("### Assumed", text)

    def test_when_none_will_do(self) -> None:
        answer = self.advise(*QUEUE, "p50<=1us", status=1)
        self.assertNotIn("choice", answer)
        self.assertNotIn("check", answer)
        self.assertIn("None will do", answer["verdict"])
        few = self.run_it(*QUEUE, "p99<=400us", "--workers", "8", "--max-workers", "4")
        self.assertEqual(few.returncode, 1)
        self.assertIn("overloaded: 4 workers' work arrives", few.stdout)

    def test_what_cannot_be_told_is_not_claimed(self) -> None:
        # A thousandth of the requests takes 25 ms however many workers there are: that many are
        # late, and that many may be.
        limit = ["--workload", "requests:service=bimodal2,load=0.3", "--slo", "p99.9<=20ms"]
        words = ["advise", *limit, "--costs", "zero", *POOL, "--max-workers", "8"]
        answer = self.advise(*words, status=1)
        self.assertNotIn("choice", answer)
        self.assertIn("Not decided", answer["verdict"])
        self.assertIn({"scheduler": "shared_queue", "workers": 8}, answer["undecided"])
        shown = self.run_it(*words)
        self.assertIn("8 workers are too near to a limit to tell", shown.stdout)

    def test_a_wrong_answer_is_no_advice(self) -> None:
        words = ["advise", "--workload", "wrong_answer", "--slo", "makespan<=1s", *POOL]
        result = self.run_it(*words, program=FAULTY)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("fails: it gave a wrong answer", result.stdout)

    def test_mistakes_are_pointed_at(self) -> None:
        slo = ["--slo", "p99<=1ms"]
        self.assert_refused(["advise", *slo], "--workload")
        self.assert_refused(["advise", "--workload", "requests"], "--slo")
        self.assert_refused(["advise", "--workload", "reqests", *slo], '"requests"')
        self.assert_refused(["advise", "--workload", "missing.csv", *slo], "missing.csv")
        self.assert_refused([*QUEUE, "p98<=1ms"], '"p98"', "p90")
        self.assert_refused([*QUEUE, "p99>=1ms"], "at most (<=)")
        self.assert_refused([*QUEUE, "p99<=1ms", "--slo", "p99<=2ms"], "two limits")
        self.assert_refused([*QUEUE, "p99<=1ms", "--scheduler", "onetbb"], "virtual")
        self.assert_refused([*QUEUE, "p99<=1ms", "--scheduler", "shard_queue"], '"shared_queue"')
        self.assert_refused([*QUEUE, "p99<=1ms", "--max-workers", "0"], "1..65535")
        self.assert_refused([*QUEUE, "p99<=1ms", "--format", "xml"], "json")
        self.assert_refused([*QUEUE, "p99<=1ms", "--work", "2"], "--workers")
        self.assert_refused(["advise", "--workload", "skynet:levels=2", *slo], "makespan")
        self.assert_refused(
            ["advise", "--workload", "requests:count=1100", *slo], "1000 requests", "count="
        )

    def test_interrupted_it_says_nothing(self) -> None:
        words = [*QUEUE, "p99<=400us", "--threads", "2", "--progress", "json"]
        with subprocess.Popen(
            [PROGRAM, *words, "-o", "advice.txt"], cwd=self.folder, env=clean_environment(),
            stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            self.assertIn("searching", process.stderr.readline())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=PATIENCE_S), 130)
        self.assertFalse((self.folder / "advice.txt").exists())


if __name__ == "__main__":
    unittest.main()
