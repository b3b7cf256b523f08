"""`loopsteal report` from outside: what it writes, what it says, and with which status it ends."""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import unittest
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))

from loopsteal import figures, gbench, stats  # noqa: E402
from loopsteal.peers import table  # noqa: E402
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

    def assert_same(self, ratio: dict, interval: stats.Interval) -> None:
        """To what sums and the quantiles of two libraries may differ by."""
        for name in ("value", "low", "high"):
            self.assertAlmostEqual(ratio[name] / getattr(interval, name), 1, delta=1e-9)

    def test_the_scripts_have_the_same_intervals(self) -> None:
        files = ("virtual.json", "real.json")
        points = (
            ["--machine", "sim", "--terminating", "--workload", "requests:load=0.5,count=500"],
            ["--workload", "ping_pong"],
        )
        words = ["--size", "small", "--workers", "1", "--repetitions", "7"]
        words += ["--scheduler", "event_loop", "--scheduler", "work_stealing"]
        for name, point in zip(files, points):
            self.measure("compare", *words, *point, "--raw", name)
        self.measure("report", *files, "-o", "page.html")
        groups = self.data_of("page.html")["verdicts"]
        self.assertEqual(len(groups), 2)
        for group in groups:
            name = files[group["source"]]
            rows = gbench.read(self.folder / name).rows
            by_spec = gbench.group_by(rows, lambda row: str(row["scheduler_spec"]))
            field = {"mean sojourn": "sojourn_mean_ns", "makespan": "makespan_ns"}
            (line,) = (line for line in group["lines"] if line["ratio"])
            base, own = by_spec[group["baseline"]], by_spec[line["scheduler"]]
            ratio, _ = figures.compared(base, own, field[line["measure"]])
            self.assert_same(line["ratio"], ratio)
            self.assertLess(ratio.low, ratio.high)

    def test_the_scripts_have_the_same_verdicts_on_peers(self) -> None:
        draw = random.Random(4)
        rows = []
        times = {"loopsteal": 100.0, "slow": 120.0, "like": 100.0, "fast": 50.0}
        for number in range(9):
            for peer, ns in times.items():
                row = {"work": "w", "workers": 2, "peer": peer, "round": number, "at_most": 1.0}
                rows.append(row | {"ns_per_op": ns * draw.uniform(0.9, 1.1)})
        document = {"context": {"schema": "loopsteal.run/1"}, "benchmarks": rows}
        (self.folder / "peers.json").write_text(json.dumps(document), encoding="utf-8")
        self.measure("report", "peers.json", "-o", "page.html")
        theirs = {line.peer: line for line in table.lines(rows, [])}
        ours = self.data_of("page.html")["peers"]
        self.assertEqual({line["peer"] for line in ours}, set(theirs))
        for line in ours:
            same = theirs[line["peer"]]
            assert same.ratio is not None
            self.assertEqual(line["ratio"], asdict(same.ratio))
            self.assertEqual(line["verdict"], same.verdict.lower())
        self.assertEqual({line["verdict"] for line in ours}, {"met", "tie", "not met"})

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
