"""Ours beside the originals on generated programs: none differs. Half of them are the same each
time, half are new: their seed is printed, and scripts/parity/run takes it back."""

from __future__ import annotations

import os
import secrets
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from loopsteal.parity import command  # noqa: E402

PROGRAM = os.environ["LOOPSTEAL_PROGRAM"]
PROGRAMS = 500


class Parity(unittest.TestCase):
    def check(self, original: str, seed: str) -> None:
        """What is compared, and how it went, is printed by the comparison itself."""
        words = ["--against", original, "--programs", str(PROGRAMS), "--seed", seed]
        self.assertEqual(command.main([*words, "--loopsteal", PROGRAM]), 0)

    def fresh(self) -> str:
        return str(secrets.randbelow(10**9))

    def test_asyncio(self) -> None:
        self.check("asyncio", "1")

    def test_asyncio_fresh(self) -> None:
        self.check("asyncio", self.fresh())

    def test_tokio(self) -> None:
        self.check("tokio", "1")

    def test_tokio_fresh(self) -> None:
        self.check("tokio", self.fresh())


if __name__ == "__main__":
    unittest.main()
