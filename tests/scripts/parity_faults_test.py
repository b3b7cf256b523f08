"""The generator against CPython with faults: each is found within a thousand programs."""

from __future__ import annotations

import unittest
from typing import Optional

import parity_faults
import parity_samples as samples

from loopsteal.parity import generator, sides

PROGRAMS = 1000
CHUNK = 125  # Most faults show in the first.
TIMEOUT_S = 300.0  # A guard against hanging.


class Finding(unittest.TestCase):
    programs: list[bytes]
    right: list[sides.Trace]

    @classmethod
    def setUpClass(cls) -> None:
        cls.programs = [sides.encode(generator.generate(1, n)) for n in range(PROGRAMS)]
        batch = sides.Batch(samples.RIGHT, cls.programs)
        batch.start()
        cls.right = batch.finish(TIMEOUT_S)

    def first_difference(self, command: list[str]) -> Optional[int]:
        for begin in range(0, PROGRAMS, CHUNK):
            batch = sides.Batch(command, self.programs[begin : begin + CHUNK])
            batch.start()
            traces = batch.finish(TIMEOUT_S)
            for number, trace in enumerate(traces, begin):
                if trace != self.right[number]:
                    return number
        return None

    def test_the_right_one_shows_no_difference(self) -> None:
        self.assertEqual(len(self.right), PROGRAMS)
        self.assertEqual([trace.failure for trace in self.right if trace.failure], [])
        self.assertIsNone(self.first_difference(samples.RIGHT))


def finds(fault: str) -> None:
    def test(self: Finding) -> None:
        self.assertIsNotNone(self.first_difference(samples.faulty(fault)))

    setattr(Finding, f"test_{fault}", test)


for name in parity_faults.FAULTS:
    finds(name)


if __name__ == "__main__":
    unittest.main()
