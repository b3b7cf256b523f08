"""What the generated programs are: programs, the same ones each time, and worth running."""

from __future__ import annotations

import collections
import hashlib
import json
import os
import subprocess
import sys
import unittest
from typing import Any, Callable

import jsonschema
import parity_samples as samples

from loopsteal.parity import compare, generator, sides, tokio_generator
from loopsteal.parity import program as language

SCHEMA = json.loads((samples.ROOT / "docs/scripts.schema.json").read_text(encoding="utf-8"))
TIMEOUT_S = 300.0  # A guard against hanging.


def is_program(program: Any) -> bool:
    try:
        language.check(program)
    except language.Misuse:
        return False
    return True


class Programs(unittest.TestCase):
    def test_the_same_seed_gives_the_same_programs(self) -> None:
        script = (
            "import sys, hashlib; sys.path.insert(0, sys.argv[1])\n"
            "from loopsteal.parity import generator, tokio_generator, sides\n"
            "both = (generator.generate, tokio_generator.generate)\n"
            "texts = [sides.encode(one(7, n)) for one in both for n in range(50)]\n"
            "print(hashlib.sha256(b''.join(texts)).hexdigest())\n"
        )
        hashes = set()
        for hash_seed in ("0", "1"):  # Sets of texts have another order.
            environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
            command = [sys.executable, "-B", "-c", script, str(samples.ROOT / "scripts")]
            run = subprocess.run(
                command, env=environment, capture_output=True, check=True, text=True
            )
            hashes.add(run.stdout)
        self.assertEqual(len(hashes), 1)
        self.assertEqual(len(hashes.pop().strip()), len(hashlib.sha256().hexdigest()))

    def test_other_seeds_and_numbers_give_others(self) -> None:
        programs = [generator.generate(seed, n) for seed in (1, 2) for n in range(50)]
        self.assertEqual(len({sides.encode(program) for program in programs}), 100)

    def test_all_are_programs_but_those_spoilt_on_purpose(self) -> None:
        programs = [generator.generate(1, n) for n in range(1000)]
        spoilt = sum(not is_program(program) for program in programs)
        self.assertLess(spoilt, 20)
        self.assertGreater(spoilt, 0)

    def test_the_schema_says_the_same(self) -> None:
        schema = jsonschema.Draft7Validator(SCHEMA)
        programs = [generator.generate(1, n) for n in range(100)]
        programs += [tokio_generator.generate(1, n) for n in range(40)]
        for program in programs:
            if is_program(program):
                schema.validate(program)

    def test_those_for_tokio_are_programs_of_its_words(self) -> None:
        words = {*tokio_generator.WORDS, "join"}
        for number in range(300):
            program = tokio_generator.generate(1, number)
            self.assertTrue(is_program(program), number)
            self.assertLessEqual(compare.words_of(program), words)

    def test_those_for_tokio_give_each_receiver_to_one_task(self) -> None:
        for number in range(300):
            tasks = tokio_generator.generate(1, number)["tasks"]
            waits = [
                (op[0], op[1], task)
                for task, ops in tasks.items()
                for op in compare.operations(ops)
                if op[0] in ("get", "future_wait", "join")
            ]
            getters = {(name, task) for word, name, task in waits if word == "get"}
            self.assertEqual(len(getters), len({name for name, _ in getters}), number)
            for word in ("future_wait", "join"):
                names = [name for other, name, _ in waits if other == word]
                self.assertEqual(len(names), len(set(names)), number)


class Running(unittest.TestCase):
    """How a thousand programs end, on CPython."""

    def ends(self, generate: Callable[[object, int], Any], count: int) -> list[sides.Trace]:
        batch = sides.Batch(samples.RIGHT, [sides.encode(generate(1, n)) for n in range(count)])
        batch.start()
        return batch.finish(TIMEOUT_S)

    def test_they_come_to_an_end_and_have_something_to_tell(self) -> None:
        for profile in generator.PROFILES:
            with self.subTest(profile=profile.name):
                traces = self.ends(lambda seed, n: generator.generate(seed, n, profile.name), 300)
                ends = collections.Counter(map(compare.end_of, traces))
                self.assertLess(ends["deadlock"], 30)
                self.assertGreater(ends["none"], 150)
                self.assertLess(ends["misuse"], 15)
                self.assertGreater(sum(len(trace.lines) for trace in traces) / 300, 15)

    def test_main_ends_in_every_manner(self) -> None:
        ends = collections.Counter(map(compare.end_of, self.ends(generator.generate, 1000)))
        manners = ("CancelledError", "TimeoutError", "ScriptError", "ExceptionGroup")
        for manner in ("none", "deadlock", "misuse", *manners):
            self.assertGreater(ends[manner], 3, manner)

    def test_every_word_is_common(self) -> None:
        uses: collections.Counter[str] = collections.Counter()
        for number in range(500):
            uses.update(compare.words_of(generator.generate(1, number)))
        for word in language.FORMS:
            self.assertGreater(uses[word], 100, word)


if __name__ == "__main__":
    unittest.main()
