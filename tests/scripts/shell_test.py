"""scripts/setup, scripts/test and scripts/run in a copy of the tree where apt-get,
cmake, ctest and loopsteal are stand-ins that note how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What the scripts need from the system; nothing else is on their PATH.
TOOLS = (
    "bash env dirname readlink grep mkdir rm rmdir cat nproc tail tee date ln basename mv"
).split()


class ShellCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "a tree"  # A blank in the path must not matter.
        shutil.copytree(
            ROOT / "scripts", self.root / "scripts", ignore=shutil.ignore_patterns("__pycache__")
        )
        self.bin = Path(folder.name) / "bin"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or tool)
        self.calls = Path(folder.name) / "calls"
        self.calls.touch()
        self.packages("one", "two")
        self.installed("one", "two")
        self.tool("id", "echo 0")
        self.tool(
            "dpkg-query",
            f'for name; do :; done; grep -qx "$name" "{self.bin}/installed" || exit 1\n'
            "echo installed",
        )
        self.tool("apt-get", "exit 0")

    def packages(self, *names: str) -> None:
        (self.root / ".ci").mkdir(exist_ok=True)
        text = "# A comment\n\n" + "".join(f"{name}\n" for name in names)
        (self.root / ".ci/packages").write_text(text, encoding="utf-8")

    def installed(self, *names: str) -> None:
        (self.bin / "installed").write_text("".join(f"{n}\n" for n in names), encoding="utf-8")

    def tool(self, name: str, script: str, folder: Path | None = None) -> None:
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        note = "" if name in ("id", "dpkg-query") else f'echo "{name} $*" >>"{self.calls}"\n'
        path.unlink(missing_ok=True)  # It may be a link to the system's own tool.
        path.write_text(f"#!/usr/bin/env bash\n{note}{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def run_script(
        self, name: str, *arguments: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "scripts" / name), *arguments],
            capture_output=True,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": str(self.bin), "CDPATH": "/usr", **environment},
        )

    def called(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()


class Setup(ShellCase):
    def test_with_nothing_missing_nothing_is_called(self) -> None:
        run = self.run_script("setup")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
        self.assertEqual(self.called(), [])

    def test_only_what_is_missing_is_installed_and_no_list_is_fetched(self) -> None:
        self.installed("one")
        self.tool("apt-get", f'echo two >>"{self.bin}/installed"')
        run = self.run_script("setup")
        self.assertEqual(run.returncode, 0, run.stderr)
        (call,) = self.called()
        self.assertRegex(call, r" install .* two$")
        self.assertNotIn("one", call)

    def test_the_package_list_is_fetched_when_installing_fails_without_it(self) -> None:
        self.installed("one")
        self.tool(
            "apt-get",
            f'case "$*" in *update*) : >"{self.bin}/updated" ;; esac\n'
            f'[ -e "{self.bin}/updated" ] || exit 100\necho two >>"{self.bin}/installed"',
        )
        run = self.run_script("setup")
        self.assertEqual(run.returncode, 0, run.stderr)
        verbs = [next(w for w in c.split() if w in ("install", "update")) for c in self.called()]
        self.assertEqual(verbs, ["install", "update", "install"])

    def test_what_cannot_be_installed_is_named_with_status_3(self) -> None:
        self.installed("one")
        self.tool("apt-get", "exit 100")
        run = self.run_script("setup")
        self.assertEqual(run.returncode, 3)
        self.assertIn("could not be installed: two", run.stderr)

    def test_without_root_and_without_sudo_it_says_what_to_run(self) -> None:
        self.installed("one")
        self.tool("id", "echo 1000")
        run = self.run_script("setup")
        self.assertEqual(run.returncode, 3)
        self.assertIn("apt-get install two", run.stderr)
        self.assertEqual(self.called(), [])

    def test_without_root_it_goes_through_sudo(self) -> None:
        self.installed("one")
        self.tool("id", "echo 1000")
        self.tool("sudo", 'exec "$@"')
        self.tool("apt-get", f'echo two >>"{self.bin}/installed"')
        run = self.run_script("setup")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(self.called()[0], r"^sudo .*apt-get .*install .* two$")

    def test_not_debian(self) -> None:
        (self.bin / "dpkg-query").unlink()
        run = self.run_script("setup")
        self.assertEqual(run.returncode, 3)
        self.assertIn("not Debian", run.stderr)
        self.assertEqual(self.run_script("setup", LOOPSTEAL_NO_SETUP="1").returncode, 0)


class Test(ShellCase):
    def ctest(self, status: int, cases: str = "", **counts: int) -> None:
        attributes = " ".join(f'{name}=\\"{count}\\"' for name, count in counts.items())
        self.tool("cmake", "exit 0")
        self.tool(
            "ctest",
            'while [ "$1" != --output-junit ]; do shift; done\nmkdir -p "${2%/*}"\n'
            f'echo "<testsuite name=\\"x\\" {attributes}>" >"$2"\n'
            f'cat >>"$2" <<"END"\n{cases}END\nexit {status}',
        )

    def assert_ends(self, status: int, line: str, *arguments: str) -> None:
        run = self.run_script("test", *arguments)
        self.assertEqual(run.stdout.splitlines()[-1], line, run.stderr)
        self.assertEqual(run.returncode, status)

    def test_all_passed(self) -> None:
        self.ctest(0, tests=12, failures=0, disabled=0, skipped=0)
        self.assert_ends(0, "12 passed, 0 failed")

    def test_failed_disabled_and_skipped_all_count_as_failed(self) -> None:
        self.ctest(8, tests=12, failures=2, disabled=1, skipped=3)
        self.assert_ends(1, "6 passed, 6 failed")

    def test_those_that_did_not_pass_are_named(self) -> None:
        cases = "".join(
            f'<testcase name="{name}" classname="C.{name}" time="0" status="{status}">\n'
            for name, status in (("Good", "run"), ("Bad/x y", "fail"), ("Off", "disabled"))
        )
        self.ctest(8, cases, tests=3, failures=1, disabled=1, skipped=0)
        lines = self.run_script("test").stdout.splitlines()
        self.assertEqual(
            lines[-3:], ["Did not pass: Bad/x y", "Did not pass: Off", "1 passed, 2 failed"]
        )

    def test_a_failure_that_ctest_did_not_count(self) -> None:
        self.ctest(8, tests=12, failures=0, disabled=0, skipped=0)
        self.assert_ends(1, "12 passed, 1 failed")

    def test_arguments_reach_ctest_and_the_preset_both(self) -> None:
        self.ctest(0, tests=1, failures=0, disabled=0, skipped=0)
        run = self.run_script("test", "-R", "Run Queue", LOOPSTEAL_PRESET="tsan")
        self.assertEqual(run.returncode, 0, run.stderr)
        (call,) = (c for c in self.called() if c.startswith("ctest"))
        self.assertRegex(call, r"--preset tsan .* -R Run Queue$")

    def test_a_build_that_fails(self) -> None:
        self.ctest(0, tests=12, failures=0, disabled=0, skipped=0)
        self.tool("cmake", "exit 1")
        self.assert_ends(1, "0 passed, 1 failed")

    def test_a_report_of_an_earlier_run_is_not_read(self) -> None:
        self.ctest(0, tests=12, failures=0, disabled=0, skipped=0)
        self.assert_ends(0, "12 passed, 0 failed")
        self.tool("ctest", "exit 1")
        self.assert_ends(1, "0 passed, 1 failed")

    def test_an_environment_that_lacks_something(self) -> None:
        self.installed()
        self.tool("apt-get", "exit 100")
        self.assert_ends(3, "0 passed, 1 failed")


class Ci(ShellCase):
    def setUp(self) -> None:
        super().setUp()
        shutil.copy(ROOT / ".ci/run", self.root / ".ci/run")
        self.tool("git", "exit 0")
        self.script("setup", "exit 0")
        self.script("tidy.py", "exit 0")
        self.script("lint", "echo 2 passed, 0 failed")
        self.script("test", "echo 40 passed, 0 failed")
        self.script("fuzz", "echo 20 passed, 0 failed")

    def script(self, name: str, text: str) -> None:
        self.tool(name, text, self.root / "scripts")

    def assert_ends(self, status: int, *lines: str) -> None:
        run = self.run_script("../.ci/run")
        self.assertEqual(run.stdout.splitlines()[-len(lines) :], list(lines), run.stderr)
        self.assertEqual(run.returncode, status)

    def test_all_legs_are_added_up(self) -> None:
        # Set-up, tidy and the clean checkout count as one each, next to lint, four builds and
        # fuzzing.
        self.assert_ends(0, "185 passed, 0 failed")

    def test_each_build_is_tested_once(self) -> None:
        self.script("test", 'echo "preset ${LOOPSTEAL_PRESET:-release}"; echo 1 passed, 0 failed')
        run = self.run_script("../.ci/run")
        presets = [line for line in run.stdout.splitlines() if line.startswith("preset")]
        self.assertEqual(presets, ["preset release", "preset asan", "preset tsan", "preset fuzz"])

    def test_a_failing_leg_is_named_and_the_others_run(self) -> None:
        self.script("tidy.py", "exit 1")
        self.assert_ends(1, "Failed: tidy", "184 passed, 1 failed")

    def test_failed_tests_are_added_up(self) -> None:
        self.script("test", "echo 38 passed, 2 failed; exit 1")
        self.assert_ends(1, "Failed: release asan tsan clang", "177 passed, 8 failed")

    def test_the_tests_that_failed_are_named_at_the_end(self) -> None:
        self.script("test", "echo Did not pass: Bad; echo 39 passed, 1 failed; exit 1")
        self.assert_ends(
            1, *4 * ["Did not pass: Bad"], "Failed: release asan tsan clang",
            "181 passed, 4 failed",
        )

    def test_a_leg_that_breaks_off_has_failed(self) -> None:
        self.script("test", "echo 40 passed, 0 failed; echo Segmentation fault; exit 139")
        self.assert_ends(1, "Failed: release asan tsan clang", "25 passed, 4 failed")

    def test_an_input_that_fell_is_a_failure(self) -> None:
        self.script("fuzz", "echo 19 passed, 1 failed; exit 1")
        self.assert_ends(1, "Failed: fuzz", "184 passed, 1 failed")

    def test_a_file_left_behind_is_found(self) -> None:
        self.script("test", f': >"{self.bin}/left"; echo 40 passed, 0 failed')
        self.tool("git", f'[ -e "{self.bin}/left" ] && echo "?? left"; exit 0')
        self.assert_ends(1, "Failed: clean", "184 passed, 1 failed")


class Run(ShellCase):
    def setUp(self) -> None:
        super().setUp()
        self.tool("cmake", "exit 0")
        self.tool("plot", "exit 0", self.root / "scripts")
        self.loopsteal(0)

    def loopsteal(self, status: int, writes: bool = True) -> None:
        write = 'echo "{}" >"$2"' if writes else ":"
        script = f'echo table\nwhile [ "$1" != --raw ]; do shift; done\n{write}\nexit {status}'
        self.tool("loopsteal", script, self.root / "build/release/bin")

    def test_it_compares_draws_and_says_where_the_results_lie(self) -> None:
        run = self.run_script("run", "--quick", "--workload", "hot shard")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(run.stdout, "table\n")
        (folder,) = (f for f in (self.root / "results/local").iterdir() if not f.is_symlink())
        self.assertEqual((folder / "compare.txt").read_text(encoding="utf-8"), "table\n")
        self.assertIn(str(folder / "compare.json"), run.stderr)
        self.assertEqual((self.root / "results/local/latest").resolve(), folder.resolve())
        compare, plot = self.called()[-2:]
        self.assertIn("compare --size small", compare)
        self.assertTrue(compare.endswith("--workload hot shard"), compare)
        self.assertEqual(plot, f"plot {folder}/compare.json -o {folder}/figures")

    def test_runs_of_one_second_have_folders_of_their_own(self) -> None:
        self.tool("date", "echo 20260101T000000Z")
        for _ in range(3):
            self.assertEqual(self.run_script("run", "--quick").returncode, 0)
        folders = [f.name for f in (self.root / "results/local").iterdir() if not f.is_symlink()]
        stem = "20260101T000000Z-small"
        self.assertEqual(sorted(folders), [stem, f"{stem}-2", f"{stem}-3"])

    def test_the_full_sizes_unless_asked_to_be_quick(self) -> None:
        self.run_script("run")
        self.assertIn("compare --size full", self.called()[-2])

    def test_what_an_interrupted_comparison_kept_is_drawn(self) -> None:
        self.loopsteal(130)
        run = self.run_script("run")
        self.assertEqual(run.returncode, 130)
        self.assertTrue(self.called()[-1].startswith("plot "))

    def test_a_comparison_that_wrote_nothing_leaves_nothing(self) -> None:
        self.loopsteal(2, writes=False)
        run = self.run_script("run", "--no-such-option")
        self.assertEqual(run.returncode, 2)
        self.assertEqual(list((self.root / "results/local").iterdir()), [])

    def test_a_table_that_cannot_be_written_is_no_success(self) -> None:
        self.tool("tee", "cat; exit 1")
        run = self.run_script("run")
        self.assertEqual(run.returncode, 3)
        self.assertIn("table could not be written whole", run.stderr)

    def test_the_table_has_its_name_once_it_is_whole(self) -> None:
        (self.root / "seen").mkdir()
        names = 'for f in "${2%/*}"/*; do echo "${f##*/}"; done'
        self.tool("tee", f'cat >"$2"; {names} >"{self.root}/seen/names"')
        self.assertEqual(self.run_script("run").returncode, 0)
        names = (self.root / "seen/names").read_text(encoding="utf-8").split()
        self.assertNotIn("compare.txt", names)
        (folder,) = (f for f in (self.root / "results/local").iterdir() if not f.is_symlink())
        self.assertIn("compare.txt", [path.name for path in folder.iterdir()])
        self.assertFalse(list(folder.glob("*.part")))

    def test_a_figure_that_cannot_be_drawn_is_no_success(self) -> None:
        self.tool("plot", "exit 3", self.root / "scripts")
        self.assertEqual(self.run_script("run").returncode, 3)


if __name__ == "__main__":
    unittest.main()
