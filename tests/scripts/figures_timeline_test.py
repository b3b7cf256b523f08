"""The figure of a timeline, on a run of two workers that is known event by event."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from loopsteal import figures_timeline, gbench, timeline  # noqa: E402
from loopsteal.timeline import Slice  # noqa: E402

Event = dict[str, Any]


def lane(tid: int, name: str) -> Event:
    return {"ph": "M", "pid": 1, "tid": tid, "name": "thread_name", "args": {"name": name}}


def span(tid: int, kind: str, begin_us: float, end_us: float) -> Event:
    return {"ph": "X", "pid": 1, "tid": tid, "cat": kind, "name": kind, "ts": begin_us,
            "dur": end_us - begin_us}  # fmt: skip


def queue(tid: int, at_us: float, jobs: int) -> Event:
    return {"ph": "C", "pid": 1, "tid": tid, "cat": "queue", "name": f"queue of {tid}",
            "ts": at_us, "args": {"jobs": jobs}}  # fmt: skip


def arrow(ph: str, tid: int, kind: str, at_us: float, number: int) -> Event:
    return {"ph": ph, "pid": 1, "tid": tid, "cat": kind, "name": kind, "ts": at_us, "id": number}


# Worker 0 runs from 0 to 100 us; worker 1 sleeps for 40, steals one job of four and runs it.
EVENTS = [
    lane(1, "worker 0"), lane(2, "worker 1"), lane(3, "outside"),
    span(1, "job", 0, 50), span(1, "job", 50, 100),
    span(2, "park", 0, 40), span(2, "job", 45, 90),
    queue(1, 0, 4), queue(1, 45, 3), queue(2, 45, 0),
    arrow("s", 1, "wake", 10, 1), arrow("f", 2, "wake", 40, 1),
    arrow("s", 1, "steal", 45, 2), arrow("f", 2, "steal", 45, 2),
    arrow("f", 2, "steal", 60, 99),  # Its beginning found no room.
]  # fmt: skip


def document(machine: str = "sim", events: list[Event] | None = None) -> dict[str, Any]:
    title = f"imbalanced/uts/scheduler:work_stealing/machine:{machine}/workers:2"
    return {"traceEvents": EVENTS if events is None else events,
            "otherData": {"title": title, "workers": 2, "dropped_events": 7}}  # fmt: skip


def run(machine: str = "sim") -> timeline.Timeline:
    return timeline.of(document(machine), Path("trace.json"))


class Reading(unittest.TestCase):
    def test_events_become_slices_arrows_and_queues(self) -> None:
        read = run()
        self.assertEqual(read.lanes, ["worker 0", "worker 1"])  # Nothing happened outside.
        self.assertEqual(len(read.slices["job"]), 3)
        self.assertAlmostEqual(read.slices["park"][0].end_s, 40e-6)
        self.assertAlmostEqual(read.end_s, 100e-6)
        self.assertEqual({kind: len(many) for kind, many in read.arrows.items()},
                         {"wake": 1, "steal": 1})  # fmt: skip
        steal = read.arrows["steal"][0]
        self.assertEqual((steal.from_lane, steal.to_lane), (0, 1))
        self.assertEqual(read.queues[0], [(0.0, 4), (45e-6, 3)])
        self.assertEqual((read.dropped, read.machine), (7, "sim"))

    def test_another_trace_is_refused_by_name(self) -> None:
        for other in ({"traceEvents": [{"ph": "X"}]}, {"traceEvents": [{}], "otherData": {}}):
            with self.assertRaisesRegex(gbench.ResultsError, "other.json: no timeline"):
                timeline.of(other, Path("other.json"))

    def test_what_another_trace_lacks_is_said_in_words(self) -> None:
        named = {"title": "x", "workers": 1}
        for other, words in (
            ({"traceEvents": []}, "no otherData.title"),
            ({"traceEvents": [], "otherData": []}, "no otherData.title"),
            ({"traceEvents": [{"ph": "X"}], "otherData": named}, "an event lacks 'cat'"),
            ({"traceEvents": [[]], "otherData": named}, "no timeline"),
            ({"traceEvents": [], "otherData": {**named, "dropped_events": "x"}}, "no timeline"),
        ):
            with self.assertRaises(gbench.ResultsError) as refused:
                timeline.of(other, Path("other.json"))
            self.assertIn(words, str(refused.exception))
            self.assertNotIn("KeyError", str(refused.exception))


class Merging(unittest.TestCase):
    def test_what_nobody_sees_apart_is_one_bar(self) -> None:
        slices = [Slice(0, k * 1e-6, k * 1e-6 + 0.9e-6) for k in range(1000)]
        whole = figures_timeline.merged(slices, (0, 1e-3))
        self.assertEqual(len(whole[0]), 1)
        near = figures_timeline.merged(slices, (0, 9.5e-6))
        self.assertEqual(len(near[0]), 10)

    def test_bars_end_at_the_window(self) -> None:
        bars = figures_timeline.merged([Slice(3, 0, 10)], (2, 5))
        self.assertEqual(bars, {3: [(2, 3)]})


class Depths(unittest.TestCase):
    def test_each_moment_shows_the_most_jobs_in_it(self) -> None:
        depths = figures_timeline.queue_depths(run(), 2, (0, 100e-6))
        columns = figures_timeline.QUEUE_COLUMNS
        self.assertEqual(depths.shape, (2, columns))
        self.assertEqual(depths[0][0], 4)
        self.assertEqual(depths[0][columns // 2], 3)
        self.assertEqual(depths[1].max(), 0)

    def test_a_window_does_not_show_what_was_before(self) -> None:
        depths = figures_timeline.queue_depths(run(), 2, (50e-6, 100e-6))
        self.assertEqual(depths[0].max(), 3)

    def test_a_lane_without_a_queue_is_empty(self) -> None:
        depths = figures_timeline.queue_depths(run(), 3, (0, 1e-4))
        self.assertTrue(math.isnan(depths[2][0]))


class Drawing(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def plot(self, content: object, *arguments: str) -> subprocess.CompletedProcess[str]:
        path = self.folder / "trace.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        command = [sys.executable, str(SCRIPTS / "plot"), str(path), *arguments]
        return subprocess.run(command, capture_output=True, check=False, text=True)

    def drawn(self, kind: str, machine: str = "sim") -> bytes:
        return (self.folder / "figures" / f"timeline-{machine}.{kind}").read_bytes()

    def test_a_trace_is_drawn_without_being_asked_for(self) -> None:
        result = self.plot(document("threads"))
        self.assertEqual(result.returncode, 0, result.stderr)
        text = self.drawn("svg", "threads").decode()
        for words in ("measured in: real threads", "7 events found no room", "worker 1",
                      "steal: victim to thief", "wake-up: from waker to woken"):  # fmt: skip
            self.assertIn(words, text)
        self.assertNotIn("virtual time", text)

    def test_one_that_is_named_is_pdf_too(self) -> None:
        self.assertEqual(self.plot(document(), "--figure", "timeline").returncode, 0)
        self.assertTrue(self.drawn("pdf").startswith(b"%PDF"))
        self.assertIn("measured in: virtual time", self.drawn("svg").decode())

    def test_a_window_without_a_steal_has_none_in_its_legend(self) -> None:
        self.assertEqual(self.plot(document(), "--window", "0.00005", "0.0001").returncode, 0)
        self.assertNotIn("steal: victim", self.drawn("svg").decode())

    def test_a_window_in_which_nothing_ran(self) -> None:
        for window in (("1", "2"), ("0.0001", "0.00005")):
            result = self.plot(document(), "--window", *window)
            self.assertEqual(result.returncode, 3)
            self.assertIn("the run lasted 0.0001 seconds", result.stderr)

    def test_other_figures_take_results(self) -> None:
        result = self.plot(document(), "--figure", "ccdf")
        self.assertEqual(result.returncode, 3)
        self.assertIn("this is a timeline, and it takes results", result.stderr)


if __name__ == "__main__":
    unittest.main()
