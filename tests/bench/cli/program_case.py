"""What the tests of the built program share: running it, and looking at what came out."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = os.environ["LOOPSTEAL_PROGRAM"]  # As installed.
FAULTY = os.environ["LOOPSTEAL_FAULTY"]  # With workloads that go wrong on purpose.

# A guard against hanging, never a measurement.
PATIENCE_S = 240


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what would change the program's mind."""
    names = ("NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in names and not name.startswith("LOOPSTEAL_")
    }
    return kept | more


class ProgramCase(unittest.TestCase):
    """A test in a folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="loopsteal_cli_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_it(
        self, *words: str, program: str = PROGRAM, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *words],
            cwd=self.folder,
            env=clean_environment(**more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def shell(self, line: str, program: str = PROGRAM) -> subprocess.CompletedProcess[str]:
        """Runs a line of bash in which "loopsteal" is the program."""
        return subprocess.run(
            ["bash", "-c", line.replace("loopsteal ", f"'{program}' ")],
            cwd=self.folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def assert_refused(self, words: list[str], *needles: str) -> None:
        """Wrong usage: status 2, nothing on standard output, a message that helps."""
        result = self.run_it(*words)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        for needle in needles:
            self.assertIn(needle, result.stderr)

    def read_results(self, name: str) -> dict:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


def strict_json(text: str) -> object:
    """JSON without NaN and Infinity, which Python would let pass."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)
