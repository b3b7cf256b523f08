"""The figures of virtual time, on rows whose answer is known beforehand."""

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

from loopsteal import figures_machines, figures_virtual, knobs  # noqa: E402

Row = dict[str, Any]


def row(scheduler: str, workload: str, workers: int = 1, **more: Any) -> Row:
    result = {
        "name": f"{workload}/{scheduler}/{workers}",
        "scheduler": scheduler.partition(":")[0],
        "scheduler_spec": scheduler,
        "workload": workload.partition(":")[0],
        "workload_spec": workload,
        "shape": "balanced",
        "machine": "sim",
        "costs": "zero",
        "workers": workers,
        "seed": 1,
        "repetition_index": 0,
        "answer_ok": True,
        "makespan_ns": 1e9,
    }
    return result | more


def mm1(load: float, **more: Any) -> Row:
    mean_ns = 1e6 / (1 - load)
    return row(
        "event_loop",
        f"requests:load={load}",
        sojourn_mean_ns=mean_ns * 1.01,
        sojourn_mean_ci95_ns=mean_ns * 0.02,
        sojourn_p99_ns=mean_ns * math.log(100),
        sojourn_p99_ci95_ns=mean_ns * 0.1,
        theory="M/M/1 FIFO",
        theory_sojourn_mean_ns=mean_ns,
        theory_sojourn_p99_ns=mean_ns * math.log(100),
        **more,
    )


def speeds(seconds: dict[int, float], scheduler: str = "work_stealing") -> list[Row]:
    return [row(scheduler, "uts", w, makespan_ns=s * 1e9) for w, s in seconds.items()]


def grid(times: dict[tuple[str, str, str], float]) -> list[Row]:
    return [
        row(scheduler, f"hot_shard:work={work},hot={hot}", 4, makespan_ns=ns)
        for (scheduler, work, hot), ns in times.items()
    ]


class Knobs(unittest.TestCase):
    def test_settings_come_from_the_row_or_from_its_spec(self) -> None:
        plain = row("event_loop", "requests:load=0.5,count=10")
        self.assertEqual(knobs.of(plain), {"load": "0.5", "count": "10"})
        self.assertEqual(knobs.load_of(plain), 0.5)
        told = row("event_loop", "requests", load=0.7, workload_knobs={"load": "0.7"})
        self.assertEqual(knobs.of(told), {"load": "0.7"})
        self.assertEqual(knobs.load_of(told), 0.7)
        self.assertIsNone(knobs.load_of(row("event_loop", "uts")))

    def test_a_spec_without_some_of_it(self) -> None:
        self.assertEqual(knobs.spec_without("a:b=1,c=2", ("b",)), "a:c=2")
        self.assertEqual(knobs.spec_without("a:b=1", ("b",)), "a")
        self.assertEqual(knobs.spec_without("a", ("b",)), "a")

    def test_durations_sort_by_their_length(self) -> None:
        texts = ["1ms", "100ns", "off", "2us", "1.5us", "1s", "10us"]
        expected = ["100ns", "1.5us", "2us", "10us", "1ms", "1s", "off"]
        self.assertEqual(sorted(texts, key=knobs.number), expected)
        self.assertEqual(sorted(["0.5", "10", "2"], key=knobs.number), ["0.5", "2", "10"])


class OverLoad(unittest.TestCase):
    def test_marks_are_what_was_run_and_lines_are_theory(self) -> None:
        figure = figures_virtual.mean_load([mm1(0.9), mm1(0.5), mm1(0.7)])
        assert figure is not None
        panel = figure.axes[0]
        marks, theory = (
            next(line for line in panel.lines if line.get_marker() == "o"),
            next(line for line in panel.lines if line.get_marker() == "None"),
        )
        self.assertEqual(list(marks.get_xdata()), [0.5, 0.7, 0.9])
        for load, measured, expected in zip(
            marks.get_xdata(), marks.get_ydata(), theory.get_ydata()
        ):
            self.assertAlmostEqual(expected, 1e-3 / (1 - load))
            self.assertAlmostEqual(measured, 1.01e-3 / (1 - load))
        bars = panel.collections[0].get_segments()
        self.assertAlmostEqual(bars[0][1][1] - bars[0][0][1], 2 * 0.02 * 2e-3)

    def test_without_theory_there_are_no_lines(self) -> None:
        rows = [mm1(0.5), mm1(0.7)]
        for one in rows:
            del one["theory_sojourn_p99_ns"]
        figure = figures_virtual.p99_load(rows)
        assert figure is not None
        self.assertEqual([t.get_text() for t in figure.legends[0].get_texts()], ["event_loop"])

    def test_one_load_is_no_curve_and_a_search_is_no_point(self) -> None:
        self.assertIsNone(figures_virtual.p99_load([mm1(0.5), mm1(0.5)]))
        self.assertIsNone(figures_virtual.p99_load([mm1(0.5), mm1(0.7, slo="p99<=1ms")]))
        self.assertIsNone(figures_virtual.p99_load(speeds({1: 1, 2: 0.5})))

    def test_several_seeds_narrow_the_interval(self) -> None:
        rows = [{"x": 1.0, "h": 0.4}, {"x": 3.0, "h": 0.3}]
        self.assertEqual(figures_virtual.pooled(rows, "x", "h"), (2.0, 0.25))
        self.assertEqual(figures_virtual.pooled([{"x": 1.0}, rows[1]], "x", "h"), (2.0, 0.0))


