"""scripts/parity/tokio_runner from outside: programs in, the traces of Tokio 1.24.2 out. Each trace
follows from its sources, by the rule that the test names."""

from __future__ import annotations

import json
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

CRATE = Path(__file__).resolve().parents[2] / "scripts/parity/tokio_runner"
Program = dict[str, Any]
Ops = list[list[Any]]


def build() -> Path:
    run = subprocess.run([CRATE / "build"], capture_output=True, check=False, text=True)
    if run.returncode != 0:
        raise AssertionError(f"the runner was not built:\n{run.stderr}")
    return Path(run.stdout.strip())


RUNNER = build()


def program(main: Ops, queues: Program | None = None, **tasks: Ops) -> Program:
    named = {"version": 1, "main": "main", "tasks": {"main": main, **tasks}}
    return {**named, "queues": queues or {}, "semaphores": {"none": 0, "one": 1}}


def stream(*programs: Program) -> str:
    lines = "".join(json.dumps(program) + "\n" for program in programs)
    run = subprocess.run(
        [RUNNER, "-"], input=lines, capture_output=True, check=True, text=True, timeout=300
    )
    return run.stdout


def spawn_all(*tasks: str) -> Ops:
    return [["spawn", task, task] for task in tasks]


class RunnerCase(unittest.TestCase):
    def assert_says(self, expected: list[str], program: Program, error: str | None = None) -> None:
        """The texts of the trace, in order, and what left main."""
        *lines, end = [json.loads(line) for line in stream(program).splitlines()]
        self.assertEqual([line["text"] for line in lines], expected)
        self.assertEqual(end, {"end": True, "iterations": 0, "t": 0, "error": error})


class Format(RunnerCase):
    def test_keys_blanks_and_escapes(self) -> None:
        child = [["log", 'a "b"\\\n\u0001\u007f é€']]
        text = stream(program([["spawn", "ü/~", "h"], ["join", "h"]], **{"ü/~": child}))
        line = '{"t":0,"task":"ü/~.1","text":"a \\"b\\"\\\\\\n\\u0001\u007f é€"}\n'
        self.assertEqual(text, line + '{"end":true,"iterations":0,"t":0,"error":null}\n')

    def test_starts_are_numbered_by_task_as_they_are_spawned(self) -> None:
        main = [["spawn", "a", "x"], ["spawn", "a", "y"], ["spawn", "main2", "z"], ["join", "x"]]
        text = stream(program(main, a=[["log", ""]], main2=[["log", ""]]))
        tasks = [json.loads(line).get("task") for line in text.splitlines()]
        self.assertEqual(tasks, ["main2.1", "a.1", None])  # main is over before a.2 has its turn.

    def test_values_are_texts_and_integers(self) -> None:
        main = [["put", "q", "x"], ["put", "q", -7], ["get", "q"], ["get", "q"]]
        self.assert_says(["got x", "got -7"], program(main))


class Queues(RunnerCase):
    def test_the_last_spawned_runs_first_from_the_slot(self) -> None:
        children = {f"c{i}": [["log", str(i)]] for i in range(5)}
        joins = [["join", child] for child in children]
        main = spawn_all(*children) + joins
        self.assert_says(["4", "0", "1", "2", "3"], program(main, **children))

    def test_a_full_queue_gives_its_first_half_to_the_injector(self) -> None:
        main = [["repeat", 300, [["spawn", "c", "h"]]], ["repeat", 200, [["yield"]]]]
        text = stream(program(main, c=[["log", ""]]))
        tasks = [json.loads(line).get("task", "c.0") for line in text.splitlines()]
        order = [int(task.removeprefix("c.")) - 1 for task in tasks[:-1]]
        self.assertEqual(order[:60], [299, *range(128, 187)])
        self.assertEqual(order[60], 0)  # The 61st tick looks into the injector first.
        self.assertEqual(sorted(order), list(range(300)))

    def test_who_yields_waits_for_a_look_at_the_driver(self) -> None:
        turns = {n: [op for i in range(3) for op in (["log", f"{n}{i}"], ["yield"])] for n in "ABC"}
        main = spawn_all(*turns) + [["join", name] for name in turns]
        expected = ["C0", "A0", "B0", "B1", "C1", "A1", "A2", "B2", "C2"]
        self.assert_says(expected, program(main, **turns))

    def test_every_61st_tick_looks_at_the_driver(self) -> None:
        main = [["repeat", 100, [["spawn", "c", "h"]]], ["yield"], ["log", "main"]]
        said = ["c"] * 60 + ["main"]  # The first c is from the slot: no tick of its own.
        self.assert_says(said, program(main, c=[["log", "c"]]))


