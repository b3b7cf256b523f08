"""The pages of docs/answers: that they say what results/raw/ holds, and that it shows when they
do not."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from loopsteal import answers, answers_command, figures_answers  # noqa: E402

CHART = {
    "name": "q99-chart", "title": "A chart", "machine": "sim", "kind": "lines",
    "x_label": "load", "x_unit": "share", "y_label": "wait", "y_unit": "ns",
    "log_x": False, "log_y": True, "groups": [],
    "curves": [
        {"name": "one", "theory": False, "points": [
            {"x": 0.5, "value": 1e6, "low": 0.9e6, "high": 1.1e6},
            {"x": 0.9, "value": 5e6, "low": 4e6, "high": 6e6}]},
        {"name": "M/M/1", "theory": True, "points": [
            {"x": 0.5, "value": 1e6, "low": 1e6, "high": 1e6},
            {"x": 0.9, "value": 5e6, "low": 5e6, "high": 5e6}]},
    ],
}  # fmt: skip
DOCUMENT = {
    "context": {
        "schema": "loopsteal.answer/1", "seed": 3, "effort": "full", "date": "2026-01-02T03:04:05",
        "loopsteal_version": "1.2.3", "commit": "0123456789abcdef", "cpu_model": "A CPU",
        "num_cpus": 2,
    },
    "answer": {
        "id": "Q99", "title": "Does it?", "hypothesis": "It does.", "experiment": "Both.",
        "metric": "The wait.", "rule": "Half.", "background": "",
        "vary": "loopsteal a; loopsteal b",
        "sources": ["a/b#12", "A book | a page"], "verdict": "It waits 2.50x as long.",
        "stands": True, "holds_for": "loads.", "flips_where": "Nowhere.",
        "effects": [{"what": "wait", "machine": "sim", "unit": "factor", "value": 2.5, "low": 2.25,
                     "high": 2.75}],
        "claims": [{"what": "half", "held": True, "found": "2.50x"}],
        "tables": [{"title": "Waits", "machine": "threads", "columns": ["load", "one"],
                    "rows": [["50 %", "1.00 ms"]]}],
        "charts": [CHART], "trials": [],
    },
}  # fmt: skip


class Published(unittest.TestCase):
    def test_pages_and_results_agree(self) -> None:
        found = answers_command.differences(answers.read_all(), answers.PAGES)
        self.assertEqual(found, [], "run scripts/answers")

    def test_all_published_answers_stand(self) -> None:
        for document in answers.read_all():
            self.assertTrue(document["answer"]["stands"], document["answer"]["id"])

    def test_the_readme_points_to_them(self) -> None:
        first_screen = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")[0]
        self.assertIn("docs/answers/README.md", first_screen)


class MadeUp(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="loopsteal_answers_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.write(DOCUMENT)

    def write(self, document: dict) -> None:
        text = json.dumps(document)
        (self.folder / "answers-Q99.json").write_text(text, encoding="utf-8")

    def answers(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [ROOT / "scripts/answers", "--raw", self.folder, "--pages", self.folder / "pages"]
        return subprocess.run([*command, *words], capture_output=True, text=True, check=False)

    def test_a_page_has_all_parts(self) -> None:
        page = answers.page(DOCUMENT)
        for part in (
            "# Q99: Does it?", "**It waits 2.50x as long.**", "2.50x [2.25x, 2.75x]",
            "virtual time", "Waits (real threads)", "| 50 % | 1.00 ms |", "figures/q99-chart.png",
            "[a/b#12](https://github.com/a/b/issues/12)", "A book | a page",
            "loopsteal a\nloopsteal b", "loopsteal ask Q99 --full --seed 3", "A CPU with 2 CPUs",
        ):  # fmt: skip
            self.assertIn(part, page)

    def test_a_busy_machine_is_told_of(self) -> None:
        busy = copy.deepcopy(DOCUMENT)
        busy["context"]["load_avg"] = [7.5, 1.0, 1.0]
        self.assertNotIn("load average", answers.page(busy))
        busy["answer"]["trials"] = [{"machine": "threads"}]
        self.assertIn("load average 7.5", answers.page(busy))

    def test_written_it_agrees_and_changed_it_does_not(self) -> None:
        self.assertEqual(self.answers().returncode, 0)
        self.assertEqual(self.answers("--check").returncode, 0)
        changed = copy.deepcopy(DOCUMENT)
        changed["answer"]["effects"][0]["high"] = 9.0
        self.write(changed)
        stale = self.answers("--check")
        self.assertEqual(stale.returncode, 1)
        self.assertIn("9.00x", stale.stdout)

    def test_a_figure_of_other_numbers_shows(self) -> None:
        self.answers()
        changed = copy.deepcopy(DOCUMENT)
        changed["answer"]["charts"][0]["curves"][0]["points"][0]["value"] = 2e6
        self.write(changed)
        stale = self.answers("--check")
        self.assertEqual(stale.returncode, 1)
        self.assertIn("q99-chart.png: not drawn", stale.stdout)

    def test_a_page_without_an_answer_shows(self) -> None:
        self.answers()
        (self.folder / "pages/Q98.md").write_text("left over", encoding="utf-8")
        self.assertIn("Q98.md", self.answers("--check").stdout)

    def test_a_broken_claim_is_not_hidden(self) -> None:
        lost = copy.deepcopy(DOCUMENT)
        lost["answer"]["stands"] = lost["answer"]["claims"][0]["held"] = False
        self.assertIn("did not hold", answers.page(lost))
        self.assertIn("A claim did not hold", answers.index([lost]))

    def test_what_is_no_answer_is_refused(self) -> None:
        (self.folder / "answers-Q98.json").write_text("{}", encoding="utf-8")
        refused = self.answers()
        self.assertEqual(refused.returncode, 3)
        self.assertIn("answers-Q98.json", refused.stderr)

    def test_plot_draws_the_figures_of_an_answer(self) -> None:
        command = [ROOT / "scripts/plot", self.folder / "answers-Q99.json", "-o", self.folder / "f"]
        drawn = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(drawn.returncode, 0, drawn.stderr)
        svg = (self.folder / "f/q99-chart.svg").read_text(encoding="utf-8")
        self.assertIn("<svg", svg)
        self.assertNotEqual(figures_answers.digest(CHART), figures_answers.digest({}))


if __name__ == "__main__":
    unittest.main()
