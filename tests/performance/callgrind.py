"""What callgrind counts of the hot loop: instructions, and atomic read-modify-writes among them.

An atomic is one instruction of two hundred, but waits for memory: counted among the others nobody
would notice one more. So they are counted by themselves, by the addresses of those instructions.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

# On x86: whatever has the lock prefix, and an exchange with memory, which is locked by itself.
ATOMIC = re.compile(r"^\s*([0-9a-f]+):\s+(?:lock\b|xchg\s.*\()", re.MULTILINE)


class Counts(NamedTuple):
    instructions: float
    atomics: float


def atomics_of(program: str) -> set[int]:
    """Where the program itself has any; those of the C library's locks are its own affair."""
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program],
                             capture_output=True, text=True, check=True).stdout
    return {int(address, 16) for address in ATOMIC.findall(listing)}


def counts_of_dump(text: str, program: str, atomics: set[int]) -> Counts:
    """Lines of cost are `address line count`. The one after `calls=` is of what was called."""
    instructions = int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE).group(1))
    here = called = False
    found = 0
    for line in text.splitlines():
        if line.startswith("ob="):
            here = line == f"ob={program}"
        elif line.startswith("calls="):
            called = True
        elif line.startswith("0x"):
            if here and not called:
                address, _, count = line.split()
                found += int(count) if int(address, 16) in atomics else 0
            called = False
    return Counts(instructions, found)


def windows_of(valgrind: str, program: str, scheduler: str, count: int
               ) -> list[tuple[str, int, Counts]]:
    """Of each window its scenario, how often that was done, and what it took."""
    program = str(pathlib.Path(program).resolve())
    atomics = atomics_of(program)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [valgrind, "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                   "--dump-instr=yes", "--compress-strings=no", "--compress-pos=no",
                   "--zero-before=loopsteal_window_begins",
                   "--dump-before=loopsteal_window_ends", program, scheduler, str(count)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"{' '.join(command)}\nexited with {run.returncode}:\n{run.stderr}")
        windows = [line.split() for line in run.stdout.splitlines()]
        result = []
        for number, (scenario, times) in enumerate(windows, start=1):  # As callgrind numbers them.
            dump = folder / f"out.{number}"
            if not dump.exists():
                sys.exit(f"callgrind wrote {number - 1} dumps for {len(windows)} windows")
            result.append((scenario, int(times),
                           counts_of_dump(dump.read_text(), program, atomics)))
        return result
