"""`loopsteal ask` from outside: what it lists, what it finds, what it says, how it ends."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from program_case import ProgramCase, strict_json  # noqa: E402


class Ask(ProgramCase):
    def test_lists_the_questions(self) -> None:
        shown = self.run_it("ask")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertIn("Does asyncio use a work-stealing scheduler", shown.stdout)
        listed = strict_json(self.run_it("ask", "--format", "json").stdout)
        assert isinstance(listed, list)
        for question in listed:
            self.assertIn(question["id"], shown.stdout)
            self.assertTrue(question["rule"] and question["hypothesis"] and question["sources"])

    def test_is_asked_by_number_and_by_words(self) -> None:
        for words in (["q10"], ["one,", "half"]):
            document = self.ask(*words)
            self.assertEqual(document["answer"]["id"], "Q10")

    def test_words_that_many_questions_have(self) -> None:
        self.assert_refused(["ask", "steal"], "Q01", "Q10", "by its number")

    def test_mistakes_are_pointed_at(self) -> None:
        self.assert_refused(["ask", "teapot"], "teapot", "loopsteal ask lists")
        self.assert_refused(["ask", "Q10", "--format", "jsn"], 'Did you mean "json"?')
        self.assert_refused(["ask", "Q10", "--ful"], 'Did you mean "--full"?')
        lost = self.run_it("ask", "Q10", "-o", "nowhere/answer.txt")
        self.assertEqual(lost.returncode, 3)
        self.assertEqual(lost.stdout, "")

    def test_says_all_its_parts(self) -> None:
        shown = self.run_it("ask", "Q10", "--raw", "answer.json")
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        for part in ("Verdict", "effect", "Holds", "Flips", "claim", "Figure", "Sources", "Vary",
                     "virtual time", "--seed 1", "scripts/plot answer.json"):  # fmt: skip
            self.assertIn(part, shown.stdout)
        document = self.read_results("answer.json")
        self.assertEqual(document["context"]["schema"], "loopsteal.answer/1")
        answer = document["answer"]
        self.assertTrue(answer["stands"])
        self.assertTrue(all(effect["low"] <= effect["high"] for effect in answer["effects"]))
        self.assertTrue(all(trial["values"] for trial in answer["trials"]))
        markdown = self.run_it("ask", "Q10", "--raw", "none", "--format", "md")
        self.assertIn("| claim ", markdown.stdout)
        self.assertEqual(list(self.folder.glob("answer-*")), [])

    def test_the_same_seed_gives_the_same_numbers(self) -> None:
        one = self.ask("Q10", "--threads", "1")
        other = self.ask("Q10", "--threads", "3")
        self.assertEqual(one["answer"], other["answer"])
        another = self.ask("Q10", "--seed", "1000")
        self.assertNotEqual(one["answer"]["trials"], another["answer"]["trials"])
        self.assertEqual(one["answer"]["stands"], another["answer"]["stands"])

    def test_its_questions_are_completed(self) -> None:
        script = self.run_it("completion", "bash").stdout
        line = script[script.index("    ask)") :].split(";; *\n", 1)[0]
        self.assertIn("Q03", line)

    def ask(self, *words: str) -> dict:
        result = self.run_it("ask", *words, "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)


if __name__ == "__main__":
    unittest.main()
