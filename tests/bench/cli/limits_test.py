"""Limits of threads and of address space, as containers set them, over ten commands: each ends with
a documented status and a sentence, never with a signal or a hang.

LOOPSTEAL_LIMITS=all tries every limit from 1 to 20 threads, and address spaces of 50 MB to 2 GB in
steps of 10 %; without it a few of them."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program_case import PROGRAM, ProgramCase, clean_environment

ALL = os.environ.get("LOOPSTEAL_LIMITS") == "all"
THREADS = range(1, 21) if ALL else (1, 2, 3, 4, 5, 8, 13, 20)
# The loader needs some 45 MB, a first thread of the machine 8 MB more for its stack.
MEGABYTES = (
    sorted({round(50 * 1.1**step) for step in range(40)} | {2000})
    if ALL
    else (50, 60, 75, 100, 140, 200, 400, 1000, 2000)
)
# A guard against hanging, never a measurement.
PATIENCE_S = 300

GRID = """
scheduler = ["event_loop", "work_stealing"]
workload = "requests:count=500"
workers = [1, 2]
machine = "sim"
terminating = true
"""

COMMANDS = {
    "requests": "run --workload requests:count=50 --scheduler event_loop --size small",
    "mixed": "run --workload mixed --scheduler work_stealing --size small --workers 2"
             " --oversubscribe",
    "onetbb": "run --workload uts --scheduler onetbb --size small",
    "tasks": "run --machine sim --workload fan_out:tasks=300000 --scheduler shared_queue",
    "compare": "compare --workload fork_join --workload echo --size small --repetitions 2",
    "precision": "run --machine sim --workload requests:load=0.5 --scheduler work_stealing"
                 " --precision 20% --threads 4",
    "sweep": "sweep grid.toml --threads 4 -o swept.json",
    "advise": "advise --workload skynet:levels=2 --slo makespan<=1ms --threads 4 --max-workers 4",
    "script": "script program.json",
    "doctor": "doctor",
}  # fmt: skip

# 127 is the loader's: it has not come to the program.
DOCUMENTED = {0, 1, 3, 4, 127}
ENOUGH = {0, 1}  # 1 is doctor's on a machine that is not fit to measure on.
RAW = re.compile(r"std::|terminate called|basic_|json\.exception|what\(\):")


class Limits(ProgramCase):
    def setUp(self) -> None:
        super().setUp()
        self.program = shutil.copy(PROGRAM, self.folder)
        self.folder.chmod(0o755)

    def folder_of_its_own(self) -> Path:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        folder.chmod(0o777)
        (folder / "grid.toml").write_text(GRID, encoding="utf-8")
        (folder / "program.json").write_text(
            '{"version": 1, "main": "m", "tasks": {"m": [["sleep", 1], ["log", "done"]]}}',
            encoding="utf-8",
        )
        return folder

    def limited(
        self, words: str, limit: int, value: int, user: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        def set_limit() -> None:
            if user is not None:
                os.setgroups([])
                os.setgid(user)
            resource.setrlimit(limit, (value, value))
            if user is not None:
                os.setuid(user)

        return subprocess.run(
            [self.program, *words.split()], cwd=self.folder_of_its_own(), env=clean_environment(),
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S,
            check=False, preexec_fn=set_limit,
        )  # fmt: skip

    def assert_documented(self, result: subprocess.CompletedProcess[str], remedy: str) -> None:
        self.assertIn(result.returncode, DOCUMENTED, result.stderr)
        self.assertNotRegex(result.stderr, RAW)
        if result.returncode == 3:
            self.assertIn(remedy, result.stderr)

    def test_threads(self) -> None:
        for name, words in COMMANDS.items():
            statuses = set()
            for count in THREADS:
                # Root has no limit; a user's threads are counted over all of its processes.
                user = 62_000 + count if os.getuid() == 0 else None
                with self.subTest(command=name, threads=count):
                    result = self.limited(words, resource.RLIMIT_NPROC, count, user)
                    self.assert_documented(result, "ulimit -u")
                    statuses.add(result.returncode)
            self.assertTrue(statuses & ENOUGH, f"{name} needs more than {THREADS[-1]} threads")

    def test_address_space(self) -> None:
        for name, words in COMMANDS.items():
            statuses = set()
            for megabytes in MEGABYTES:
                with self.subTest(command=name, megabytes=megabytes):
                    result = self.limited(words, resource.RLIMIT_AS, megabytes << 20)
                    # A thread's stack that does not fit is a thread that cannot be started.
                    self.assert_documented(result, "ulimit -")
                    statuses.add(result.returncode)
            self.assertTrue(statuses & ENOUGH, f"{name} needs more than {MEGABYTES[-1]} MB")


if __name__ == "__main__":
    unittest.main()
