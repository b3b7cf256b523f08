"""Small programs and the commands of both sides, for the tests of scripts/parity."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))

RUNNER = ROOT / "scripts" / "parity" / "asyncio_runner.py"
FAULTS = ROOT / "tests" / "scripts" / "parity_faults.py"

RIGHT = [str(RUNNER), "-"]


def faulty(fault: str) -> list[str]:
    return [sys.executable, "-B", str(FAULTS), fault, "-"]


def program(main: list[Any], **more: Any) -> dict[str, Any]:
    """A program of a main task; `more` are other tasks, queues and semaphores."""
    tasks = {"main": main, **more.pop("tasks", {})}
    return {"version": 1, "main": "main", "tasks": tasks, **more}


def run(*arguments: object, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(argument) for argument in arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, text=True)


def texts(trace: str) -> list[str]:
    """The texts of a trace, its last line left out."""
    return [json.loads(line)["text"] for line in trace.splitlines()[:-1]]
