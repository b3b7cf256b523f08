"""scripts/plot from outside: files in, figures or a sentence out."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

import sample

PLOT = Path(__file__).resolve().parents[2] / "scripts" / "plot"
FIGURES = ("comparison", "ccdf", "load", "steal-matrix")


class PlotCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.figures = self.folder / "figures"

    def results(self, content: dict[str, Any]) -> Path:
        return sample.write(self.folder / "results.json", content)

    def plot(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(PLOT), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, check=False, text=True)


class Drawing(PlotCase):
    def test_all_figures_as_svg_and_png(self) -> None:
        run = self.plot(self.results(sample.document()), "-o", self.figures)
        self.assertEqual(run.returncode, 0, run.stderr)
        names = {path.name for path in self.figures.iterdir()}
        expected = {f"{name}-threads.{kind}" for name in FIGURES for kind in ("svg", "png")}
        self.assertEqual(names, expected)
        self.assertEqual(set(run.stdout.split()), {str(self.figures / name) for name in expected})
        for path in self.figures.glob("*.png"):
            self.assertTrue(path.read_bytes().startswith(b"\x89PNG"), path)

    def test_beside_the_results_unless_told(self) -> None:
        run = self.plot(self.results(sample.document()), "--figure", "comparison")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue((self.folder / "figures/comparison-threads.svg").exists())
        self.assertFalse((self.folder / "figures/ccdf-threads.svg").exists())

    def test_those_that_are_named_are_pdf_too(self) -> None:
        results = self.results(sample.document())
        run = self.plot(results, "-o", self.figures, "--figure", "load", "--figure", "ccdf")
        self.assertEqual(run.returncode, 0, run.stderr)
        names = {path.stem for path in self.figures.glob("*.pdf")}
        self.assertEqual(names, {"load-threads", "ccdf-threads"})
        self.assertTrue((self.figures / "load-threads.pdf").read_bytes().startswith(b"%PDF"))

    def test_all_are_pdf_on_demand(self) -> None:
        self.plot(self.results(sample.document()), "-o", self.figures, "--pdf")
        self.assertEqual(len(list(self.figures.glob("*.pdf"))), len(FIGURES))

    def test_real_and_virtual_never_share_a_figure(self) -> None:
        results = self.results(sample.document(("threads", "sim")))
        run = self.plot(results, "-o", self.figures, "--figure", "comparison")
        self.assertEqual(run.returncode, 0, run.stderr)
        real = (self.figures / "comparison-threads.svg").read_text(encoding="utf-8")
        virtual = (self.figures / "comparison-sim.svg").read_text(encoding="utf-8")
        # matplotlib writes each text that it draws as a comment beside its outline.
        self.assertIn("measured in: real threads", real)
        self.assertNotIn("virtual time", real)
        self.assertIn("measured in: virtual time", virtual)

    def test_axes_and_ratios_are_written_out(self) -> None:
        results = self.results(sample.document())
        self.plot(results, "-o", self.figures)
        comparison = (self.figures / "comparison-threads.svg").read_text(encoding="utf-8")
        self.assertIn("makespan of event_loop over the scheduler's", comparison)
        self.assertIn("p99 sojourn of event_loop over the scheduler's", comparison)
        self.assertIn("5 repetitions", comparison)
        self.assertRegex(comparison, r"<!--\s+1\.8x as fast -->")  # work_stealing, made 1.8.
        self.assertRegex(comparison, r"<!--\s+p99 1\.8x lower -->")
        self.assertRegex(comparison, r"<!--\s+tie -->")  # sharded_loops, made equal.
        tail = (self.figures / "ccdf-threads.svg").read_text(encoding="utf-8")
        self.assertIn("from intended arrival to completion (s)", tail)

    def test_two_repetitions_decide_nothing(self) -> None:
        content = sample.document()
        content["benchmarks"] = [r for r in content["benchmarks"] if r["repetition_index"] < 2]
        self.plot(self.results(content), "-o", self.figures, "--figure", "comparison")
        comparison = (self.figures / "comparison-threads.svg").read_text(encoding="utf-8")
        self.assertIn("(2 of 3 runs)", comparison)
        self.assertNotIn("tie", comparison)

    def test_the_same_data_gives_the_same_bytes(self) -> None:
        results = self.results(sample.document())
        other = self.folder / "other"
        self.plot(results, "-o", self.figures)
        self.plot(results, "-o", other)
        for path in self.figures.iterdir():
            self.assertEqual(path.read_bytes(), (other / path.name).read_bytes(), path.name)


class Refusing(PlotCase):
    def assert_refused(self, run: subprocess.CompletedProcess[str], *parts: str) -> None:
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertNotIn("Traceback", run.stderr)
        for part in parts:
            self.assertIn(part, run.stderr)
        self.assertFalse(self.figures.exists())

    def test_a_truncated_file_is_named_with_the_place(self) -> None:
        whole = json.dumps(sample.document(), indent=1)
        path = self.folder / "cut.json"
        for length in (len(whole) // 2, len(whole) - 2, 1):
            cut = whole[:length]
            path.write_text(cut, encoding="utf-8")
            last_line = cut.count("\n") + 1
            with self.subTest(length=length):
                run = self.plot(path, "-o", self.figures)
                self.assert_refused(run, f"{path}:")
                line = int(run.stderr.split(f"{path}:")[1].split(":")[0])
                self.assertLessEqual(abs(last_line - line), 1, run.stderr)
                if length == len(whole) - 2:
                    self.assertIn("truncated", run.stderr)

    def test_an_empty_file(self) -> None:
        path = self.folder / "empty.json"
        path.write_text("", encoding="utf-8")
        self.assert_refused(self.plot(path, "-o", self.figures), f"{path}:1:1", "truncated")

    def test_a_missing_file(self) -> None:
        path = self.folder / "absent.json"
        self.assert_refused(self.plot(path, "-o", self.figures), str(path), "No such file")

    def test_json_of_another_shape(self) -> None:
        path = self.results({"rows": []})
        self.assert_refused(self.plot(path, "-o", self.figures), "benchmarks")

    def test_a_row_without_its_fields_is_named(self) -> None:
        content = sample.document()
        del content["benchmarks"][3]["scheduler_spec"]
        run = self.plot(self.results(content), "-o", self.figures)
        self.assert_refused(run, "benchmarks[3]", "scheduler_spec")

    def test_nothing_but_wrong_answers(self) -> None:
        content = sample.document()
        for row in content["benchmarks"]:
            row["answer_ok"] = False
        run = self.plot(self.results(content), "-o", self.figures)
        self.assert_refused(run, "wrong answer (7)")

    def test_a_figure_that_no_row_shows(self) -> None:
        content = sample.document()
        for row in content["benchmarks"]:
            row.pop("sojourn_histogram", None)
        run = self.plot(self.results(content), "-o", self.figures, "--figure", "ccdf")
        self.assert_refused(run, "ccdf: no row", "loopsteal run --workload requests")

    def test_each_figure_says_what_it_takes(self) -> None:
        content = sample.document()
        content["benchmarks"] = [dict(content["benchmarks"][0], sojourn_histogram=None)]
        for name, needs in (("p99-load", "p99_against_load.toml"), ("scaling", "speed_up.toml"),
                            ("heatmap", "imbalance_and_grain.toml"), ("timeline", "--trace"),
                            ("comparison", "event_loop")):  # fmt: skip
            run = self.plot(self.results(content), "-o", self.figures, "--figure", name)
            self.assert_refused(run, f"{name}: ", needs)

    def test_an_unknown_figure_is_wrong_usage(self) -> None:
        run = self.plot(self.results(sample.document()), "--figure", "pie")
        self.assertEqual(run.returncode, 2)
        self.assertIn("comparison", run.stderr)


class LeavingOut(PlotCase):
    def test_a_wrong_answer_is_said_and_not_drawn(self) -> None:
        content = sample.document()
        wrong = next(r for r in content["benchmarks"] if r["scheduler"] == "work_stealing")
        wrong.update(answer_ok=False, answer=8, makespan_ns=1)
        aggregate = dict(content["benchmarks"][0], run_type="aggregate", makespan_ns=1)
        content["benchmarks"].append(aggregate)
        run = self.plot(self.results(content), "-o", self.figures, "--figure", "comparison")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("wrong answer (8)", run.stderr)
        text = (self.figures / "comparison-threads.svg").read_text(encoding="utf-8")
        self.assertIn("4 to 5 repetitions", text)


if __name__ == "__main__":
    unittest.main()