class SpeedUp(unittest.TestCase):
    def test_is_relative_to_the_fastest_alone(self) -> None:
        rows = speeds({1: 8, 4: 2.5}) + speeds({1: 10, 4: 5}, "shared_queue")
        figure = figures_virtual.scaling(rows)
        assert figure is not None
        curves = {
            line.get_marker(): list(line.get_ydata())
            for line in figure.axes[0].lines
            if list(line.get_xdata()) == [1, 4] and line.get_marker() not in ("None", "_")
        }
        self.assertEqual(curves, {"o": [0.8, 1.6], "s": [1.0, 3.2]})

    def test_bounds_are_drawn_where_rows_have_them(self) -> None:
        rows = speeds({1: 8, 4: 2.5})
        for one in rows:
            one["greedy_lower_ns"] = 8e9 / one["workers"]
            one["greedy_upper_ns"] = 8e9 / one["workers"] + 1e9
        figure = figures_virtual.scaling(rows)
        assert figure is not None
        texts = [text.get_text() for text in figure.legends[0].get_texts()]
        self.assertIn("bounds of every greedy schedule", texts)

    def test_needs_one_worker_and_more(self) -> None:
        self.assertIsNone(figures_virtual.scaling(speeds({2: 8, 4: 2.5})))
        self.assertIsNone(figures_virtual.scaling(speeds({1: 8})))
        self.assertIsNone(figures_virtual.scaling([mm1(0.5)]))


class Winners(unittest.TestCase):
    def test_the_fastest_wins_unless_it_is_a_tie(self) -> None:
        def rivals(first: float, second: float, **more: Any) -> list[Row]:
            return [
                row("shared_queue", "uts", makespan_ns=first, **more),
                row("work_stealing", "uts", makespan_ns=second, **more),
            ]

        self.assertEqual(figures_virtual.verdict(rivals(30, 20)), ("work_stealing", 1.5))
        self.assertIsNone(figures_virtual.verdict(rivals(100, 100.5))[0])
        self.assertIsNone(figures_virtual.verdict(rivals(30, 20, makespan_ci95_ns=6))[0])
        self.assertEqual(
            figures_virtual.verdict(rivals(30, 20, makespan_ci95_ns=4))[0], "work_stealing"
        )
        self.assertIsNone(figures_virtual.verdict(rivals(30, 20)[:1])[0])

    def test_every_cell_is_coloured_by_its_winner(self) -> None:
        times = {
            ("sharded_loops", "1us", "0"): 10, ("work_stealing", "1us", "0"): 30,
            ("sharded_loops", "1us", "0.9"): 90, ("work_stealing", "1us", "0.9"): 30,
            ("sharded_loops", "1ms", "0"): 99, ("work_stealing", "1ms", "0"): 100,
            ("sharded_loops", "1ms", "0.9"): 900, ("work_stealing", "1ms", "0.9"): 100,
        }  # fmt: skip
        figure = figures_virtual.heatmap(grid(times))
        assert figure is not None
        panel = figure.axes[0]
        self.assertEqual(
            panel.images[0].get_array().filled(-1).tolist(),  # By work, by hot.
            [[0, 1], [0, 1]],
        )
        texts = {text.get_text() for text in panel.texts}
        self.assertEqual(texts, {"×3.00", "×1.01", "×9.00"})

    def test_needs_both_to_vary_and_somebody_to_beat(self) -> None:
        times = {("a", "1us", "0"): 1, ("b", "1us", "0"): 2, ("a", "1ms", "0"): 3}
        self.assertIsNone(figures_virtual.heatmap(grid(times)))


