"""Rounds. Each round starts loopsteal and every peer of a work once, in a random order, until the
intervals are narrow enough or the time is up. After the minimum number of rounds, only peers with a
target take part, if there are any. A ratio pairs the measurements of one round, because the machine
changes from one minute to the next."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import Callable, Collection, Optional

from loopsteal import stats
from loopsteal.peers.starts import OURS, Failed, Sample

WIDTH = 0.05  # Half of an interval, as a share of the ratio.
ROUNDS_MIN = 9
ROUNDS_MAX = 40
QUICK_ROUNDS = 3
NEAR_NS = 200.0  # One way. Two states were seen, below 60 and above 300 ns, and nothing between.

Start = Callable[[], Sample]


@dataclass
class Round:
    number: int
    order: list[str]
    handover_ns: Optional[float]  # The worse of before and after; None with a single CPU.
    samples: dict[str, Sample] = field(default_factory=dict)

    @property
    def state(self) -> str:
        if self.handover_ns is None:
            return "unknown"
        return "near" if self.handover_ns <= NEAR_NS else "far"


@dataclass
class Series:
    """All rounds of one work, and the programs that dropped out, with the reason."""

    rounds: list[Round] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    def pairs(self, peer: str) -> tuple[list[float], list[float]]:
        """ns an operation of loopsteal and the peer, by round."""
        both = [r.samples for r in self.rounds if OURS in r.samples and peer in r.samples]
        ours = [samples[OURS].ns_per_op for samples in both]
        return ours, [samples[peer].ns_per_op for samples in both]


@dataclass(frozen=True)
class Budget:
    rounds_min: int
    seconds: float


def orders(names: list[str], seed: int) -> Callable[[], list[str]]:
    """ABBA for any number: each second round is the one before, reversed, so that a drift within
    two rounds affects all equally. The order itself is random."""
    generator = random.Random(seed)
    drawn: list[str] = []
    backwards = False

    def following() -> list[str]:
        nonlocal backwards, drawn
        if backwards:
            backwards = False
            return drawn[::-1]
        drawn = names[:]
        generator.shuffle(drawn)
        backwards = True
        return drawn[:]

    return following


def narrow_enough(series: Series, peers: list[str]) -> bool:
    for peer in peers:
        if peer in series.failed:
            continue
        ratio = stats.paired_median_ratio(*series.pairs(peer))
        if (ratio.high - ratio.low) / 2 > WIDTH * ratio.value:
            return False
    return True


def measure(
    starts: dict[str, Start],
    probe: Callable[[], Optional[float]],
    budget: Budget,
    seed: int,
    to_beat: Collection[str] = (),
    clock: Callable[[], float] = time.monotonic,
) -> Series:
    """Measures `starts`, by name, with loopsteal among them."""
    series = Series()
    peers = [name for name in starts if name != OURS]
    next_order = orders(list(starts), seed)
    begin = clock()
    for number in range(ROUNDS_MAX):
        left = [peer for peer in peers if peer not in series.failed]
        if OURS in series.failed or (peers and not left):
            break
        order = next_order()
        if number >= budget.rounds_min:
            deciding = [peer for peer in left if peer in to_beat] or left
            if clock() - begin > budget.seconds or narrow_enough(series, deciding):
                break
            order = [name for name in order if name in (OURS, *deciding)]
        series.rounds.append(_round(number, order, starts, probe, series.failed))
    return series


def drop_other_work(samples: dict[str, Sample], failed: dict[str, str]) -> None:
    """Fails a program with another number of operations than ours: it did not do the same work."""
    if OURS not in samples:
        return
    ours = samples[OURS].operations
    for name in [name for name, sample in samples.items() if sample.operations != ours]:
        failed[name] = f"{samples.pop(name).operations} operations, where ours does {ours}"


def _round(
    number: int,
    order: list[str],
    starts: dict[str, Start],
    probe: Callable[[], Optional[float]],
    failed: dict[str, str],
) -> Round:
    before = probe()
    samples: dict[str, Sample] = {}
    for name in order:
        if name in failed:
            continue
        try:
            samples[name] = starts[name]()
        except Failed as failure:
            failed[name] = str(failure)
    after = probe()
    drop_other_work(samples, failed)
    probed = [value for value in (before, after) if value is not None]
    return Round(number, order, max(probed) if probed else None, samples)
