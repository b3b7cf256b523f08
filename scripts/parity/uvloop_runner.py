#!/usr/bin/python3
"""Runs scripted programs on uvloop, in real time.

    scripts/parity/uvloop_runner.py PROGRAM.json...

Prints the same trace as asyncio_runner.py, without iterations and times. Exit status: 0 ran, 2 a
program is wrong or misused something."""

from __future__ import annotations

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from loopsteal.parity import asyncio_side, uvloop_side  # noqa: E402

if __name__ == "__main__":
    asyncio_side.exit_with(uvloop_side.main(sys.argv[1:]))
