"""Measuring beside the peers: what is counted, paired, ordered and said, without measuring."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from loopsteal import figures_peers, gbench, stats  # noqa: E402
from loopsteal.peers import command, programs, rounds, rows, starts, table, works  # noqa: E402
from loopsteal.peers.starts import OURS, Failed, Sample  # noqa: E402

WORK = works.Work("w", 2, works.Ours("event_loop", "yield_many"), "one yield", 1, {"tokio": 0.5})


def line_of(work: str = "w", operations: int = 10, ns: int = 50) -> str:
    said = {"work": work, "version": "1.0", "operations": operations, "ns": ns}
    return json.dumps(said)


def sample(ns: float) -> Sample:
    return Sample(10, ns * 10, "1.0")


class Intervals(unittest.TestCase):
    def test_pairs_cancel_what_hits_both(self) -> None:
        """Rounds of which each is twice as slow as the one before, on both sides."""
        ours = [1.0, 2.0, 4.0, 8.0, 16.0]
        ratio = stats.paired_median_ratio(ours, [value * 2 for value in ours])
        self.assertEqual((ratio.low, ratio.value, ratio.high), (0.5, 0.5, 0.5))

    def test_noise_widens_it(self) -> None:
        ratio = stats.paired_median_ratio([1, 2, 1.5, 1, 2, 1.2, 1.9], [1] * 7)
        self.assertLess(ratio.low, ratio.value)
        self.assertGreater(ratio.high, ratio.value)


class Interleaving(unittest.TestCase):
    def test_every_second_round_is_the_one_before_backwards(self) -> None:
        following = rounds.orders(["a", "b", "c"], 7)
        for _ in range(20):
            first, second = following(), following()
            self.assertEqual(sorted(first), ["a", "b", "c"])
            self.assertEqual(second, first[::-1])

    def test_the_order_differs_by_draw_and_not_by_run(self) -> None:
        one, again = rounds.orders(list("abcd"), 3), rounds.orders(list("abcd"), 3)
        drawn = [one() for _ in range(20)]
        self.assertEqual(drawn, [again() for _ in range(20)])
        self.assertGreater(len({tuple(order) for order in drawn}), 2)

    def test_steady_times_stop_at_the_least(self) -> None:
        doing = {OURS: lambda: sample(1), "tokio": lambda: sample(2)}
        series = rounds.measure(doing, lambda: 50.0, rounds.Budget(9, 1e9), 1)
        self.assertEqual(len(series.rounds), 9)
        self.assertEqual({each.state for each in series.rounds}, {"near"})
        self.assertEqual(series.pairs("tokio"), ([1.0] * 9, [2.0] * 9))

    def test_wide_intervals_go_on_until_the_time_is_up(self) -> None:
        values = iter([1.0, 9.0] * 100)
        now = iter(range(1000))
        doing = {OURS: lambda: sample(next(values)), "tokio": lambda: sample(2)}
        budget = rounds.Budget(9, 5.5)  # The clock is read before each round from the tenth on.
        series = rounds.measure(doing, lambda: None, budget, 1, (), lambda: float(next(now)))
        self.assertEqual(len(series.rounds), 9 + 5)
        self.assertEqual(series.rounds[0].state, "unknown")

    def test_who_is_only_to_be_seen_sits_out_when_the_least_is_done(self) -> None:
        doing = {
            OURS: lambda: sample(1),
            "tokio": lambda: sample(next(values)),
            "java": lambda: sample(3),
        }
        budget = rounds.Budget(9, 1e9)
        for to_beat, seen in ((["tokio"], 9), (["java"], 9), ([], rounds.ROUNDS_MAX)):
            values = iter([1.0, 9.0] * 100)  # Of tokio: never narrow.
            series = rounds.measure(doing, lambda: 50.0, budget, 1, to_beat)
            self.assertEqual(len(series.pairs("java")[0]), seen, to_beat)
            most = 9 if to_beat == ["java"] else rounds.ROUNDS_MAX
            self.assertEqual(len(series.pairs("tokio")[0]), most, to_beat)

    def test_one_to_beat_that_failed_leaves_the_time_to_the_others(self) -> None:
        def broken() -> Sample:
            raise Failed("no result")

        values = iter([1.0, 9.0] * 100)
        doing = {OURS: lambda: sample(next(values)), "tokio": broken, "go": lambda: sample(2)}
        series = rounds.measure(doing, lambda: 50.0, rounds.Budget(9, 1e9), 1, ["tokio"])
        self.assertEqual(len(series.pairs("go")[0]), rounds.ROUNDS_MAX)

    def test_a_round_is_far_if_it_was_so_before_or_after(self) -> None:
        probed = iter([50.0, 350.0] * 9)
        doing = {OURS: lambda: sample(1), "tokio": lambda: sample(2)}
        series = rounds.measure(doing, lambda: next(probed), rounds.Budget(9, 0), 1)
        self.assertEqual({each.state for each in series.rounds}, {"far"})

    def test_who_fails_drops_out_with_the_reason(self) -> None:
        def broken() -> Sample:
            raise Failed("no result")

        doing = {OURS: lambda: sample(1), "tokio": broken, "go": lambda: sample(2)}
        series = rounds.measure(doing, lambda: 50.0, rounds.Budget(9, 0), 1)
        self.assertEqual(series.failed, {"tokio": "no result"})
        self.assertEqual(len(series.pairs("go")[0]), 9)


    def test_who_did_another_number_of_operations_drops_out(self) -> None:
        doing = {OURS: lambda: sample(1), "tokio": lambda: Sample(11, 100.0, "1.0")}
        series = rounds.measure(doing, lambda: 50.0, rounds.Budget(9, 0), 1)
        self.assertEqual(series.failed, {"tokio": "11 operations, where ours does 10"})
        self.assertEqual(series.pairs("tokio"), ([], []))


class PeersSay(unittest.TestCase):
    def test_the_median_of_the_repetitions(self) -> None:
        text = "\n".join(line_of(ns=ns) for ns in (50, 900, 40))
        self.assertEqual(starts.parse_peer(text, WORK).ns_per_op, 5)

    def test_nonsense_fails(self) -> None:
        good = [line_of()] * 3
        for bad, why in (
            (["Segmentation fault", *good[1:]], "no result"),
            (["[]", *good[1:]], "no result"),
            (good[:2], "2 results where 3"),
            ([line_of(work="other"), *good[1:]], "no result of w"),
            ([line_of(ns=0), *good[1:]], "no result of w"),
            ([line_of(operations=11), *good[1:]], "different work"),
        ):
            with self.subTest(bad=bad[0]), self.assertRaisesRegex(Failed, why):
                starts.parse_peer("\n".join(bad), WORK)

    def test_a_program_that_ends_badly_fails_with_its_last_word(self) -> None:
        peer = programs.Peer("tokio", ["/bin/sh", "-c", "echo lost >&2; exit 4"])
        with self.assertRaisesRegex(Failed, "lost"):
            starts.sample_peer(peer, WORK)


class OursSays(unittest.TestCase):
    def test_the_first_run_is_to_warm_up(self) -> None:
        runs = [{"makespan_ns": ns, "tasks": 10, "answer_ok": True} for ns in (900, 50, 60, 70)]
        text = "\n".join(json.dumps(row) for row in [{"context": {}}, *runs])
        self.assertEqual(starts.parse_ours(text, WORK).ns_per_op, 6)

    def test_a_wrong_answer_fails(self) -> None:
        run = {"makespan_ns": 9, "tasks": 10, "answer_ok": False, "answer": 3}
        with self.assertRaisesRegex(Failed, "wrong answer"):
            starts.parse_ours("\n".join([json.dumps(run)] * 4), WORK)

    def test_a_micro_benchmark_by_its_rate(self) -> None:
        work = works.Work("w", 1, works.Ours(micro="micro/x"), "one", 1, {}, repetitions=1)
        row = {"name": "micro/x/iterations:1", "run_type": "iteration", "iterations": 1}
        row |= {"items_per_second": 1e8, "real_time": 1e7, "time_unit": "ns"}
        said = starts.parse_micro(json.dumps({"benchmarks": [row]}), work)
        self.assertAlmostEqual(said.ns_per_op, 10)
        self.assertEqual(said.operations, 1_000_000)


def measured(ours: float, theirs: dict[str, float], work: works.Work) -> list[gbench.Row]:
    doing = {OURS: lambda: sample(ours)}
    for name, ns in theirs.items():
        doing[name] = lambda ns=ns: sample(ns)  # type: ignore[misc]
    series = rounds.measure(doing, lambda: 50.0, rounds.Budget(9, 0), 1)
    return rows.of(work, series, "c0ffee")


def work_of(name: str, at_most: dict[str, float | None]) -> works.Work:
    return works.Work(name, 2, works.Ours("event_loop", "yield_many"), "one", 1, at_most)


class Table(unittest.TestCase):
    def test_what_is_not_met_comes_first(self) -> None:
        every = measured(1, {"go": 4}, work_of("met", {"go": 0.5}))
        every += measured(1, {"go": 1}, work_of("seen", {"go": None}))
        every += measured(1, {"go": 1}, work_of("missed", {"go": 0.5}))
        every += measured(3, {"go": 1}, work_of("missed_by_more", {"go": 0.5}))
        nothing = rounds.Series([], {"go": "lost"})
        failed = rows.of(work_of("broken", {"go": 0.5}), nothing, "c0ffee")
        found = table.lines(every, failed)
        self.assertEqual(
            [(line.work, line.verdict) for line in found],
            [
                ("broken", table.FAILED),
                ("missed_by_more", table.NOT_MET),
                ("missed", table.NOT_MET),
                ("met", table.MET),
                ("seen", table.SEEN),
            ],
        )
        text = table.as_text(found)
        self.assertLess(text.index("missed_by_more"), text.index("seen"))
        self.assertIn("lost", text)

    def test_an_interval_that_holds_the_aim_is_a_tie(self) -> None:
        ratio = stats.Interval(0.5, 0.4, 0.6)
        line = table.Line("w", 2, "go", 0.5, 1, 2, ratio, 9, 9)
        self.assertEqual(line.verdict, table.TIE)

    def test_the_readme_has_the_lines_with_an_aim_of_the_reference_run(self) -> None:
        document = json.loads((ROOT / "results/raw/peers.json").read_text(encoding="utf-8"))
        every = document["benchmarks"]
        failed = [row for row in every if row.get("error_occurred")]
        found = table.lines([row for row in every if not row.get("error_occurred")], failed)
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        self.assertEqual(readme, table.put_into(readme, found))
        self.assertIn("| fork_join | 1 | onetbb |", readme)
        self.assertNotIn("| fork_join | 1 | rayon |", readme)

    def test_a_page_without_a_place_for_the_table_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "peers end"):
            table.put_into(f"text {table.BEGIN} text", [])

    def test_a_peer_that_never_ends_leaves_ours_alone(self) -> None:
        work = works.Work("w", 2, WORK.ours, "one", 1, {"tokio": None}, never_ends="no cap")
        (line,) = table.lines(measured(1, {}, work), [])
        self.assertEqual((line.peer, line.verdict), ("tokio", table.MET))
        self.assertIn("no cap", table.as_text([line]))

    def test_the_page_names_who_was_left_out(self) -> None:
        found = table.lines(measured(1, {"go": 4}, work_of("w", {"go": 0.5})), [])
        context = {"commits": rows.commits([{"work": "w", "commit": "c0ffee"}])}
        page = table.as_markdown(found, context, {"w": "one yield"}, {"java": "not installed: jdk"})
        self.assertIn("- commit c0ffee: w", page)
        self.assertIn("left out: java: not installed: jdk", page)
        self.assertIn("`w`: one yield", page)


class Rows(unittest.TestCase):
    def test_they_have_the_shape_of_all_results(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "peers.json"
            every = measured(1, {"tokio": 4}, WORK)
            rows.write(path, {"context": {}, "benchmarks": every})
            results = gbench.read(path)
            self.assertEqual(len(results.rows), 18)
            figure = figures_peers.peer_ratios(results.rows)
            self.assertIsNotNone(figure)
            plot = [str(ROOT / "scripts" / "plot"), str(path), "-o", folder]
            drawn = subprocess.run(plot, capture_output=True, text=True, check=False)
            self.assertEqual(drawn.returncode, 0, drawn.stderr)
            self.assertTrue((Path(folder) / "peer-ratios.svg").is_file())

    def test_a_work_measured_again_replaces_itself_alone(self) -> None:
        one = measured(1, {"go": 4}, work_of("one", {"go": 0.5}))
        two = measured(1, {"go": 4}, work_of("two", {"go": 0.5}))
        again = measured(2, {"go": 4}, work_of("one", {"go": 0.5}))
        self.assertEqual(rows.replaced(one + two, again), two + again)

    def test_rows_of_ours_alone_show_no_ratio(self) -> None:
        self.assertIsNone(figures_peers.peer_ratios(measured(1, {}, WORK)))


class Peers(unittest.TestCase):
    tree = programs.Tree(ROOT)

    def test_one_whose_package_is_missing_is_named_with_it(self) -> None:
        peer = programs.Peer("go", ["/nowhere"], [["/nowhere"]])
        why = programs.why_not(peer, ["golang-go"], {"golang-go"}, self.tree)
        self.assertEqual(why, "not installed: golang-go")

    def test_one_that_does_not_build_is_named_with_the_reason(self) -> None:
        step = ["/bin/sh", "-c", "echo 'no such crate' >&2; exit 1"]
        why = programs.why_not(programs.Peer("tokio", [], [step]), [], set(), self.tree)
        self.assertEqual(why, "does not build: no such crate")

    def test_every_peer_of_a_work_has_a_program_and_packages(self) -> None:
        listing = programs.packages_of((self.tree.sources / "packages").read_text("utf-8"))
        wanted = {name for work in works.WORKS for name in work.at_most}
        self.assertEqual(wanted, set(programs.peers(self.tree)))
        self.assertEqual(wanted, set(listing))

    def test_who_is_left_out_is_in_the_file_and_is_no_success(self) -> None:
        here = {name: programs.Peer(name, []) for name in ("go", "asio")}
        done = mock.Mock(return_value=sample(1))
        with tempfile.TemporaryDirectory() as folder, mock.patch.multiple(
            command,
            set_up=mock.Mock(return_value=True),
            prepare=mock.Mock(return_value=(here, {"tokio": "not installed: cargo"})),
            context_of=mock.Mock(return_value={}),
            handover=mock.Mock(return_value=50.0),
        ), mock.patch.multiple(starts, sample_ours=done, sample_peer=done):
            path = Path(folder) / "peers.json"
            status = command.main(["--works", "timer_cancel", "-o", str(path)], ROOT)
            self.assertEqual(status, 1)
            left_out = rows.read(path)["context"]["left_out"]
            self.assertEqual(left_out, {"tokio": "not installed: cargo"})

    def test_unknown_names_are_wrong_usage(self) -> None:
        self.assertEqual(command.main(["--works", "nothing"], ROOT), 2)
        self.assertEqual(command.main(["--peers", "nobody"], ROOT), 2)


if __name__ == "__main__":
    unittest.main()