class Machines(unittest.TestCase):
    def rows(self) -> list[Row]:
        real = [row("event_loop", "uts", machine="threads", makespan_ns=ns) for ns in (4e6, 6e6)]
        for one in real:
            del one["costs"]
        return [row("event_loop", "uts", makespan_ns=5e6), *real]

    def test_each_has_its_panel(self) -> None:
        figure = figures_machines.simulated_measured(self.rows())
        assert figure is not None
        titles = [panel.get_title() for panel in figure.axes]
        self.assertEqual(titles, ["measured in: virtual time", "measured in: real threads"])
        drawn = [[list(line.get_xdata()) for line in panel.lines] for panel in figure.axes]
        self.assertIn([0.005], drawn[0])
        self.assertIn([0.005], drawn[1])  # The median of both.

    def test_needs_the_same_point_on_both(self) -> None:
        self.assertIsNone(figures_machines.simulated_measured(self.rows()[:1]))
        other = [row("shared_queue", "uts"), *self.rows()[1:]]
        self.assertIsNone(figures_machines.simulated_measured(other))


class ScalingOfMachines(unittest.TestCase):
    def rows(self) -> list[Row]:
        real = [
            row("work_stealing", "uts:tree=T1", w, machine="threads", makespan_ns=8e6 / w)
            for w in (1, 2)
        ]
        for one in real:
            del one["costs"]
        told = "uts:tree=T1,node_work=95ns"
        return [*real, *(row("work_stealing", told, w, makespan_ns=4e6 / w) for w in (1, 2, 64))]

    def test_each_machine_has_its_panel_and_its_own_one_worker(self) -> None:
        figure = figures_machines.scaling_machines(self.rows())
        assert figure is not None
        titles = [panel.get_title() for panel in figure.axes]
        self.assertEqual(len(titles), 2)
        for title, machine in zip(titles, ("real threads", "virtual time")):
            self.assertTrue(title.startswith("uts:tree=T1\n"), title)
            self.assertIn(machine, title)
        points = [
            [(x, round(y, 6)) for x, y in zip(*panel.lines[0].get_data())] for panel in figure.axes
        ]
        self.assertEqual(points, [[(1, 1), (2, 2)], [(1, 1), (2, 2), (64, 64)]])

    def test_needs_both_machines(self) -> None:
        self.assertIsNone(figures_machines.scaling_machines(self.rows()[:2]))
        self.assertIsNone(figures_machines.scaling_machines(self.rows()[2:]))


class Plotting(unittest.TestCase):
    def plot(self, rows: list[Row], *words: str) -> tuple[int, set[str]]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            results = folder / "results.json"
            results.write_text(json.dumps({"context": {}, "benchmarks": rows}), encoding="utf-8")
            run = subprocess.run(
                [sys.executable, str(SCRIPTS / "plot"), str(results), *words],
                capture_output=True, check=False, text=True,
            )  # fmt: skip
            self.assertNotIn("Traceback", run.stderr)
            return run.returncode, {path.name for path in folder.glob("figures/*.svg")}

    def test_a_file_draws_what_its_rows_allow(self) -> None:
        rows = [mm1(0.5), mm1(0.7), *speeds({1: 8, 4: 2.5, 10_000: 0.1})]
        status, names = self.plot(rows)
        self.assertEqual(status, 0)
        self.assertLessEqual({"p99-load-sim.svg", "mean-load-sim.svg", "scaling-sim.svg"}, names)
        self.assertNotIn("heatmap-sim.svg", names)
        self.assertNotIn("simulated-measured.svg", names)

    def test_both_machines_of_one_file(self) -> None:
        status, names = self.plot(Machines().rows(), "--figure", "simulated-measured")
        self.assertEqual((status, names), (0, {"simulated-measured.svg"}))

    def test_ten_thousand_workers_are_not_drawn_one_by_one(self) -> None:
        states = {
            f"worker_{state}_ns_per_worker": [1.0] * 65
            for state in ("busy", "searching", "parked")
        }
        status, names = self.plot([row("work_stealing", "uts", 65, **states)], "--figure", "load")
        self.assertEqual((status, names), (3, set()))


if __name__ == "__main__":
    unittest.main()