class Budget(RunnerCase):
    PUTS = [["repeat", 200, [["put", "q", 1]]]]
    GETS = [["repeat", 200, [["get", "q"]]]]

    def test_after_128_operations_a_task_goes_to_the_back_and_the_slot_behind_it(self) -> None:
        consumer = spawn_all("queued", "slot") + self.GETS
        tasks = {"queued": [["log", "queued"]], "slot": [["log", "slot"]]}
        main = self.PUTS + [["spawn", "c", "c"], ["join", "c"], ["repeat", 3, [["yield"]]]]
        said = ["got 1"] * 128 + ["queued"] + ["got 1"] * 72 + ["slot"]
        self.assert_says(said, program(main, c=consumer, **tasks))

    def test_what_follows_from_the_slot_shares_it(self) -> None:
        main = [["repeat", 100, [["put", "q", 1]]], *spawn_all("p", "c")]
        main += [["repeat", 100, [["sem_acquire", "s"]]], ["join", "c"]]
        tasks = {"p": [["log", "p"]], "c": [["repeat", 100, [["get", "q"]]]]}
        sharing = program(main, **tasks)
        sharing["semaphores"]["s"] = 100
        said = ["got 1"] * 28 + ["p"] + ["got 1"] * 72
        self.assert_says(said, sharing)

    def test_events_and_unbounded_puts_cost_nothing(self) -> None:
        body = [["put", "q", 1], ["event_set", "e"], ["event_wait", "e"], ["sem_release", "none"]]
        main = [["spawn", "c", "c"], ["repeat", 200, body], ["log", "main"]]
        self.assert_says(["main"], program(main, c=[["log", "c"]]))


class Waking(RunnerCase):
    def waiters(self, count: int) -> list[int]:
        main = [["repeat", count, [["spawn", "w", "h"]]], ["yield"], ["event_set", "e"]]
        main += [["repeat", 3, [["yield"]]]]
        text = stream(program(main, w=[["event_wait", "e"], ["log", ""]]))
        tasks = [json.loads(line).get("task", "") for line in text.splitlines()]
        return [int(task.removeprefix("w.")) for task in tasks[:-1]]

    def test_an_event_wakes_backwards_and_the_oldest_from_the_slot(self) -> None:
        self.assertEqual(self.waiters(5), [5, 4, 3, 2, 1])  # They came as 5 1 2 3 4.

    def test_an_event_wakes_32_at_a_time(self) -> None:
        expected = [32, *range(31, 0, -1), 40, *range(39, 32, -1)]
        self.assertEqual(self.waiters(40), expected)

    def test_whoever_is_woken_by_an_event_does_not_look_again(self) -> None:
        main = spawn_all("w") + [["yield"], ["event_set", "e"], ["event_clear", "e"], ["join", "w"]]
        self.assert_says(["w"], program(main, w=[["event_wait", "e"], ["log", "w"]]))

    def test_a_permit_of_a_bounded_queue_is_for_who_waits_longest(self) -> None:
        puts = {"a": [["put", "q", 1], ["put", "q", 2]], "b": [["put", "q", 3], ["put", "q", 4]]}
        main = spawn_all("a", "b") + [["yield"]] + [["get", "q"], ["log", "next"]] * 4
        said = ["got 3", "next", "got 4", "next", "got 1", "next", "got 2", "next"]
        self.assert_says(said, program(main, {"q": 1}, **puts))

    def test_a_future_is_set_once_and_seen_at_once_from_then_on(self) -> None:
        main = spawn_all("s") + [["future_wait", "f"], ["log", "a"], ["future_wait", "f"]]
        setter = [["log", "s"], ["future_set", "f", 1], ["future_set", "f", 2], ["log", "set"]]
        self.assert_says(["s", "set", "a", "b"], program(main + [["log", "b"]], s=setter))


