"""Deliberate faults in copies of our schedulers: the generator finds each within 1000 programs, or
it would not find the next one that somebody makes by mistake. The copies are built by
CMakeLists.txt; what is a knob is set wrong on the program itself."""

from __future__ import annotations

import os
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from loopsteal.parity import command  # noqa: E402
from loopsteal.parity.compare import same  # noqa: E402
from loopsteal.parity.sides import Command, encode, run_both  # noqa: E402

PROGRAM = os.environ["LOOPSTEAL_PROGRAM"]
FAULTS = Path(os.environ["LOOPSTEAL_FAULTS"])
PROGRAMS_MAX = 1000
BATCH = 50
BATCH_TIMEOUT_S = 60.0  # A fault may make a program run for ever; that is a difference, too.


def found_at(original: str, faulty: Command) -> int | None:
    """The first program on which the fault shows."""
    side = command.ORIGINALS[original]
    commands = (side.command(), faulty)
    for begin in range(0, PROGRAMS_MAX, BATCH):
        programs = [side.generate("1", index) for index in range(begin, begin + BATCH)]
        pairs = run_both(commands, [encode(program) for program in programs], BATCH_TIMEOUT_S)
        for index, traces in enumerate(pairs, begin):
            if not same(*traces):
                return index
    return None


def pool(knob: str) -> Command:
    right = list(command.ours(Path(PROGRAM), command.ORIGINALS["tokio"]))
    return [f"{word},{knob}" if word.startswith("work_stealing:") else word for word in right]


class Faults(unittest.TestCase):
    def check(self, original: str, faulty: Command) -> None:
        index = found_at(original, faulty)
        self.assertIsNotNone(index, f"not found by {PROGRAMS_MAX} programs")
        print(f"found by program {index}")

    def loop(self, fault: str) -> None:
        self.check("asyncio", [str(FAULTS / f"fault_{fault}"), "event_loop"])

    def test_none(self) -> None:
        """The copy without a fault is no different, so it is the faults that are found."""
        side = command.ORIGINALS["asyncio"]
        programs = [encode(side.generate("1", index)) for index in range(BATCH)]
        commands = (side.command(), [str(FAULTS / "fault_none"), "event_loop"])
        for traces in run_both(commands, programs, BATCH_TIMEOUT_S):
            self.assertTrue(same(*traces))

    def test_ties_first_in(self) -> None:
        self.loop("ties_first_in")

    def test_compacts_at_the_limit(self) -> None:
        self.loop("compacts_at_the_limit")

    def test_due_timers_first(self) -> None:
        self.loop("due_timers_first")

    def test_join_resumes_at_once(self) -> None:
        self.loop("join_resumes_at_once")

    def test_yields_to_the_front(self) -> None:
        self.check("tokio", [str(FAULTS / "fault_yields_to_the_front"), "tokio-1.24"])

    def test_no_lifo_slot(self) -> None:
        self.check("tokio", pool("lifo_slot=off"))

    def test_overflow_of_the_second_half(self) -> None:
        self.check("tokio", pool("overflow=second_half"))


if __name__ == "__main__":
    unittest.main()
