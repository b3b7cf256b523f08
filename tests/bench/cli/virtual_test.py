"""Virtual time from the command line: what it says, that it says the same again, and what it
refuses."""

from __future__ import annotations

import unittest

from program_case import FAULTY, ProgramCase, strict_json

SIM = ["--machine", "sim", "--format", "json"]


class Virtual(ProgramCase):
    def rows(self, *words: str) -> list[dict]:
        result = self.run_it(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return strict_json(result.stdout)["benchmarks"]

    def row(self, *words: str) -> dict:
        return self.rows("run", *SIM, *words)[0]

    def test_a_steady_state_stands_beside_theory(self) -> None:
        for scheduler, model in (
            ("event_loop", "M/M/1"),
            ("sharded_loops:placement=random", "M/M/1"),
            ("shared_queue", "M/M/4"),
            ("work_stealing", "M/M/4"),
        ):
            row = self.row(
                "--scheduler", scheduler, "--workers", "4",
                "--workload", "requests:load=0.6", "--precision", "2%",
            )
            self.assertIn(model, row["theory"])
            self.assertTrue(row["theory_exact"] and row["trustworthy"] and row["answer_ok"])
            self.assertLessEqual(row["precision_reached"], 0.02)
            # Three half-widths: six standard errors.
            self.assertLess(abs(row["theory_sojourn_mean_deviation"]), 0.06, scheduler)
            self.assertEqual(len(row["by_replication_ns"]), row["replications"])
            self.assertGreater(row["warmup_deleted"], 0)

    def test_order_changes_no_mean(self) -> None:
        words = ["--workers", "4", "--workload", "requests:load=0.8", "--precision", "3%"]
        fifo = self.row("--scheduler", "work_stealing", *words)
        lifo = self.row("--scheduler", "work_stealing:local_order=lifo,steal=one", *words)
        near = fifo["sojourn_mean_ns"] / lifo["sojourn_mean_ns"]
        self.assertAlmostEqual(near, 1, delta=0.02)

    def test_the_same_seed_is_the_same_run(self) -> None:
        words = ["--scheduler", "work_stealing", "--workers", "16", "--workload"]
        uts = [self.row(*words, "uts:tree=small", "--seed", "7")["trace_hash"] for _ in range(2)]
        other = self.row(*words, "uts:tree=small", "--seed", "8")["trace_hash"]
        self.assertEqual(uts[0], uts[1])
        self.assertNotEqual(uts[0], other)

    def test_threads_change_nothing(self) -> None:
        def measured(threads: str) -> dict:
            row = self.row(
                "--scheduler", "work_stealing", "--workers", "4", "--workload",
                "requests:load=0.6", "--precision", "3%", "--threads", threads,
            )
            del row["cpu_time"]
            return row

        alone = measured("1")
        self.assertEqual(alone, measured("2"))
        self.assertEqual(alone, measured("8"))

    def test_ten_thousand_workers(self) -> None:
        row = self.row(
            "--scheduler", "work_stealing", "--workers", "10000", "--workload", "uts:tree=small"
        )
        self.assertTrue(row["answer_ok"])
        self.assertEqual(row["workers"], 10_000)

    def test_comparisons_are_paired(self) -> None:
        words = ["compare", "--machine", "sim", "--workers", "4", "--workload", "requests:load=0.6"]
        schedulers = ["--scheduler", "event_loop", "--scheduler", "work_stealing"]
        result = self.run_it(*words, *schedulers, "--precision", "3%", "--raw", "raw.json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("jobs for", result.stderr)  # The forecast.
        for needle in ("M/M/1", "M/M/4", "against baseline", "x lower ["):
            self.assertIn(needle, result.stdout)
        again = self.run_it("compare", "raw.json")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("M/M/4", again.stdout)
        context = self.read_results("raw.json")["context"]
        self.assertEqual((context["machine"], context["time"]), ("sim", "virtual"))

    def test_a_replayed_trace_is_exact(self) -> None:
        lines = [f"{i * 0.01:.2f},{0.005 if i < 20 else 0.001}" for i in range(40)]
        trace = self.folder / "trace.csv"
        trace.write_text("\n".join(["arrival_s,service_s", *lines]) + "\n", encoding="utf-8")
        words = ["compare", "--machine", "sim", "--workload", "requests:trace=trace.csv"]
        schedulers = ["--scheduler", "event_loop", "--scheduler", "shared_queue"]
        for repetitions in ("3", "9"):
            result = self.run_it(
                *words, *schedulers, "--repetitions", repetitions, "--raw", "raw.json"
            )
            self.assertEqual(result.returncode, 0, result.stderr)
            again = self.run_it("compare", "raw.json")
            for said in (result.stdout, again.stdout):
                self.assertEqual(said.count("exact for this trace"), 2, said)
                for needle in ("±", "too short", "runs)", "--repetitions"):
                    self.assertNotIn(needle, said)
        # Other sizes each time: not one and the same run.
        words[-1] = "requests:load=0.5,count=2000"
        result = self.run_it(*words, *schedulers, "--raw", "none")
        self.assertNotIn("exact for", result.stdout)
        self.assertIn("±", result.stdout)

    def test_a_cost_is_paid(self) -> None:
        words = ["--scheduler", "event_loop", "--workload", "requests:load=0.5,mean=1ms"]
        free = self.row(*words)
        gated = self.row(*words, "--costs", "zero,iteration=500us")
        self.assertIn("gated", gated["theory"])
        self.assertGreater(gated["wait_mean_ns"], free["wait_mean_ns"])
        self.assertEqual(gated["costs"], "zero,iteration=500us")

    def test_the_operating_system_can_disturb(self) -> None:
        words = ["--scheduler", "work_stealing", "--workers", "4", "--workload", "uts:tree=small"]
        quiet = self.row(*words)
        noise = ["--costs", "zero,pause_every=100us,pause=50us"]
        noisy, again = self.row(*words, *noise), self.row(*words, *noise)
        self.assertGreater(noisy["makespan_ns"], 1.2 * quiet["makespan_ns"])
        self.assertEqual(noisy["trace_hash"], again["trace_hash"])
        self.assertEqual(noisy["costs"], noise[1])
        self.assertNotIn("greedy_lower_ns", noisy)
        self.assert_refused(["run", *SIM, "--costs", "zero,pause=1ms"], "pause_every")

    def test_overload_is_refused_unless_the_run_just_ends(self) -> None:
        words = ["run", *SIM, "--scheduler", "event_loop", "--workload", "requests:load=1.2"]
        self.assert_refused(words, "the load is 1.2", "--terminating")
        row = self.rows(*words, "--terminating")[0]
        self.assertTrue(row["answer_ok"])
        self.assertNotIn("theory", row)

    def test_what_it_does_not_have(self) -> None:
        sim = ["run", "--machine", "sim"]
        self.assert_refused([*sim, "--scheduler", "onetbb"], "preset=rayon", "steal=one")
        self.assert_refused([*sim, "--workload", "echo"], "--machine threads")
        self.assert_refused(["run", "--machine", "simm"], '"sim"')
        self.assert_refused([*sim, "--costs", "zero,wake_upp=1us"], '"wake_up"')
        self.assert_refused([*sim, "--costs", "zero,run=-1ns"], "run")
        self.assert_refused([*sim, "--costs", "zero,run=nan"], "run")
        self.assert_refused([*sim, "--precision", "0.5"], "0.5%")
        self.assert_refused(["run", "--precision", "1%"], "--machine sim")
        self.assert_refused([*sim, "--workers", "70000"], "out of range")

    def test_a_cost_that_nobody_measured_is_refused_before_anything_is_printed(self) -> None:
        sim = ["--machine", "sim", "--workers", "1", "--costs", "cpython-3.11"]
        loop = ["--scheduler", "event_loop"]
        queue = ["--scheduler", "shared_queue"]
        fan = ["--workload", "fan_out:tasks=2000,work=0ns"]
        lacks = ("shared_queue", "push_remote", "pop_remote", "lock", "calibrate",
                 "--costs cpython-3.11,lock=0ns,push_remote=0ns,pop_remote=0ns")
        for command in ("compare", "run"):
            for form in ("table", "jsonl"):
                words = [command, *sim, *loop, *queue, *fan, "--format", form]
                self.assert_refused(words, *lacks)
        (row,) = self.rows("run", *sim, *loop, *fan, "--format", "json")
        self.assertGreater(row["makespan_ns"], 2000 * 600)  # A turn's push, pop and run each.
        said = "cpython-3.11,lock=0ns,push_remote=0ns,pop_remote=0ns,spawn=0ns"
        (row,) = self.rows("run", *SIM, "--costs", said, "--workers", "1", *queue, *fan)
        self.assertIn("push_remote=0ns", row["costs"])
        script = self.folder / "p.json"
        script.write_text('{"version":1,"main":"m","tasks":{"m":[["yield"]]}}')
        self.assert_refused(["script", "--machine", "sim", "--costs", "cpython-3.11",
                             *queue, str(script)], *lacks)
        grid = self.folder / "grid.toml"
        grid.write_text('[[grid]]\nmachine = ["sim"]\ncosts = ["cpython-3.11"]\nworkers = [1]\n'
                        'scheduler = ["shared_queue"]\nworkload = ["fan_out:tasks=20"]\n')
        self.assert_refused(["sweep", str(grid), "-o", "s.jsonl"], "grid.toml:", *lacks[:4])

    def test_a_charge_that_only_the_run_shows_is_refused_too(self) -> None:
        # That an event loop polls descriptors is seen when the workload waits for I/O.
        costs = self.folder / "c.toml"
        entries = ("run", "push_local", "pop_local", "iteration", "pop_remote", "lock", "spawn")
        costs.write_text("".join(f"[{each}]\nvalue = 5\n" for each in entries))
        sim = ["--machine", "sim", "--costs", str(costs), "--scheduler", "event_loop"]
        self.rows("run", *sim, "--workload", "fan_out:tasks=20", "--format", "json")
        words = ["run", *sim, "--workload", "timers:timers=20"]
        self.assert_refused(words, "timer_insert", "timer_fire", "event_loop", "c.toml",
                            "timer_insert=0ns")
        # Nothing is printed or left behind of the points that can be priced, either.
        two = ["--workload", "fan_out:tasks=20", "--workload", "timers:timers=20"]
        words = ["compare", *sim, *two]
        self.assert_refused([*words, "--format", "jsonl"], "timer_insert")
        self.assert_refused(words, "timer_insert")
        self.assertEqual(sorted(each.name for each in self.folder.iterdir()), ["c.toml"])

    def test_advise_leaves_out_by_name_what_the_costs_cannot_price(self) -> None:
        words = ["advise", "--workload", "fan_out:tasks=200,work=0ns", "--slo", "makespan<=1ms",
                 "--costs", "cpython-3.11", "--max-workers", "1", "--threads", "1"]
        result = self.run_it(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("Left out: shared_queue, since the costs cpython-3.11 do not have lock, "
                      "push_remote and pop_remote.", result.stderr)
        self.assertIn("Left out: work_stealing:preset=go-1.19, since", result.stderr)
        self.assertIn("Take event_loop on 1 worker", result.stdout)
        self.assertNotIn("shared_queue", result.stdout)
        self.assert_refused([*words, "--scheduler", "shared_queue"], "push_remote", "calibrate")

    def test_list_costs_says_which_schedulers_each_model_prices(self) -> None:
        result = self.run_it("list", "costs", "--json")
        priced = {(each["costs"], each["scheduler"]): each
                  for each in strict_json(result.stdout)["priced"]}
        for scheduler in ("event_loop", "sharded_loops", "shared_queue", "work_stealing"):
            self.assertEqual(priced["reference", scheduler]["lacks"], [])
        for costs in ("cpython-3.11", "uvloop-0.17"):
            self.assertEqual(priced[costs, "sharded_loops"]["lacks"], [])
            self.assertTrue(priced[costs, "shared_queue"]["refused"])
            self.assertIn("push_remote", priced[costs, "shared_queue"]["lacks"])
        self.assertFalse(priced["tokio-1.24", "work_stealing"]["refused"])
        self.assertTrue(priced["tokio-1.24", "event_loop"]["refused"])

    def test_a_model_that_no_runtime_has_runs_only_if_it_is_named(self) -> None:
        words = ["run", "--machine", "sim", "--workers", "2", "--costs", "zero", "--workload",
                 "requests:count=1000,load=0.5", "--format", "csv"]
        usual = self.run_it(*words).stdout
        self.assertIn("work_stealing", usual)
        self.assertNotIn("random_stealing", usual)
        named = self.run_it(*words, "--scheduler", "random_stealing").stdout
        self.assertIn("random_stealing", named)
        self.assertIn("random_stealing", self.run_it("list", "schedulers").stdout)

    def test_a_pool_is_sized_by_the_machines_cpus(self) -> None:
        words = ["--scheduler", "event_loop", "--workload", "mixed", "--workers"]
        alone = self.row(*words, "1")
        self.assertEqual(alone["cpus"], 1)
        self.assertEqual(self.row(*words, "16")["cpus"], 16)
        many = self.row(*words, "1", "--cpus", "12")
        self.assertEqual((many["cpus"], many["workers"]), (12, 1))
        refused = ["run", "--machine", "sim", "--scheduler", "shared_queue", "--workload", "mixed"]
        self.assert_refused([*refused, "--workers", "4", "--cpus", "2"], "--cpus 4")
        self.assert_refused(["run", "--machine", "threads", "--cpus", "2"], "--machine sim")
        table = self.run_it(*refused, "--workers", "4", "--size", "small")
        self.assertIn("Virtual machine of 4 CPUs.", table.stdout)

    def test_ties_are_drawn_where_workers_meet_by_construction(self) -> None:
        words = [
            "--scheduler", "random_stealing:preset=probing", "--workers", "32",
            "--costs", "zero,steal_attempt=100us,steal_operation=100us", "--workload",
            "requests:load=0.7,mean=1ms,service=det,count=200000",
        ]
        drawn, given = self.row(*words), self.row(*words, "--shuffle-ties", "no")
        self.assertEqual((drawn["shuffle_ties"], given["shuffle_ties"]), (1, 0))
        self.assertEqual(drawn["trace_hash"],
                         self.row(*words, "--shuffle-ties", "yes")["trace_hash"])
        # An independent simulation that draws the order: 0.6249 jobs stolen for each task, and
        # 0.5983 in the order of scheduling (0.4 %, 95 %).
        self.assertAlmostEqual(drawn["steals"] / drawn["tasks"], 0.6249, delta=0.004)
        self.assertAlmostEqual(given["steals"] / given["tasks"], 0.5983, delta=0.004)
        table = self.run_it("run", "--machine", "sim", *words)
        self.assertIn("in an order drawn for 1 of 1 points", table.stdout)

    def test_a_preset_says_what_it_lacks(self) -> None:
        words = ["--scheduler", "work_stealing:preset=rayon", "--workload", "uts:tree=small"]
        row = self.row(*words)
        self.assertEqual(row["preset"], "rayon")
        self.assertIn("deadlocks on Rayon", row["preset_lacks"])
        self.assertNotIn("preset", self.row("--scheduler", "work_stealing", *words[2:]))
        for command in ("run", "compare"):
            table = self.run_it(command, "--machine", "sim", "--raw", "none", *words)
            self.assertIn("deadlocks on Rayon", table.stdout)
        for topic in ("presets", "knobs"):
            listed = self.run_it("list", topic, "work_stealing").stdout
            self.assertIn("preset=rayon lacks: A join that waits", listed)
            self.assertIn("preset=go-1.19 lacks: ", listed)
        program = self.folder / "y1.json"
        program.write_text(
            '{"version":1,"main":"m","tasks":{"m":[["log","done"]]}}', encoding="utf-8")
        script = self.run_it("script", str(program), "--scheduler", words[1])
        self.assertIn("deadlocks on Rayon", script.stderr)

    def test_a_run_without_progress_ends(self) -> None:
        sim = ["run", "--machine", "sim", "--raw", "none", "--workers", "4"]
        search = [
            "--scheduler", "random_stealing:preset=probing", "--costs", "zero,steal_attempt=1us",
        ]
        stuck = self.run_it(*sim, *search, "--workload", "stuck", program=FAULTY)
        self.assertEqual(stuck.returncode, 3, stuck.stderr)
        self.assertIn("The program waits for ever", stuck.stderr)
        self.assertIn("worker 3 looks for work", stuck.stderr)
        # These two did not end once: thieves that waited for jobs woke each other.
        for settings, costs in (
            ("transfer_latency=10us", "zero,steal_attempt=10us"),
            ("steal=all,transfer_latency=1ms", "zero,steal_operation=1ms"),
        ):
            ended = self.run_it(
                *sim, "--scheduler", f"random_stealing:preset=probing,{settings}",
                "--costs", costs, "--workload", "requests:count=50", "--terminating",
            )
            self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_a_short_run_says_so_instead_of_a_number(self) -> None:
        words = ["--scheduler", "event_loop", "--workload"]
        self.assert_refused(
            ["run", *SIM, *words, "requests:load=0.95,count=5000"], "warm-up alone", "--terminating"
        )
        row = self.row(*words, "requests:load=0.95,count=100000")
        self.assertFalse(row["trustworthy"])
        self.assertGreater(row["sojourn_mean_requests_needed"], 740_000)
        self.assertGreater(row["sojourn_p99_requests_needed"], 7_400_000)
        for absent in ("sojourn_mean_ns", "sojourn_p99_ns", "wait_mean_ns", "sojourn_p99_ci95_ns"):
            self.assertNotIn(absent, row)
        whole = self.row(*words, "requests:load=0.95,count=5000", "--terminating")
        self.assertEqual(whole["sojourn_count"], 5000)
        self.assertEqual((whole["regime"], whole["warmup_deleted"]), ("terminating", 0))

    def test_the_warm_up_can_be_set(self) -> None:
        words = ["--scheduler", "event_loop", "--workload", "requests:load=0.5,count=10000"]
        counted = {
            asked: self.row(*words, "--warmup", asked)["sojourn_count"]
            for asked in ("auto", "none", "9000")
        }
        self.assertEqual(counted, {"auto": 9000, "none": 10000, "9000": 1000})
        self.assert_refused(["run", *SIM, *words, "--warmup", "10000"], "leaves nothing")
        self.assert_refused(["run", *SIM, *words, "--warmup", "5", "--terminating"], "--warmup")
        self.assert_refused(["run", *words, "--warmup", "5"], "--machine sim")

    def test_a_trace_has_virtual_times(self) -> None:
        words = ["--scheduler", "work_stealing", "--workers", "3", "--size", "small"]
        row = self.row(*words, "--workload", "hot_shard", "--trace", "t.json")
        events = self.read_results("t.json")["traceEvents"]
        ends = [event["ts"] + event.get("dur", 0) for event in events if event["ph"] == "X"]
        self.assertLessEqual(max(ends) * 1000, row["makespan_ns"] * 1.001)


if __name__ == "__main__":
    unittest.main()
