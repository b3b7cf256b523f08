"""The arithmetic behind the figures, on numbers that can be checked by hand."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from loopsteal import figures, gbench, stats, verdict_words  # noqa: E402


ROOT = Path(__file__).resolve().parents[2]


class Words(unittest.TestCase):
    def test_of_an_effect_are_those_of_the_program(self) -> None:
        # tests/bench/measure/verdict_words_test.cpp reads the same file.
        cases = json.loads((ROOT / "tests/bench/measure/effect_words.json").read_text("utf-8"))
        self.assertGreaterEqual(len(cases), 10)
        for field, ratio, words in cases:
            self.assertEqual(verdict_words.effect(field, ratio), words)

    def test_of_a_verdict_say_what_it_rests_on(self) -> None:
        def words(value: float, low: float, high: float, **more: object) -> str:
            rests_on = {"runs": 9, "needed": 3, "exact": False} | more
            interval = stats.Interval(value, low, high)
            return verdict_words.verdict("makespan_ns", interval, **rests_on)  # type: ignore

        self.assertEqual(words(2, 1.9, 2.1), "2.0x as fast")
        self.assertEqual(words(0.83, 0.56, 1.63), "tie")
        self.assertEqual(words(2, 1.9, 2.1, needed=10), "2.0x as fast (9 of 10 runs)")
        self.assertEqual(words(0.5, 0.5, 0.5, exact=True), "2.0x as slow (exact)")
        self.assertEqual(words(1, 1, 1, exact=True), "the same (exact)")

    def test_runs_that_are_one_and_the_same_are_found(self) -> None:
        def rows(values: list[float], seeds: list[int], hashes: str = "aaa") -> list[gbench.Row]:
            return [
                {"repetition_index": i, "makespan_ns": value, "seed": seed, "trace_hash": one}
                for i, (value, seed, one) in enumerate(zip(values, seeds, hashes))
            ]

        self.assertTrue(figures.is_one_run(rows([5, 5, 5], [1, 2, 3])))
        self.assertFalse(figures.is_one_run(rows([5, 5, 6], [1, 2, 3])))
        self.assertFalse(figures.is_one_run(rows([5, 5, 5], [1, 1, 1])))
        self.assertFalse(figures.is_one_run(rows([5, 5, 5], [1, 2, 3], "aab")))
        self.assertFalse(figures.is_one_run(rows([5, 5], [1, 2])))
        (merged,) = rows([5], [1])
        merged["by_replication_ns"] = [5, 5, 5]
        self.assertFalse(figures.is_one_run([merged]))


class Ratios(unittest.TestCase):
    def test_median(self) -> None:
        self.assertEqual(stats.median([3, 1, 2]), 2)
        self.assertEqual(stats.median([4, 1, 2, 3]), 2.5)

    def test_a_clear_difference_has_an_interval_around_it(self) -> None:
        ratio = stats.ratio_of_medians([20, 21, 19, 20, 20.5], [10, 10.2, 9.9, 10, 10.1])
        self.assertEqual(ratio.value, 2)
        self.assertLess(ratio.low, 2)
        self.assertGreater(ratio.high, 2)
        self.assertFalse(ratio.contains_one)

    def test_noise_is_a_tie(self) -> None:
        ratio = stats.ratio_of_medians([10, 12, 9, 11, 10], [11, 9, 10, 12, 11])
        self.assertTrue(ratio.contains_one)

    def test_one_disturbed_repetition_does_not_move_the_answer(self) -> None:
        ratio = stats.ratio_of_medians([10, 10, 10, 10, 500], [10, 10, 10, 10, 10])
        self.assertEqual(ratio.value, 1)

    def test_one_value_has_no_width(self) -> None:
        ratio = stats.ratio_of_medians([20], [10])
        self.assertEqual((ratio.low, ratio.value, ratio.high), (2, 2, 2))

    def test_the_same_samples_give_the_same_interval(self) -> None:
        one, other = [3.0, 5.0, 4.0, 6.0], [2.0, 1.0, 2.5, 3.0]
        self.assertEqual(
            stats.ratio_of_medians(one, other), stats.ratio_of_medians(one, other)
        )

    def test_intervals_cover_the_truth(self) -> None:
        """Of 100 intervals of two samples from one distribution, most hold 1."""
        import numpy

        draw = numpy.random.default_rng(1)
        held = sum(
            stats.ratio_of_medians(
                list(draw.normal(10, 1, 15)), list(draw.normal(10, 1, 15))
            ).contains_one
            for _ in range(100)
        )
        self.assertGreaterEqual(held, 85)


class VirtualRows(unittest.TestCase):
    def test_pairs_cancel_what_is_common(self) -> None:
        base = [10.0, 30.0, 20.0, 50.0]
        ratio = stats.paired_ratio(base, [value / 2 for value in base])
        self.assertEqual((ratio.value, ratio.low, ratio.high), (2, 2, 2))

    def test_the_interval_is_students(self) -> None:
        ratio = stats.paired_ratio([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
        self.assertAlmostEqual(ratio.high - ratio.value, 4.303 / 3**0.5, places=3)

    def test_replications_come_in_the_order_of_their_seeds(self) -> None:
        rows = [
            {"repetition_index": 1, "sojourn_mean_ns": 5.0},
            {"repetition_index": 0, "by_replication_ns": [1.0, 2.0], "sojourn_mean_ns": 1.5},
            {"repetition_index": 2, "makespan_ns": 7.0},
        ]
        self.assertEqual(figures.replications(rows), [1.0, 2.0, 5.0, 7.0])

    def test_estimates_are_drawn_where_there_are_any(self) -> None:
        row = {
            "machine": "sim", "workload_spec": "requests", "scheduler_spec": "event_loop",
            "workers": 1, "shape": "balanced", "sojourn_mean_ns": 5e6,
        }
        self.assertIsNone(figures.estimates([row]))
        known = {"sojourn_mean_ci95_ns": 1e5, "theory": "M/M/1", "theory_sojourn_mean_ns": 5.1e6}
        figure = figures.estimates([row | known])
        assert figure is not None
        self.assertIn("virtual", figure._suptitle.get_text())
        self.assertIn("M/M/1", [text.get_text() for text in figure.axes[0].texts])


class Tails(unittest.TestCase):
    def test_shares_above_each_bin_over_merged_runs(self) -> None:
        def run(upper_ns: list[float], counts: list[int]) -> gbench.Row:
            return {"sojourn_histogram": {"upper_ns": upper_ns, "counts": counts}}

        edges, longer = figures.tail_shares(
            [run([1e9, 2e9], [50, 30]), run([2e9, 4e9], [10, 10])]
        )
        self.assertEqual(edges.tolist(), [1.0, 2.0])
        self.assertAlmostEqual(longer[0], 0.5)
        self.assertAlmostEqual(longer[1], 0.1)


class Names(unittest.TestCase):
    def test_a_scheduler_says_its_workers_when_it_has_several(self) -> None:
        self.assertEqual(figures.scheduler_of({"scheduler_spec": "a", "workers": 1}), "a")
        self.assertEqual(figures.scheduler_of({"scheduler_spec": "a", "workers": 2}), "a ×2")


class Order(unittest.TestCase):
    def test_figures_do_not_depend_on_the_order_of_measuring(self) -> None:
        def row(shape: str, workload: str, scheduler: str) -> gbench.Row:
            names = {"workload_spec": workload, "scheduler_spec": scheduler}
            place = ["event_loop", "work_stealing", "onetbb", "a_scheduler_of_yours"].index(
                scheduler.partition(":")[0]
            )
            return {"shape": shape, "workers": 2, gbench.PLACE: place, **names}

        wanted = [
            row("balanced", "b", "event_loop"),
            row("balanced", "b", "work_stealing"),
            row("balanced", "b", "work_stealing:steal=one"),
            row("balanced", "b", "onetbb:door=enqueue"),
            row("balanced", "b", "a_scheduler_of_yours"),
            row("imbalanced", "a", "event_loop"),
        ]
        self.assertEqual(figures.in_order(reversed(wanted)), wanted)
        self.assertEqual(figures.baseline_of(reversed(wanted)), "event_loop")

    def test_the_context_of_a_file_says_the_order_of_schedulers(self) -> None:
        def row(scheduler: str) -> gbench.Row:
            text = {"scheduler_spec": scheduler, "workload_spec": "w", "machine": "sim"}
            return {"workers": 1, "makespan_ns": 1, **text}

        rows = [row("new_here"), row("b:knob=1"), row("a"), row("b")]
        context = {"schedulers": ["b", "a"]}
        found = gbench.of({"context": context, "benchmarks": rows}, ROOT / "r.json").rows
        names = [row["scheduler_spec"] for row in figures.in_order(found)]
        self.assertEqual(names, ["b", "b:knob=1", "a", "new_here"])
        self.assertEqual(figures.baseline_of(found), "b")
        without = gbench.of({"benchmarks": rows}, ROOT / "old.json").rows
        self.assertEqual(figures.baseline_of(without), "a")


class Measures(unittest.TestCase):
    def test_requests_are_judged_by_their_tail_and_the_rest_by_time(self) -> None:
        self.assertEqual(figures.deciding_measure([{"makespan_ns": 1}])[0], "makespan_ns")
        requests = [{"makespan_ns": 1, "sojourn_p99_ns": 2}]
        self.assertEqual(figures.deciding_measure(requests)[0], "sojourn_p99_ns")


if __name__ == "__main__":
    unittest.main()
