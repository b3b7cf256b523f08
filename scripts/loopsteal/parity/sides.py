"""The two sides of a comparison: commands that read scripted programs from standard input and write
a trace for each."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import Optional

from loopsteal.parity.program import Program

Command = list[str]
STARTS = 5  # Starts of a side that dies at its programs.
LAST_LINES = (b'{"end":', b'{"misuse":')


@dataclass(frozen=True)
class Trace:
    lines: tuple[str, ...]
    failure: str = ""  # How the side ended instead of writing the last line.

    @property
    def misused(self) -> bool:
        return bool(self.lines) and self.lines[-1].startswith('{"misuse":')


def is_last(line: bytes) -> bool:
    return line.startswith(LAST_LINES)


def encode(program: Program) -> bytes:
    text = json.dumps(program, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8") + b"\n"


@dataclass
class Batch:
    """A command that works through a file of programs, concurrently with others."""

    command: Command
    programs: list[bytes]

    def start(self) -> None:
        self.input = tempfile.TemporaryFile()
        self.output = tempfile.TemporaryFile()
        self.errors = tempfile.TemporaryFile()
        self.input.write(b"".join(self.programs))
        self.input.seek(0)
        self.process = subprocess.Popen(
            self.command, stdin=self.input, stdout=self.output, stderr=self.errors
        )

    def finish(self, timeout_s: float) -> list[Trace]:
        """A trace for each program up to the one at which the command died."""
        try:
            status = self.process.wait(timeout_s)
            failure = f"exit status {status}"
            crashed = status < 0
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            failure = f"no end within {timeout_s:g} s"
            crashed = True
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace").strip()
        self.output.seek(0)
        traces = split(self.output.read())
        for file in (self.input, self.output, self.errors):
            file.close()
        if len(traces) < len(self.programs):
            traces.append(Trace((), f"{failure} {said[-500:]}".strip()))
        elif crashed:  # It crashed at its end, after the last trace.
            traces[-1] = Trace(traces[-1].lines, failure)
        return traces[: len(self.programs)]


def split(output: bytes) -> list[Trace]:
    traces: list[Trace] = []
    lines: list[str] = []
    for line in output.splitlines():
        lines.append(line.decode("utf-8", "replace"))
        if is_last(line):
            traces.append(Trace(tuple(lines)))
            lines = []
    return traces


def run_both(
    commands: tuple[Command, Command], programs: list[bytes], timeout_s: float
) -> list[tuple[Trace, Trace]]:
    """The traces of both sides for each program. A side that dies or hangs at a program fails that
    one, and restarts with the next. If it does so STARTS times, it fails the rest, too."""
    pairs: list[tuple[Trace, Trace]] = []
    for _ in range(STARTS):
        rest = programs[len(pairs) :]
        batches = [Batch(command, rest) for command in commands]
        for batch in batches:
            batch.start()
        end = time.monotonic() + timeout_s
        traces = [batch.finish(max(1.0, end - time.monotonic())) for batch in batches]
        ours, theirs = traces
        pairs += zip(ours, theirs)
        if len(pairs) == len(programs):
            return pairs
    lost = Trace((), f"not run: a side died before, {STARTS} times")
    return pairs + [(lost, lost)] * (len(programs) - len(pairs))


class Conversation:
    """A side that gets one program after the other, and answers each at once."""

    def __init__(self, command: Command, timeout_s: float) -> None:
        self.command = command
        self.timeout_s = timeout_s
        self.process: Optional[subprocess.Popen[bytes]] = None

    def ask(self, program: Program) -> Trace:
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(encode(program))
        except BrokenPipeError:
            return self._failed(b"")
        return self._answer()

    def _answer(self) -> Trace:
        assert self.process is not None and self.process.stdout is not None
        output = self.process.stdout.fileno()
        end = time.monotonic() + self.timeout_s
        answer = b""
        while True:
            ready = select.select([output], [], [], max(0.0, end - time.monotonic()))[0]
            if not ready:
                self.process.kill()
                return self._failed(answer, f"no end within {self.timeout_s:g} s")
            part = os.read(output, 1 << 16)
            if not part:
                return self._failed(answer)
            answer += part
            if answer.endswith(b"\n") and is_last(answer.splitlines()[-1]):
                return split(answer)[0]

    def _failed(self, answer: bytes, failure: str = "") -> Trace:
        assert self.process is not None
        status = self.process.wait()
        self.close()
        lines = tuple(answer.decode("utf-8", "replace").splitlines())
        return Trace(lines, failure or f"exit status {status}")

    def close(self) -> None:
        if self.process is not None:
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe is not None:
                    pipe.close()
            self.process.wait()
            self.process = None
