"""A scripted program that runs on CPython's asyncio."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Optional

from loopsteal.parity import program as language
from loopsteal.parity.asyncio_words import WAITING, WORDS, Act, quote
from loopsteal.parity.program import Misuse, Op, Program
from loopsteal.parity.virtual_loop import Deadlock, VirtualLoop

Block = list[tuple[bool, Act]]  # A prepared list of operations: whether each awaits, and its
                                # action.

# The tasks that programs left behind. If they were freed, they would run their `finally` blocks.
_abandoned: list[set[asyncio.Task[None]]] = []


class World:
    """One run of one program: its loop, its tasks, and all its named objects."""

    def __init__(self, program: Program, loop: VirtualLoop, write: Callable[[str], Any]) -> None:
        self.program = program
        self.loop = loop
        self.write = write
        self.misuse: Optional[Misuse] = None
        self.tasks: set[asyncio.Task[None]] = set()  # Otherwise a waiting task may be collected.
        self.over = False
        self.starts = dict.fromkeys(program["tasks"], 0)
        self.templates: dict[str, Block] = {}
        self.handles: dict[str, asyncio.Task[None]] = {}
        self.timers: dict[str, asyncio.TimerHandle] = {}
        self.events: dict[str, asyncio.Event] = {}
        self.locks: dict[str, asyncio.Lock] = {}
        self.queues: dict[str, asyncio.Queue[Any]] = {}
        self.futures: dict[str, asyncio.Future[Any]] = {}
        # Since 3.11 it is given a context, too.
        loop.set_task_factory(self._make_task)  # type: ignore[arg-type]
        self.semaphores = {
            name: asyncio.Semaphore(permits)
            for name, permits in program.get("semaphores", {}).items()
        }

    def run(self) -> None:
        """Runs main to its end and writes the trace. Raises Misuse, after the trace up to that
        place."""
        loop = self.loop
        main = loop.create_task(self.body(self.program["main"]))
        main.add_done_callback(lambda _: loop.stop())
        error: Optional[str] = None
        try:
            while not main.done() and self.misuse is None:
                loop.run_forever()
        except Deadlock:
            error = "deadlock"
        self.over = True
        pending = {task for task in self.tasks if not task.done()}
        if pending:
            _abandoned.append(pending)
        if self.misuse is not None:
            raise self.misuse
        selector = loop.virtual
        self.write(
            '{"end":true,"iterations":%d,"t":%d,"error":%s}\n'
            % (selector.iterations - selector.idle, loop.ticks, quote(error or left(main)))
        )

    def say(self, who: str, text: str) -> None:
        """`text` is JSON already."""
        if not self.over:
            loop = self.loop
            self.write(
                '{"iter":%d,"t":%d,"task":"%s","text":%s}\n'
                % (loop.virtual.iterations, loop.ticks, who, text)
            )

    def body(self, name: str) -> Any:
        """The coroutine of a task that starts now."""
        self.starts[name] = start = self.starts[name] + 1
        block = self.templates.get(name)
        if block is None:
            place = language.below("/tasks", name)
            block = self.templates[name] = self.prepare(self.program["tasks"][name], place)
        return self.run_block(block, f"{quote(name)[1:-1]}.{start}")

    async def run_block(self, block: Block, who: str) -> bool:
        for awaits, act in block:
            try:
                if (await act(who)) if awaits else act(who):
                    return True
            except Misuse as misuse:
                # Not raised: the task would run its `finally` blocks. It stops here, and the loop
                # ends with this iteration, in which nothing more is written.
                self.misuse = self.misuse or misuse
                self.over = True
                self.loop.stop()
                await self.loop.create_future()
        return False

    def _make_task(self, loop: Any, coroutine: Any, **more: Any) -> asyncio.Task[None]:
        task = asyncio.Task(coroutine, loop=loop, **more)
        self.tasks.add(task)
        return task

    def prepare(self, ops: list[Op], place: str) -> Block:
        return [
            (op[0] in WAITING, WORDS[op[0]](self, op, f"{place}/{number}"))
            for number, op in enumerate(ops)
        ]


def left(main: asyncio.Task[None]) -> Optional[str]:
    """The exception that left main, as Python prints it."""
    if main.cancelled():
        return "CancelledError: "
    error = main.exception()
    return None if error is None else f"{type(error).__name__}: {error}"
