"""scripts/parity/run: what it says of sides that agree, differ, die, hang or are missing."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import parity_samples as samples
from parity_samples import program

from loopsteal.parity import compare, shrink
from loopsteal.parity import program as language

RUN = samples.ROOT / "scripts" / "parity" / "run"


class RunCase(unittest.TestCase):
    """Instead of loopsteal, a program that takes its arguments and runs another command."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.stand_in = Path(folder.name) / "loopsteal"

    def compare(self, command: str, programs: int = 200) -> Any:
        self.stand_in.write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
        self.stand_in.chmod(0o755)
        arguments = ("--against", "asyncio", "--programs", programs, "--seed", 3)
        return samples.run(RUN, *arguments, "--loopsteal", self.stand_in)

    def faulty(self, fault: str) -> str:
        return "exec " + shlex.join([sys.executable, "-B", str(samples.FAULTS), fault, "-"])


class Comparing(RunCase):
    def test_equal_sides(self) -> None:
        run = self.compare("exec " + shlex.join([str(samples.RUNNER), "-"]))
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("200 equal, 0 different", run.stdout)
        self.assertRegex(run.stdout, r"programs by word: log 200, yield 1\d\d, ")
        self.assertIn("200 programs of seed 3", run.stdout)

    def test_a_difference_is_made_small_and_shown_with_both_traces(self) -> None:
        run = self.compare(self.faulty("due_timers_first"))
        self.assertEqual(run.returncode, 1, run.stderr)
        shown = run.stdout.partition("smallest form:\n")[2]
        smallest, end = json.JSONDecoder().raw_decode(shown.lstrip())
        language.check(smallest)
        operations = [
            op for ops in smallest["tasks"].values() for op in compare.operations(ops)
        ]
        self.assertLess(len(operations), 10, smallest)
        self.assertRegex(shown[end:], r"(?m)^ > .* # ")
        self.assertRegex(run.stdout, r"\d+ equal, [1-9]\d* different")

    def test_a_side_that_dies_is_told_with_the_program_and_what_it_said(self) -> None:
        run = self.compare("echo no such luck >&2; exit 7", 20)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("exit status 7", run.stdout)
        self.assertIn("0 equal, 20 different", run.stdout)

    def test_a_side_that_dies_once_goes_on_with_the_next_program(self) -> None:
        dies = "read line; grep -v '\"compute\"' | true; exit 9"
        run = self.compare(f"head -n 150 | {shlex.quote(str(samples.RUNNER))} -; {dies}", 200)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("199 equal, 1 different", run.stdout)


class Refusing(RunCase):
    def test_wrong_usage(self) -> None:
        for arguments in (
            (),
            ("--against", "go"),
            ("--against", "asyncio", "--programs", "0"),
            ("--against", "asyncio", "--programs", "many"),
        ):
            self.assertEqual(samples.run(RUN, *arguments).returncode, 2, arguments)

    def test_a_loopsteal_that_is_not_there(self) -> None:
        run = samples.run(RUN, "--against", "asyncio", "--loopsteal", "/nowhere/loopsteal")
        self.assertEqual(run.returncode, 3)
        self.assertIn("scripts/build", run.stderr)


class Shrinking(unittest.TestCase):
    def shrink(self, content: Any, wanted: Any) -> Any:
        """The smallest program that still holds an operation that `wanted` is true of."""

        def differs(candidate: Any) -> bool:
            try:
                language.check(candidate)
            except language.Misuse:
                return False
            ops = [op for ops in candidate["tasks"].values() for op in compare.operations(ops)]
            return any(wanted(op) for op in ops)

        self.assertTrue(differs(content))
        return shrink.shrink(content, differs, 60.0)

    def test_nestings_are_unwrapped_and_numbers_become_small(self) -> None:
        nested = ["repeat", 3, [["try", [["timeout", 9, [["sleep", 40]]]], "any", [], []]]]
        content = program([["log", "a"], nested, ["log", "b"]], tasks={"other": [["yield"]]})
        small = self.shrink(content, lambda op: op[0] == "sleep" and op[1] >= 7)
        self.assertEqual(small["tasks"], {"main": [["sleep", 7]]})

    def test_what_belongs_together_goes_together(self) -> None:
        content = program(
            [["spawn", "t", "h"], ["yield"], ["join", "h"], ["gather", ["t", "t"]]],
            tasks={"t": [["sem_acquire", "s"], ["stop"]]},
            semaphores={"s": 3},
            queues={"q": 5},
        )
        small = self.shrink(content, lambda op: op[0] == "yield")
        self.assertEqual(small, program([["yield"]]))

    def test_a_program_is_left_as_it_was(self) -> None:
        content = program([["spawn", "t", "h"], ["gather", ["t", "t"]]], tasks={"t": [["yield"]]})
        before = json.dumps(content)
        self.shrink(content, lambda op: op[0] == "yield")
        self.assertEqual(json.dumps(content), before)


if __name__ == "__main__":
    unittest.main()
