"""A checker that finds nothing proves nothing: for each rule, a sample that breaks it
is caught, and its neighbour that does not is left alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from loopsteal import prose_rules, tidy_rules  # noqa: E402
from loopsteal.tidy_rules import Source  # noqa: E402

HEADER = "#pragma once\n"


def rules_broken(path: str, text: str) -> set[str]:
    source = Source(path, text)
    return {finding.rule for rule in tidy_rules.RULES for finding in rule(source)}


class TidyCase(unittest.TestCase):
    def assert_breaks(self, rule: str, path: str, text: str) -> None:
        self.assertEqual(rules_broken(path, text), {rule}, f"{path}:\n{text}")

    def assert_clean(self, path: str, text: str) -> None:
        self.assertEqual(rules_broken(path, text), set(), f"{path}:\n{text}")


class Lengths(TidyCase):
    def test_a_file_of_401_lines(self) -> None:
        self.assert_clean("sched/core/a.cpp", "int x;\n" * 400)
        self.assert_breaks("file-length", "sched/core/a.cpp", "int x;\n" * 401)

    def test_a_line_of_101_columns(self) -> None:
        self.assert_clean("scripts/a.py", "#" * 100 + "\n")
        self.assert_breaks("line-length", "scripts/a.py", "#" * 101 + "\n")
        self.assert_breaks("line-length", "cmake/a.cmake", "#" * 101 + "\n")
        self.assert_breaks("line-length", "scripts/a.rs", "/" * 101 + "\n")
        self.assert_breaks("line-length", "scripts/run", "#!/usr/bin/env bash\n" + "#" * 101 + "\n")
        self.assert_clean("docs/a.md", "a" * 101 + "\n")

    def test_columns_are_characters_not_bytes(self) -> None:
        self.assert_clean("sched/core/a.cpp", "//" + "ä" * 98 + "\n")

    def cpp_function(self, head: str, lines: int) -> str:
        return head + " {\n" + "  f();\n" * (lines - 2) + "}\n"

    def test_a_cpp_function_of_71_lines(self) -> None:
        for head in (
            "void f()",
            "int Loop::step(WorkerId w) const noexcept",
            "auto f(int a) -> std::vector<int>",
            "template <Machine M>\nvoid f(M& m) requires Fast<M>",
            "Loop::Loop(int n) : n_(n), m_(n)",
            "class Loop {\n public:\n  explicit Loop(int n) : n_(n)",
            "Loop::Loop(int n) : n_{n}, m_{std::max(n, 2)}",
            "Loop& Loop::operator=(Loop&& other)",
            "namespace loopsteal {\nTask<void> run(Scheduler& s)",
        ):
            tail = "}\n" * head.count("{")
            with self.subTest(head=head):
                self.assert_clean("sched/core/a.cpp", self.cpp_function(head, 70) + tail)
                self.assert_breaks(
                    "function-length", "sched/core/a.cpp", self.cpp_function(head, 71) + tail
                )

    def test_blocks_that_are_no_functions_may_be_long(self) -> None:
        derived = "template <class T>\nclass A : public B<decltype(f())>"
        for head in ("namespace loopsteal", "struct Loop", derived):
            text = self.cpp_function(head, 90).replace("f()", "int x")
            self.assert_clean("sched/core/a.cpp", text)

    def test_braces_in_literals_and_comments_do_not_count(self) -> None:
        noise = "  f('{', \"}{\", R\"x(}})x\", 1'000);  // }\n"
        text = "void f() {\n" + noise * 69 + "}\nint y;\n"
        self.assert_breaks("function-length", "sched/core/a.cpp", text)

    def test_a_python_function_of_71_lines(self) -> None:
        self.assert_clean("scripts/a.py", "def f():\n" + "    g()\n" * 69)
        self.assert_breaks("function-length", "scripts/a.py", "def f():\n" + "    g()\n" * 70)


class Dependencies(TidyCase):
    def test_each_layer_keeps_to_what_stands_left_of_it(self) -> None:
        for path, allowed, banned in (
            ("sched/core/a.cpp", "sched/core/job.hpp", "sched/contract.hpp"),
            ("sched/policy/a.cpp", "sched/contract.hpp", "sched/machine/threads/parker.hpp"),
            ("sched/policy/parts/a.cpp", "sched/policy/parts/b.hpp", "sched/policy/mine/b.hpp"),
            ("sched/policy/mine/a.cpp", "sched/policy/mine/b.hpp", "sched/policy/other/b.hpp"),
            ("sched/policy/mine/a.cpp", "sched/policy/parts/b.hpp", "sched/catalog.hpp"),
            ("sched/machine/threads/a.cpp", "sched/contract.hpp", "sched/policy/parts/b.hpp"),
            ("sched/observe/a.cpp", "sched/core/job.hpp", "sched/machine/threads/parker.hpp"),
            ("sched/onetbb/a.cpp", "sched/machine/threads/burn.hpp", "sched/policy/parts/b.hpp"),
            ("sched/runtime.cpp", "sched/contract.hpp", "workloads/workload.hpp"),
            ("workloads/balanced/a.cpp", "sched/core/coro/verbs.hpp", "sched/catalog.hpp"),
            ("bench/cli/a.cpp", "workloads/catalog.hpp", "tests/support/a.hpp"),
            ("tests/core/a.cpp", "bench/measure/row.hpp", "job.hpp"),
        ):
            with self.subTest(path=path):
                self.assert_clean(path, f'#include "{allowed}"\n')
                self.assert_breaks("dependency", path, f'#include "{banned}"\n')

    def test_libraries_stay_in_their_folders(self) -> None:
        for name, home in (
            ("benchmark/benchmark.h", "bench/google/a.cpp"),
            ("oneapi/tbb/task_arena.h", "sched/onetbb/a.cpp"),
            ("tbb/task_group.h", "sched/onetbb/a.cpp"),
            ("nlohmann/json.hpp", "bench/measure/a.cpp"),
            ("CLI/CLI.hpp", "bench/cli/a.cpp"),
            ("toml++/toml.h", "bench/cli/a.cpp"),
            ("gtest/gtest.h", "tests/core/a.cpp"),
        ):
            with self.subTest(name=name):
                self.assert_clean(home, f"#include <{name}>\n")
                self.assert_breaks("dependency", "sched/core/a.cpp", f"#include <{name}>\n")

    def test_format_is_missing_from_the_oldest_compiler(self) -> None:
        self.assert_breaks("dependency", "bench/cli/a.cpp", "#include <format>\n")
        self.assert_clean("bench/cli/a.cpp", "#include <fmt/format.h>\n")


class Tokens(TidyCase):
    def test_randomness_that_differs_by_library(self) -> None:
        for token in (
            "std::random_device d;",
            "std::exponential_distribution<> d;",
            "int x = rand();",
        ):
            self.assert_breaks("randomness", "workloads/support/a.cpp", token + "\n")
        text = "int x = operand(); Service_distribution d;\n"
        self.assert_clean("workloads/support/a.cpp", text)

    def test_clocks_outside_the_machine(self) -> None:
        text = "auto t = std::chrono::steady_clock::now();\n"
        self.assert_breaks("clock", "sched/policy/a.cpp", text)
        self.assert_breaks("clock", "workloads/balanced/a.cpp", text)
        for path in ("sched/machine/threads/a.cpp", "bench/cli/a.cpp", "sched/onetbb/a.cpp"):
            self.assert_clean(path, text)
        self.assert_clean("sched/core/a.cpp", "std::chrono::nanoseconds n;\n")

    def test_threads_outside_the_machine(self) -> None:
        for token in ("std::thread t;", "std::mutex m;", "thread_local int x;"):
            self.assert_breaks("thread", "sched/policy/a.cpp", token + "\n")
            self.assert_clean("sched/machine/threads/a.cpp", token + "\n")
            self.assert_clean("tests/machine/a.cpp", token + "\n")
        self.assert_clean("sched/policy/a.cpp", "typename M::Mutex mutex; std::lock_guard l(m);\n")

    def test_an_exception_holds_for_its_own_file_and_rule_alone(self) -> None:
        (rule, path), reason = next(iter(tidy_rules.EXCEPTIONS.items()))
        self.assertEqual(rule, "thread")
        self.assertGreater(len(reason), 10)
        self.assert_clean(path, HEADER + "std::mutex m;\n")
        self.assert_breaks("clock", path, HEADER + "steady_clock::now();\n")
        self.assert_breaks("thread", "sched/core/other.hpp", HEADER + "std::mutex m;\n")

    def test_no_exception_outlives_its_need(self) -> None:
        for rule, path in tidy_rules.EXCEPTIONS:
            text = (ROOT / path).read_text(encoding="utf-8")
            elsewhere = path.replace("sched/", "sched/other/").replace("loads/", "loads/other/")
            self.assertIn(rule, rules_broken(elsewhere, text), path)

    def test_system_calls_outside_the_machine(self) -> None:
        self.assert_breaks("system-call", "sched/policy/a.cpp", "int n = epoll_wait(e);\n")
        self.assert_clean("sched/machine/threads/a.cpp", "int n = epoll_wait(e);\n")

    def test_fences_and_volatile(self) -> None:
        fence = "std::atomic_thread_fence(std::memory_order_seq_cst);\n"
        self.assert_breaks("fence", "sched/machine/threads/a.cpp", fence)
        self.assert_breaks("volatile", "sched/machine/threads/a.cpp", "volatile int x;\n")
        self.assert_clean("sched/machine/threads/a.cpp", 'asm volatile("" : : "r"(x));\n')

    def test_waiting_on_an_atomic(self) -> None:
        for declaration in ("std::atomic<int> word{0};", "std::atomic_flag word;"):
            for call in ("word.wait(0);", "word.notify_one();", "word.notify_all();"):
                text = f"{declaration}\nvoid f() {{ {call} }}\n"
                self.assert_breaks("atomic-wait", "sched/core/a.cpp", text)
        self.assert_clean("sched/core/a.cpp", "Event event;\nvoid f() { event.wait(0); }\n")
        two = "struct A { std::atomic<int> w; }; struct B { Event w; void f() { w.wait(1); } };\n"
        self.assert_clean("sched/core/a.cpp", two)

    def test_comments_and_literals_may_speak_of_what_is_banned(self) -> None:
        self.assert_clean("sched/core/a.cpp", "// No std::mutex, no volatile.\n")
        self.assert_clean("sched/core/a.cpp", 'auto s = "steady_clock";\n')


class Words(TidyCase):
    def test_what_is_left_undone(self) -> None:
        for word in ("TO" + "DO: more", "FIX" + "ME", "XX" + "X", "TEST(A, DISABLED" + "_b)"):
            self.assert_breaks("undone", "docs/a.md", word + "\n")
        self.assert_breaks("undone", "sched/core/a.cpp", "#if" + " 0\nint x;\n#endif\n")
        self.assert_breaks("undone", "tests/core/a.cpp", "GTEST" + "_SKIP();\n")

    def test_paths_and_tickets(self) -> None:
        for path in ("/ho" + "me/me/a", "see /ro" + "ot/x", "(/wo" + "rk/main)"):
            self.assert_breaks("local-path", "docs/a.md", path + "\n")
        self.assert_breaks("issue-number", "docs/a.md", "as iss" + "ue 2 asks\n")
        self.assert_clean("docs/a.md", "$HOME/x, net/wo" + "rk/x, a TCP sess" + "ion, GCC bug 1\n")


class Layout(TidyCase):
    def test_blanks_tabs_and_ends(self) -> None:
        self.assert_breaks("layout", "docs/a.md", "a \n")
        self.assert_breaks("layout", "sched/core/a.cpp", "\tint x;\n")
        self.assert_breaks("layout", "sched/core/a.cpp", "int x;")
        self.assert_breaks("layout", "sched/core/a.hpp", "int x;\n")
        self.assert_clean("sched/core/a.hpp", HEADER + "int x;\n")


class PlainEnglish(TidyCase):
    def old_words(self, path: str, text: str) -> list[int]:
        """The lines of the findings."""
        return [finding.line for finding in prose_rules.old_words(Source(path, text))]

    def assert_word(self, path: str, text: str, *lines: int) -> None:
        self.assertEqual(self.old_words(path, text), list(lines), f"{path}:\n{text}")

    def test_who_is_for_people(self) -> None:
        for text in ("Wakes whoever waits.", "The worker\nto whom it goes.", "Who waits?"):
            with self.subTest(text=text):
                self.assertEqual(len(self.old_words("docs/a.md", text)), 1)
        for text in ("For users who wait.", "Somebody,\nwho reads it.", "Anybody who may"):
            with self.subTest(text=text):
                self.assert_word("docs/a.md", text)

    def test_words_and_their_lines(self) -> None:
        for word in ("anew", "beside", "Beside", "foretell", "foretells", "foretold", "amid"):
            self.assert_word("sched/core/a.hpp", f"int a;\n/// It is {word} this.\n", 2)
        for word in ("besides", "renewed", "whole", "napkin", "twos"):
            self.assert_word("sched/core/a.hpp", f"int a;\n/// It is {word} this.\n")

    def test_old_terms(self) -> None:
        for term in ("a nap", "the census", "the books", "lateness", "Tokio's words"):
            self.assert_word("sched/core/a.hpp", f"// Of {term}.\n", 1)
            self.assert_word("sched/core/a.hpp", f"// Of `{term}`.\n")

    def test_names_are_not_comments(self) -> None:
        self.assert_word("sched/core/a.hpp", "int who, nap, beside;  // Fine.\n")
        self.assert_word("sched/core/a.hpp", '#include "sched/beside.hpp"  // See census.hpp.\n')
        self.assert_word("scripts/a.py", "who = beside  # See scripts/originals/start.\n")
        self.assert_word("docs/a.md", "`who`, [x](beside.md)\n```sh\nwho --anew\n```\n")
        table = "<!-- a: written by b -->\nwho\n<!-- a end -->\n"
        self.assert_word("docs/a.md", table + "who\n", 4)

    def test_messages_are_prose_but_hold_names_of_options(self) -> None:
        self.assert_word("bench/a.cpp", 'f(R"(a\nwhoever)", "{nap}");\n', 2)
        self.assert_word("scripts/a.py", 'f("a", f"whoever {a}", "nap")\n', 1)

    def test_each_language_has_its_comments(self) -> None:
        self.assert_word("bench/a.cpp", "/* a\n anew */ int a;  // anew\n", 2, 2)
        self.assert_word("scripts/a.py", '"""A.\n\nAnew."""\na = 1  # anew\n', 3, 4)
        self.assert_word("scripts/a.py", 'def f():\n    # A.\n    """Anew a nap."""\n', 3, 3)
        self.assert_word("scripts/run", "#!/usr/bin/env bash\n# anew\nanew=1\n", 2)

    def test_a_phrase_goes_on_in_the_next_line(self) -> None:
        self.assert_word("bench/a.cpp", "// For users\n// who read.\n")
        self.assert_word("bench/a.cpp", "// In Tokio's\n// words.\n", 1)

    def test_only_clean_folders_fail(self) -> None:
        clean = Source(prose_rules.CLEAN[0] + "a.md", "anew")
        dirty = Source("elsewhere/a.md", "anew")
        self.assertEqual(len(list(prose_rules.prose(clean))), 1)
        self.assertEqual(list(prose_rules.prose(dirty)), [])
        self.assertEqual(prose_rules.old_words_left([clean, dirty]), 1)


class Program(unittest.TestCase):
    def run_tidy(self, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            command = [sys.executable, str(ROOT / "scripts/tidy.py"), folder]
            return subprocess.run(command, capture_output=True, check=False, text=True)

    def test_a_clean_tree_exits_0(self) -> None:
        lists = "add_library(a\n  core/job.cpp\n)\n"
        run = self.run_tidy({"sched/CMakeLists.txt": lists, "sched/core/job.cpp": "int x;\n"})
        self.assertEqual((run.returncode, run.stdout), (0, ""), run.stderr)

    def test_a_finding_exits_1_and_says_where(self) -> None:
        run = self.run_tidy({"docs/a.md": "fine\nnot fine \n"})
        self.assertEqual(run.returncode, 1)
        self.assertEqual(run.stdout, "docs/a.md:2: [layout] blanks at the end of the line\n")

    def test_a_source_that_nobody_builds(self) -> None:
        lists = "add_library(a\n  core/job.cpp\n)\n"
        run = self.run_tidy({"sched/CMakeLists.txt": lists, "sched/core/b.cpp": "int x;\n"})
        self.assertEqual(run.returncode, 1)
        self.assertIn("sched/core/b.cpp:1: [unlisted]", run.stdout)

    def test_a_loop_over_sources_names_them(self) -> None:
        lists = "foreach(name a b)\n  loopsteal_test(${name}_test ${name}_test.cpp)\nendforeach()\n"
        files = {"tests/CMakeLists.txt": lists, "tests/a_test.cpp": "int x;\n"}
        self.assertEqual(self.run_tidy(files).stdout, "")
        run = self.run_tidy({**files, "tests/c_test.cpp": "int x;\n"})
        self.assertIn("tests/c_test.cpp:1: [unlisted]", run.stdout)

    def test_a_line_of_the_catalog_names_a_whole_folder(self) -> None:
        files = {"sched/CMakeLists.txt": "loopsteal_policy(mine Mine)\n"}
        listed = {**files, "sched/policy/mine/options.cpp": "int x;\n"}
        self.assertEqual(self.run_tidy(listed).stdout, "")
        run = self.run_tidy({**files, "sched/policy/other/options.cpp": "int x;\n"})
        self.assertIn("sched/policy/other/options.cpp:1: [unlisted]", run.stdout)

    def test_names_of_schedulers_are_not_compared(self) -> None:
        files = {
            "sched/CMakeLists.txt": "loopsteal_policy(mine Mine)\n",
            "sched/policy/mine/traits.cpp": 'Traits t{.name = "mine"};\n',
            "bench/CMakeLists.txt": "add_library(b a.cpp)\n",
        }
        fine = {**files, "bench/a.cpp": 'bool a = b == "other"; run("mine");\n'}
        self.assertEqual(self.run_tidy(fine).stdout, "")
        for text in ('bool a = b == "mine";\n', 'bool a = b !=\n  "mine";\n', 'f("mine" == b);\n'):
            run = self.run_tidy({**files, "bench/a.cpp": text})
            self.assertIn("bench/a.cpp:1: [scheduler-name]", run.stdout)

    def test_links_lead_somewhere(self) -> None:
        text = "[a](a.md) [b](../sched/) [c](https://example.org/x) [d](a.md#part) [e](#part)\n"
        files = {"docs/a.md": text, "sched/x.md": "[up](../docs/a.md)\n"}
        self.assertEqual(self.run_tidy(files).stdout, "")
        run = self.run_tidy({"docs/a.md": "\n[gone](b.md)\n"})
        self.assertEqual(run.stdout, "docs/a.md:2: [link] b.md is not there\n")

    def test_without_git_what_gitignore_leaves_out_is_left_out(self) -> None:
        bad = "blank at the end \n"
        files = {
            ".gitignore": "# ours\n/build/\n/results/local/\n/page/node_modules/\n*.pyc\n",
            "build/a.md": bad, "results/local/run/a.md": bad, "page/node_modules/x/a.md": bad,
            "page/a.pyc": bad, "results/a.md": "fine\n",
        }  # fmt: skip
        self.assertEqual(self.run_tidy(files).stdout, "")
        run = self.run_tidy({**files, "results/locals/a.md": bad})
        self.assertIn("results/locals/a.md:1: [layout]", run.stdout)

    def test_no_such_folder_exits_3(self) -> None:
        command = [sys.executable, str(ROOT / "scripts/tidy.py"), "/does/not/exist"]
        run = subprocess.run(command, capture_output=True, check=False, text=True)
        self.assertEqual(run.returncode, 3)


if __name__ == "__main__":
    unittest.main()
