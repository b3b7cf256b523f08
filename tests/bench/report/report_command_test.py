"""`loopsteal report` from outside: what it writes, what it says, and with which status it ends."""

from __future__ import annotations

import json
import re
import shutil
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from program_case import PROGRAM, ProgramCase  # noqa: E402


class Report(ProgramCase):
    def setUp(self) -> None:
        super().setUp()
        words = ["--machine", "sim", "--workers", "2", "--size", "small", "--workload", "bursts"]
        schedulers = ["--scheduler", "event_loop", "--scheduler", "work_stealing"]
        self.measure("compare", *words, *schedulers, "--raw", "r.json")
        self.measure("run", *words, *schedulers[2:], "--trace", "t.json", "-o", "table.txt")

    def measure(self, *words: str) -> None:
        result = self.run_it(*words)
        self.assertEqual(result.returncode, 0, result.stderr)

    def data_of(self, name: str) -> dict:
        text = (self.folder / name).read_text(encoding="utf-8")
        found = re.search(r'<script type="application/json" id="report-data">(.*?)</script>', text,
                          re.DOTALL)
        assert found is not None
        return json.loads(found[1])

    def assert_nothing_written(self) -> None:
        left = [path.name for path in self.folder.glob("report.html*")]
        self.assertEqual(left, [])

    def test_rows_verdicts_and_timeline_are_in_it(self) -> None:
        result = self.run_it("report", "r.json", "t.json", "-o", "page.html")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, "")
        data = self.data_of("page.html")
        self.assertEqual(data["sources"][0]["rows"], self.read_results("r.json")["benchmarks"])
        self.assertEqual({group["clock"] for group in data["verdicts"]}, {"virtual"})
        self.assertEqual(data["timelines"][0]["scheduler"], "work_stealing")
        self.assertIn("report r.json t.json", data["command"])

    def test_standard_output_takes_it_too(self) -> None:
        result = self.run_it("report", "r.json", "-o", "-")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.startswith("<!doctype html>"))
        self.assert_nothing_written()

    def test_wrong_usage(self) -> None:
        self.assert_refused(["report"], "which results?", "report.html")
        self.assert_refused(["report", "t.json", "--slices", "0"], "--slices")
        self.assert_refused(["report", "r.json", "--out", "x"], '"--output"')

    def test_files_that_cannot_be_read_are_named(self) -> None:
        broken = {
            "none.json": None,
            "text.json": "no results",
            "other.json": '{"context": {"schema": "else/1"}, "benchmarks": []}',
            "trace.json": '{"traceEvents":[{"ph":"M"',
        }
        for name, text in broken.items():
            with self.subTest(name):
                if text is not None:
                    (self.folder / name).write_text(text, encoding="utf-8")
                result = self.run_it("report", "r.json", name)
                self.assertEqual(result.returncode, 3, result.stderr)
                self.assertIn(name, result.stderr)
                self.assert_nothing_written()

    def test_of_a_cut_file_the_rest_is_shown(self) -> None:
        text = (self.folder / "r.json").read_text(encoding="utf-8")
        (self.folder / "cut.json").write_text(text[: len(text) * 3 // 4], encoding="utf-8")
        result = self.run_it("report", "cut.json")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("cut.json is damaged or cut off in line", result.stderr)
        source = self.data_of("report.html")["sources"][0]
        self.assertIn("cut off", source["flaw"])
        self.assertGreater(len(source["rows"]), 0)

    def test_a_full_disk_leaves_the_old_report(self) -> None:
        (self.folder / "old.html").write_text("old", encoding="utf-8")
        result = self.run_it("report", "r.json", "-o", "/dev/full")
        self.assertEqual(result.returncode, 3)
        self.assertIn("/dev/full", result.stderr)
        result = self.shell("ulimit -f 100; loopsteal report r.json -o old.html")
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual((self.folder / "old.html").read_text(encoding="utf-8"), "old")

    def test_long_timelines_are_cut_and_it_is_said(self) -> None:
        result = self.run_it("report", "t.json", "--slices", "10")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("slices more than the report holds", result.stderr)
        timeline = self.data_of("report.html")["timelines"][0]
        slices = sum(len(track["gap"]) for track in timeline["tracks"])
        self.assertLessEqual(slices, 10)
        self.assertGreater(timeline["left_out"], 0)

    def test_without_its_page_it_says_how_to_get_it(self) -> None:
        (self.folder / "bin").mkdir()
        alone = shutil.copy(PROGRAM, self.folder / "bin" / "loopsteal")
        result = self.run_it("report", "r.json", program=str(alone))
        self.assertEqual(result.returncode, 3, result.stderr)
        self.assertIn(str(self.folder / "share/loopsteal/report_page.html"), result.stderr)
        self.assertIn("npm", result.stderr)
        self.assert_nothing_written()


if __name__ == "__main__":
    unittest.main()
