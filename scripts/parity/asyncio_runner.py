#!/usr/bin/python3
"""Runs scripted programs (docs/scripts.md) on CPython's asyncio, in virtual time.

    scripts/parity/asyncio_runner.py PROGRAM.json...
    scripts/parity/asyncio_runner.py -       programs from standard input, one JSON object a line

Prints what `loopsteal script --scheduler event_loop --machine sim --costs zero` prints. Exit
status: 0 ran, 2 a program is wrong or misused something (in stream mode its trace says so)."""

# The first line names Debian's python3 on purpose: it is the reference runtime of parity, and PATH
# may begin with another one.

from __future__ import annotations

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from loopsteal.parity import asyncio_side  # noqa: E402

if __name__ == "__main__":
    asyncio_side.exit_with(asyncio_side.main(sys.argv[1:]))
