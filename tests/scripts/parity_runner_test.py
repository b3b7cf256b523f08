"""scripts/parity/asyncio_runner.py from outside: programs in, traces or a sentence out."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

import parity_samples as samples
from parity_samples import program

END = '{"end":true,"iterations":%d,"t":%d,"error":%s}'


class RunnerCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "program.json"

    def run_file(self, content: Any) -> Any:
        text = content if isinstance(content, str) else json.dumps(content)
        self.path.write_text(text, encoding="utf-8")
        return samples.run(samples.RUNNER, self.path)


class Tracing(RunnerCase):
    def test_lines_are_as_the_language_has_them(self) -> None:
        run = self.run_file(program([["log", 'a "b"\n€'], ["sleep", 3], ["call_soon", "c"]]))
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(
            run.stdout.splitlines(),
            [
                r'{"iter":1,"t":0,"task":"main.1","text":"a \"b\"\n€"}',
                '{"iter":4,"t":3,"task":"callback","text":"c"}',
                END % (4, 3, "null"),
            ],
        )

    def test_starts_are_numbered_in_order_of_creation(self) -> None:
        child = {"child": [["log", "x"]]}
        run = self.run_file(program([["gather", ["child", "child"]]], tasks=child))
        names = [json.loads(line)["task"] for line in run.stdout.splitlines()[:-1]]
        self.assertEqual(names, ["child.1", "child.2"])

    def test_what_left_main_is_said_as_python_says_it(self) -> None:
        boom = {"boom": [["raise", "no"]]}
        for ops, error in (
            ([["raise", "boom"]], '"ScriptError: boom"'),
            ([["timeout", 1, [["sleep", 2]]]], '"TimeoutError: "'),
            ([["spawn", "boom", "b"], ["cancel", "b"], ["join", "b"]], '"CancelledError: "'),
            (
                [["task_group", ["boom", "boom"]]],
                '"ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)"',
            ),
            ([["event_wait", "e"]], '"deadlock"'),
        ):
            with self.subTest(ops=ops):
                run = self.run_file(program(ops, tasks=boom))
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertTrue(run.stdout.endswith(f'"error":{error}}}\n'), run.stdout)

    def test_a_deadlock_does_not_count_the_iteration_that_would_wait(self) -> None:
        run = self.run_file(program([["yield"], ["event_wait", "e"]]))
        self.assertEqual(run.stdout, END % (2, 0, '"deadlock"') + "\n")

    def test_tasks_that_are_left_do_not_run_their_finally(self) -> None:
        left = {"left": [["try", [["sleep", 9]], "any", [["log", "x"]], [["log", "y"]]]]}
        run = self.run_file(program([["spawn", "left", "h"], ["sleep", 1]], tasks=left))
        self.assertEqual(run.stdout, END % (5, 1, "null") + "\n")
        self.assertEqual(run.stderr, "")

    def test_the_iteration_in_which_main_ends_is_told_to_its_end(self) -> None:
        run = self.run_file(program([["call_soon", "late"]]))
        self.assertEqual(samples.texts(run.stdout), ["late"])

    def test_the_loop_is_run_again_after_stop(self) -> None:
        run = self.run_file(program([["stop"], ["stop"], ["sleep", 2], ["log", "on"]]))
        self.assertEqual(samples.texts(run.stdout), ["on"])

    def test_a_return_in_a_finally_swallows(self) -> None:
        ops = [["try", [["raise", "x"]], "timeout", [], [["return"]]], ["log", "never"]]
        self.assertEqual(self.run_file(program(ops)).stdout, END % (2, 0, "null") + "\n")

    def test_a_group_cancels_in_order_of_creation(self) -> None:
        names = [f"t{number}" for number in range(20)]
        tasks = {name: [["try", [["sleep", 9]], "error", [], [["log", name]]]] for name in names}
        ops = [["try", [["timeout", 1, [["task_group", names]]]], "timeout", [], []]]
        self.assertEqual(samples.texts(self.run_file(program(ops, tasks=tasks)).stdout), names)


class Refusing(RunnerCase):
    def assert_refused(self, content: Any, place: str, *, told: int = 0) -> None:
        run = self.run_file(content)
        self.assertEqual(run.returncode, 2, run.stdout)
        self.assertTrue(run.stderr.startswith(f"{self.path}: {place}"), run.stderr)
        self.assertNotIn("Traceback", run.stderr)
        self.assertEqual(len(run.stdout.splitlines()), told)
        if isinstance(content, dict):
            stream = samples.run(samples.RUNNER, "-", given=json.dumps(content) + "\n")
            self.assertEqual(stream.returncode, 0, stream.stderr)
            *lines, last = stream.stdout.splitlines()
            self.assertEqual((len(lines), last), (told, f'{{"misuse":"{place}"}}'))

    def test_what_is_no_program_is_refused_before_anything_runs(self) -> None:
        for op in (
            *(["jump"], ["yield", 1], ["sleep"], ["sleep", "1"], ["sleep", True], ["log", 1]),
            *(["compute", -1], ["repeat", -1, []], ["spawn", "nobody", "h"], ["join", "none"]),
            *(["cancel_timer", "none"], ["sem_acquire", "none"], ["gather", ["nobody"]], "yield"),
            *(["try", [], "some", [], []], ["put", "q", None], [], ["sleep", 10**13]),
        ):
            with self.subTest(op=op):
                nested = [["log", "a"], ["timeout", 1, [["yield"], op]]]
                self.assert_refused(program(nested), "/tasks/main/1/2/1")

    def test_a_frame_that_is_wrong_is_named(self) -> None:
        right = program([])
        self.assert_refused({**right, "version": 2}, "/version")
        self.assert_refused({**right, "main": "other"}, "/main")
        self.assert_refused({**right, "more": 1}, "/more")
        self.assert_refused({**right, "tasks": []}, "/tasks")
        self.assert_refused({**right, "semaphores": {"s/1": -1}}, "/semaphores/s~11")
        self.assert_refused({**right, "queues": {"q": "1"}}, "/queues/q")

    def test_text_that_is_not_json_is_refused(self) -> None:
        self.assert_refused("{", "this is not JSON")
        self.assert_refused("[]", "a program is an object")

    def test_misuse_while_it_runs_comes_after_the_trace(self) -> None:
        child = {"child": [["spawn", "main", "h"], ["call_later", 1, "c", "t"]]}
        for op in (["join", "h"], ["cancel", "h"], ["cancel_timer", "t"], ["release", "l"]):
            with self.subTest(op=op):
                ops = [["log", "a"], ["try", [["yield"], op], "any", [], [["log", "b"]]]]
                self.assert_refused(program(ops, tasks=child), "/tasks/main/1/1/1", told=1)

    def test_nobody_joins_oneself(self) -> None:
        narcissus = {"n": [["join", "self"]]}
        ops = [["spawn", "n", "self"], ["yield"], ["yield"], ["log", "never"]]
        self.assert_refused(program(ops, tasks=narcissus), "/tasks/n/0")

    def test_a_circle_cannot_be_cancelled(self) -> None:
        tasks = {"a": [["join", "b"]], "b": [["gather", ["c"]]], "c": [["join", "a"]]}
        ops = [["spawn", "a", "a"], ["spawn", "b", "b"], *[["yield"]] * 4, ["cancel", "b"]]
        self.assert_refused(program(ops, tasks=tasks), "/tasks/main/6")

    def test_no_program_is_wrong_usage(self) -> None:
        self.assertEqual(samples.run(samples.RUNNER).returncode, 2)
        self.assertEqual(samples.run(samples.RUNNER, "/nowhere.json").returncode, 2)


class Streaming(RunnerCase):
    def test_a_stream_is_its_programs_one_after_the_other(self) -> None:
        programs = [program([["log", str(n)], ["sleep", n], ["join", "h"]]) for n in range(3)]
        for number, content in enumerate(programs):
            content["tasks"]["main"][1:1] = [["spawn", "other", "h"]]
            content["tasks"]["other"] = [["compute", number]]
        whole = "".join(self.run_file(content).stdout for content in programs)
        given = "".join(json.dumps(content) + "\n" for content in programs)
        self.assertEqual(samples.run(samples.RUNNER, "-", given=given).stdout, whole)


if __name__ == "__main__":
    unittest.main()
