"""Pieces of several operations, for situations that single random operations seldom produce."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from loopsteal.parity.program import KINDS, Op

if TYPE_CHECKING:
    from loopsteal.parity.generator import Scope, Writer

Written = Optional[list[Op]]


def event_pulse(writer: Writer, scope: Scope) -> Written:
    """Set and cleared in one step: a waiter wakes, a later one waits."""
    event = writer.shared("e")
    return [["event_set", event], ["event_clear", event]]


def locked(writer: Writer, scope: Scope) -> Written:
    """`async with lock`. Locks are taken in one order, and no task waits for a child inside, so
    that it does not deadlock."""
    if scope.depth >= writer.profile.depth or scope.locks >= writer.profile.names:
        return None
    number = writer.rng.randrange(scope.locks, writer.profile.names)
    inner = scope.inner()
    inner.locks = number + 1
    body = held(writer, inner)
    lock = f"l{number}"
    return [["acquire", lock], ["try", body, "error", [], [["release", lock]]]]


def held(writer: Writer, inner: Scope) -> list[Op]:
    """A few waits, none of them for a task that may want the same lock."""
    ops: list[Op] = []
    for _ in range(writer.rng.randint(1, 3)):
        waits: list[Op] = [["yield"], ["sleep", writer.ticks()], ["compute", 1], writer.log(inner)]
        ops.append(writer.rng.choice(waits))
    if writer.rng.random() < 0.2:
        ops += locked(writer, inner) or []
    if writer.rng.random() < 0.2:
        ops.append(writer.rng.choice([["raise", writer.new("x")], ["return"]]))
    writer.cost += inner.times * len(ops)
    return ops


def acquire(writer: Writer, scope: Scope) -> Written:
    """A lock that is tried for a while, in a timeout: the waiter gives up."""
    if scope.locks >= writer.profile.names:
        return None
    lock = f"l{writer.rng.randrange(scope.locks, writer.profile.names)}"
    ticks = writer.rng.choice((0, 1, 1, 2))
    after: list[Op] = [writer.log(scope), ["release", lock]]
    attempt: Op = ["timeout", ticks, [["acquire", lock], *after]]
    return [["try", [attempt], "timeout", [writer.log(scope)], []]]


def permitted(writer: Writer, scope: Scope) -> Written:
    """`async with semaphore`."""
    if scope.depth >= writer.profile.depth:
        return None
    semaphore = writer.shared("s")
    body = writer.block(scope.inner(), 3)
    kind = writer.rng.choice(KINDS)
    last: list[Op] = [["sem_release", semaphore]]
    return [["sem_acquire", semaphore], ["try", body, kind, [writer.log(scope)], last]]


def cancel_in_some_state(writer: Writer, scope: Scope) -> Written:
    """A task that is cancelled before its first step, some steps later, or when it is done; perhaps
    twice."""
    name = writer.child(scope)
    if name is None:
        return None
    handle = writer.new("h_")
    scope.handles[handle] = writer.names.index(name)
    ops: list[Op] = [["spawn", name, handle], *pause(writer), ["cancel", handle]]
    if writer.rng.random() < 0.4:
        ops += [*pause(writer), ["cancel", handle]]
    if writer.rng.random() < 0.7:
        kind = writer.rng.choice(("any", "cancelled", "error"))
        ops.append(["try", [["join", handle]], kind, [writer.log(scope)], []])
    return ops


def pause(writer: Writer) -> list[Op]:
    waits: list[list[Op]] = [
        [],
        [["yield"]],
        [["yield"]] * 2,
        [["yield"]] * 3,
        [["sleep", writer.ticks()]],
        [["compute", abs(writer.ticks())]],
    ]
    return writer.rng.choice(waits)


def cancel_oneself(writer: Writer, scope: Scope) -> Written:
    own = [handle for handle, number in scope.handles.items() if number == scope.task]
    if not own:
        return None
    wait: Op = writer.rng.choice([["yield"], ["sleep", writer.ticks()], ["get", "q0"]])
    ops: list[Op] = [["cancel", own[0]], writer.log(scope)]
    if writer.rng.random() < 0.6:
        kind = writer.rng.choice(("any", "cancelled"))
        return [*ops, ["try", [wait, writer.log(scope)], kind, [writer.log(scope)], [wait]]]
    return [*ops, wait]


def tied_timers(writer: Writer, scope: Scope) -> Written:
    """Timers with one deadline or two, which asyncio's heap does not keep in order; some are
    cancelled in the heap and come due there."""
    deadlines = writer.rng.sample(range(1, 6), writer.rng.choice((1, 2, 2)))
    ops: list[Op] = []
    timers = [writer.new("c") for _ in range(writer.rng.randint(4, 10))]
    for timer in timers:
        ops.append(["call_later", writer.rng.choice(deadlines), timer, timer])
    for timer in timers:
        if writer.rng.random() < 0.25:
            ops.append(["cancel_timer", timer])
    scope.timers.update(timers)
    if writer.rng.random() < 0.5:
        ops.append(["sleep", writer.rng.choice(deadlines)])
    return ops


def many_timers(writer: Writer, scope: Scope) -> Written:
    """More than a hundred timers, about half of them cancelled. asyncio rebuilds its heap if it has
    more than 100 timers and more than half are cancelled; ties then come out in another order. The
    numbers are near both limits on purpose."""
    rng = writer.rng
    count = rng.choice((97, 98, 98, 99, 99, 100, 100, 101, 102, 104, 130))
    timers = [f"m{number}" for number in range(count)]
    deadlines = rng.sample(range(1, 40), rng.choice((2, 4, 12)))
    ops: list[Op] = [["call_later", rng.choice(deadlines), timer, timer] for timer in timers]
    cancelled = min(count, count // 2 + rng.choice((-1, 0, 0, 1, 1, 2, 5, 30)))
    dropped: list[Op] = [["cancel_timer", timer] for timer in rng.sample(timers, cancelled)]
    if rng.random() < 0.3:  # In two parts, with an iteration between them.
        dropped.insert(rng.randrange(len(dropped)), ["yield"])
    scope.timers.update(timers)
    return [*ops, *dropped, ["sleep", rng.choice((0, *deadlines))], writer.log(scope)]


def race(writer: Writer, scope: Scope) -> Written:
    """A wait and its timeout that are due at the same time, or nearly."""
    ticks = writer.rng.choice((0, 1, 2))
    near = max(0, ticks + writer.rng.choice((-1, 0, 0, 0, 1)))
    body: list[Op] = writer.rng.choice(
        [
            [["sleep", near]],
            [["compute", near], ["yield"]],
            [["timeout", near, [["sleep", ticks + 1], writer.log(scope)]]],
            [["try", [["sleep", ticks + 3]], "cancelled", [["sleep", near]], []]],
            [["wait_for", near, _sleeper(writer)]],
        ]
    )
    attempt: Op = ["timeout", ticks, [*body, writer.log(scope)]]
    if writer.rng.random() < 0.3:
        attempt = ["wait_for", ticks, _sleeper(writer)]
    kind = writer.rng.choice(("timeout", "any"))
    return [["try", [attempt], kind, [writer.log(scope)], writer.last_words(scope)]]


def _sleeper(writer: Writer) -> str:
    """A small task for this race alone."""
    ticks = writer.rng.choice((0, 1, 2, 3))
    name = f"sleeper{ticks}"
    writer.helpers[name] = [["sleep", ticks], ["log", name]]
    if writer.rng.random() < 0.4:
        name = f"minder{ticks}"
        body: list[Op] = [["sleep", ticks]]
        writer.helpers[name] = [["try", body, "cancelled", [["log", "minded"], ["yield"]], []]]
    return name


def crowd(writer: Writer, scope: Scope) -> Written:
    """Several tasks wait for one thing, and some are cancelled meanwhile: perhaps in the very step
    that wakes them."""
    rng = writer.rng
    thing = rng.choice(sorted(CROWDS))
    count = rng.randint(2, 5)
    if not writer.affords(scope, 6 * count):
        return None
    writer.cost += scope.times * 6 * count
    body, lets_in = CROWDS[thing]
    name = f"{thing}_user"
    writer.helpers[name] = [*body, ["log", name]]
    if thing in HELD:
        work: list[Op] = [["yield"]] * rng.randint(0, 2) + [["log", name]]
        writer.helpers[name] = [*body, ["try", work, "error", [], [lets_in]]]
    if thing == "permit":
        writer.semaphores["sc"] = 1
    if thing in ("getter", "putter"):
        writer.queues["qc"] = 1
    handles = [writer.new("h_") for _ in range(count)]
    ops: list[Op] = [["spawn", name, handle] for handle in handles]
    for _ in range(rng.randint(2, 7)):
        drawn = rng.random()
        if drawn < 0.4:
            ops.append(["cancel", rng.choice(handles)])
        elif drawn < 0.7 and thing != "lock":  # A free lock must not be released.
            ops.append(lets_in)
        else:
            ops += pause(writer)
    return ops


# Operations of the members of a crowd, and the operation that lets one of them, or all, continue.
CROWDS: dict[str, tuple[list[Op], Op]] = {
    "lock": ([["acquire", "lc"]], ["release", "lc"]),
    "permit": ([["sem_acquire", "sc"]], ["sem_release", "sc"]),
    "getter": ([["get", "qc"]], ["try", [["timeout", 0, [["put", "qc", 1]]]], "timeout", [], []]),
    "putter": ([["put", "qc", 2]], ["try", [["timeout", 0, [["get", "qc"]]]], "timeout", [], []]),
    "event": ([["event_wait", "ec"]], ["event_set", "ec"]),
    "future": ([["future_wait", "fc"]], ["future_set", "fc", 1]),
}
HELD = ("lock", "permit")


def family(writer: Writer, scope: Scope) -> Written:
    """Children that report their cancellation, and a sibling that fails or times out."""
    rng = writer.rng
    late: Op = rng.choice([["yield"], ["sleep", 1], ["log", "mourned"]])
    last: list[Op] = [["log", "mourner"], late][: rng.randint(1, 2)]
    writer.helpers["mourner"] = [["try", [["sleep", rng.choice((2, 3, 9))]], "error", [], last]]
    writer.helpers["failer"] = [["sleep", rng.choice((0, 1, 2))], ["raise", "failed"]]
    names = [rng.choice(("mourner", "mourner", "failer")) for _ in range(rng.randint(2, 4))]
    wait: Op = [rng.choice(("gather", "task_group")), names]
    if rng.random() < 0.7:
        wait = ["timeout", rng.choice((0, 1, 1, 2)), [wait]]
    writer.cost += scope.times * 4 * len(names)
    return [["try", [wait], "any", [writer.log(scope)], []]]


PIECES: dict[str, Callable[[Writer, Scope], Written]] = {
    piece.__name__: piece
    for piece in (
        event_pulse,
        locked,
        acquire,
        permitted,
        cancel_in_some_state,
        cancel_oneself,
        crowd,
        family,
        tied_timers,
        many_timers,
        race,
    )
}
