"""docs/scripts.md and docs/cards: what they show is what comes out."""

from __future__ import annotations

import json
import re
import sys
import unittest

import jsonschema
import parity_samples as samples

from loopsteal.parity import asyncio_side, cards
from loopsteal.parity import program as language

TEXT = (samples.ROOT / "docs/scripts.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```json\n(.*?)```\n\n```\n(.*?)```\n", re.DOTALL)


class Language(unittest.TestCase):
    def test_the_examples_are_real(self) -> None:
        examples = EXAMPLE.findall(TEXT)
        self.assertGreater(len(examples), 5)
        for example, shown in examples:
            with self.subTest(example=example):
                self.assertEqual("".join(asyncio_side.trace(example)), shown)

    def test_every_word_is_in_the_table(self) -> None:
        table = TEXT.partition("## The operations")[2].partition("## Examples")[0]
        words = set(re.findall(r'`\["(\w+)"', table))
        self.assertEqual(words, set(language.FORMS))


class Schema(unittest.TestCase):
    def setUp(self) -> None:
        text = (samples.ROOT / "docs/scripts.schema.json").read_text(encoding="utf-8")
        self.schema = json.loads(text)
        jsonschema.Draft7Validator.check_schema(self.schema)
        self.validator = jsonschema.Draft7Validator(self.schema)

    def test_it_knows_the_same_words(self) -> None:
        op = self.schema["definitions"]["op"]
        self.assertEqual(op["items"][0]["enum"], list(language.FORMS))

    def test_it_takes_each_word_and_refuses_one_operand_more_or_less(self) -> None:
        operands = {
            **{"text": "a", "ticks": -1, "count": 1, "task": "main", "tasks": ["main"]},
            **{"new handle": "h", "handle": "h", "new timer": "t", "timer": "t", "name": "n"},
            **{"semaphore": "s", "value": 3, "ops": [["yield"]], "kind": "any"},
        }
        for word, form in language.FORMS.items():
            op = [word, *(operands[kind] for kind in form)]
            self.assertTrue(self.takes(op), op)
            self.assertFalse(self.takes([*op, "more"]), op)
            if form:
                self.assertFalse(self.takes(op[:-1]), op)
                self.assertFalse(self.takes([*op[:-1], None]), op)

    def test_it_looks_inside(self) -> None:
        self.assertFalse(self.takes(["repeat", 1, [["timeout", 1, [["compute", -1]]]]]))
        self.assertFalse(self.takes(["try", [], "any", [["jump"]], []]))

    def takes(self, op: object) -> bool:
        return bool(self.validator.is_valid(samples.program([op])))


class Cards(unittest.TestCase):
    def test_they_are_programs_with_a_comment(self) -> None:
        self.assertGreater(len(cards.names()), 8)
        for card in cards.names():
            text = (cards.FOLDER / f"{card}.json").read_text(encoding="utf-8")
            self.assertTrue(language.read(text)["comment"], card)

    def test_each_shows_a_difference_between_runtimes(self) -> None:
        results = cards.read_page(cards.PAGE.read_text(encoding="utf-8"))
        self.assertEqual(sorted(results), cards.names())
        for card, orders in results.items():
            self.assertGreater(len(set(orders.values())), 1, card)

    def test_ours_do_as_their_originals_on_the_page(self) -> None:
        pairs = {"CPython 3.11": "loopsteal event_loop", "Tokio 1.24": "loopsteal tokio-1.24"}
        results = cards.read_page(cards.PAGE.read_text(encoding="utf-8"))
        for card, orders in results.items():
            for original, ours in pairs.items():
                if original in orders:
                    self.assertEqual(orders[ours], orders[original], (card, original))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