class Ends(RunnerCase):
    def test_an_error_goes_to_the_joiner(self) -> None:
        main = spawn_all("a") + [["join", "a"], ["log", "never"]]
        failing = [["repeat", 2, [["raise", "boom"]]], ["log", "never"]]
        self.assert_says([], program(main, a=failing), "ScriptError: boom")

    def test_return_ends_the_task_from_within(self) -> None:
        main = spawn_all("a") + [["join", "a"], ["repeat", 2, [["return"]]], ["log", "never"]]
        self.assert_says(["a"], program(main, a=[["log", "a"], ["return"], ["log", "never"]]))

    def test_nothing_is_traced_after_main(self) -> None:
        self.assert_says(["main"], program(spawn_all("a") + [["log", "main"]], a=[["log", "a"]]))
        main = spawn_all("a") + [["yield"], ["put", "q", 1]]
        self.assert_says([], program(main, a=[["get", "q"]]))  # Its get was under way.

    def test_main_is_not_kept_by_what_runs_on(self) -> None:
        forever = [["repeat", 10**12, [["log", "a"]]]]
        main = spawn_all("a", "b") + [["join", "b"]]
        self.assert_says([], program(main, a=forever, b=[]))

    def test_deadlocks(self) -> None:
        waits: list[Ops] = [
            [["event_wait", "x"]],
            [["future_wait", "x"]],
            [["get", "x"]],
            [["sem_acquire", "none"]],
            [["put", "bound", 1], ["put", "bound", 1]],
            [["yield"], ["event_wait", "x"]],
            [["spawn", "a", "a"], ["join", "a"]],
        ]
        for main in waits:
            with self.subTest(main=main):
                stuck = program(main, {"bound": 1}, a=[["event_wait", "x"]])
                self.assert_says([], stuck, "deadlock")


class Aborts(RunnerCase):
    CANCELLED = "CancelledError: "

    def test_before_the_first_step(self) -> None:
        main = spawn_all("a") + [["cancel", "a"], ["cancel", "a"], ["join", "a"]]
        self.assert_says([], program(main, a=[["log", "never"]]), self.CANCELLED)

    def test_a_task_that_ended_is_not_cancelled(self) -> None:
        main = spawn_all("a") + [["yield"], ["cancel", "a"], ["join", "a"], ["log", "main"]]
        self.assert_says(["main"], program(main, a=[]))

    def test_of_oneself_takes_effect_where_the_task_waits(self) -> None:
        main = spawn_all("a") + [["join", "a"]]
        itself = [["cancel", "a"], ["log", "still"], ["yield"], ["log", "never"]]
        self.assert_says(["still"], program(main, a=itself), self.CANCELLED)
        self.assert_says(["still"], program(main, a=itself[:2]))

    def test_of_a_task_that_yielded_does_not_wait_for_the_driver(self) -> None:
        tasks = {
            "a": [["log", "a"], ["yield"], ["log", "never"]],
            "j": spawn_all("z", "x") + [["spawn", "k", "k"], ["join", "a"]],
            "k": [["join", "x"], ["log", "k"]],
            "x": [["cancel", "a"], ["log", "x"]],
            "z": [["log", "z"]],
        }
        main = spawn_all("a", "j", "last") + [["join", "j"]]
        said = ["last", "a", "z", "x", "k"]
        self.assert_says(said, program(main, last=[["log", "last"]], **tasks), self.CANCELLED)

    def test_a_permit_on_its_way_goes_to_the_next(self) -> None:
        waiting = {n: [["sem_acquire", "none"], ["log", n]] for n in ("a", "b")}
        main = spawn_all("b", "a") + [["yield"], ["cancel", "a"], ["sem_release", "none"]]
        main += [["log", "released"], ["join", "b"]]
        self.assert_says(["released", "b"], program(main, **waiting))

    def test_a_value_that_was_not_sent_is_lost(self) -> None:
        main = [["put", "q", 1]] + spawn_all("a") + [["yield"], ["cancel", "a"], ["get", "q"]]
        main += [["yield"], ["put", "q", 3], ["get", "q"]]
        self.assert_says(["got 1", "got 3"], program(main, {"q": 1}, a=[["put", "q", 2]]))


class Misuse(unittest.TestCase):
    OTHERS: Ops = [
        ["compute", 1], ["sleep", 1], ["call_soon", "x"], ["call_later", 1, "x", "t"],
        ["call_at", 1, "x", "t"], ["cancel_timer", "t"], ["acquire", "l"], ["release", "l"],
        ["gather", ["a"]], ["task_group", ["a"]], ["wait_for", 1, "a"], ["timeout", 1, []],
        ["try", [], "any", [], []], ["stop"], ["nonsense"],
    ]  # fmt: skip

    def assert_place(self, place: str, program: Program, before: str = "") -> None:
        self.assertEqual(stream(program), f'{before}{{"misuse":{json.dumps(place)}}}\n')

    def test_ops_that_tokio_has_not(self) -> None:
        for op in self.OTHERS:
            with self.subTest(op=op):
                inner = program([["log", "x"], ["repeat", 1, [["yield"], op]]], a=[])
                self.assert_place("/tasks/main/1/2/1", inner)

    def test_what_is_no_program(self) -> None:
        for op in (
            ["log"], ["log", 1], ["yield", 1], ["spawn", "b", "h"], ["join", "h"], ["cancel", "h"],
            ["sem_acquire", "two"], ["put", "q", 1.5], ["put", "q", True], ["repeat", -1, []],
            ["put", "q", 10**12 + 1], [], "log", {}, [1],
        ):  # fmt: skip
            with self.subTest(op=op):
                self.assert_place("/tasks/a~1~0b/1", program([], **{"a/~b": [["yield"], op]}))
        self.assert_place("/tasks/main/0/2", program([["repeat", 1, 1]]))
        self.assert_place("/main", {**program([]), "main": "other"})
        self.assert_place("/version", {**program([]), "version": 2})
        self.assert_place("/tasks", {**program([]), "tasks": {}})
        self.assert_place("/task", {**program([]), "task": {}})
        self.assert_place("/queues/q", program([], {"q": "1"}))
        self.assert_place("/semaphores/s", {**program([]), "semaphores": {"s": -1}})

    def test_what_shows_only_when_it_runs(self) -> None:
        log = '{"t":0,"task":"main.1","text":"x"}\n'
        for op in (["join", "h"], ["cancel", "h"]):
            early = program([["log", "x"], op, ["spawn", "a", "h"]], a=[])
            self.assert_place("/tasks/main/1", early, log)
        self.assert_place("/tasks/a/0", program(spawn_all("a") + [["yield"]], a=[["join", "a"]]))

    def test_the_next_program_is_not_touched(self) -> None:
        text = stream(program([["stop"]]), program([["log", "x"]]))
        self.assertEqual(len(text.splitlines()), 3)

    def test_of_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a program.json"
            good = Path(folder) / "good.json"
            good.write_text(json.dumps(program([["log", "x"]]), indent=2), encoding="utf-8")
            path.write_text(json.dumps(program([["compute", 1]]), indent=2), encoding="utf-8")
            run = subprocess.run([RUNNER, good, path], capture_output=True, check=False, text=True)
        self.assertEqual(run.returncode, 2)
        self.assertEqual(len(run.stdout.splitlines()), 2)
        reason = "compute is not an op of Tokio's runner"
        self.assertEqual(run.stderr, f"{path}: /tasks/main/0: {reason}\n")

    def test_of_the_command_line(self) -> None:
        for arguments, status in (((), 2), (("-", "x"), 2), (("no such file",), 3)):
            run = subprocess.run([RUNNER, *arguments], capture_output=True, check=False, text=True)
            self.assertEqual((run.returncode, run.stdout), (status, ""))
            self.assertNotEqual(run.stderr, "")


class Chance(unittest.TestCase):
    def test_a_program_runs_the_same_each_time(self) -> None:
        """Where main's first tick were one later at times, the 61st would move."""
        main = [["repeat", 300, [["spawn", "c", "h"]]], ["yield"], ["log", "main"]]
        once = program(main, c=[["log", ""], ["yield"], ["log", ""]])
        traces = stream(*[once] * 200)
        first = traces[: traces.index('"error":null}\n') + len('"error":null}\n')]
        self.assertEqual(traces, first * 200)


if __name__ == "__main__":
    unittest.main()
