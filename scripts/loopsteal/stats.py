"""What repetitions allow one to say. Medians and bootstrap intervals, since one
disturbed repetition must not move the answer and nothing is known of how the times are
distributed. The same numbers as bench/statistics/comparison.cpp has, and so as `loopsteal compare`
and `loopsteal report` print: a test compares them. For the Mann-Whitney U test, Google Benchmark's
compare.py reads the same files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy
from scipy.stats import t as student

RESAMPLES = 2000
REPETITIONS_FOR_VERDICT = 3  # Fewer decide nothing.
REPLICATIONS_FOR_VERDICT = 10  # In virtual time, where pairs are compared by a t interval.
SEED = 1  # That of `loopsteal compare` and `loopsteal report`.


@dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float

    @property
    def contains_one(self) -> bool:
        return self.low <= 1 <= self.high


def median(sample: Sequence[float]) -> float:
    """`sample` is not empty."""
    return float(numpy.median(numpy.asarray(sample, dtype=float)))


def ratio_of_medians(
    numerator: Sequence[float], denominator: Sequence[float], relative_error: float = 0
) -> Interval:
    """median(numerator) / median(denominator) with its 95 % interval, both drawn again
    from themselves. Both are positive and not empty; of one value each, the interval
    has no width and decides nothing. `relative_error`: how far off each value may be, relative to
    itself; the interval is wider by as much."""
    above, below = numpy.asarray(numerator, float), numpy.asarray(denominator, float)
    draws = _draws(RESAMPLES * (len(above) + len(below))).reshape(RESAMPLES, -1)
    medians = [
        numpy.median(values[_below(picks, len(values))], axis=1)
        for values, picks in ((above, draws[:, : len(above)]), (below, draws[:, len(above) :]))
    ]
    ratios = numpy.sort(medians[0] / medians[1])
    low, high = (float(ratios[int(share * (RESAMPLES - 1) + 0.5)]) for share in (0.025, 0.975))
    wider = (1 + relative_error) / (1 - relative_error)
    return Interval(median(numerator) / median(denominator), low / wider, high * wider)


def paired_ratio(numerator: Sequence[float], denominator: Sequence[float]) -> Interval:
    """The mean of the ratios by pair, as far as both have values, with its t interval: replications
    in virtual time have the same input. Both are positive and not empty; one pair gives an interval
    without width."""
    pairs = min(len(numerator), len(denominator))
    above = numpy.asarray(numerator[:pairs], dtype=float)
    ratios = above / numpy.asarray(denominator[:pairs], dtype=float)
    mean = float(ratios.mean())
    if pairs < 2:
        return Interval(mean, mean, mean)
    half = float(student.ppf(0.975, pairs - 1) * ratios.std(ddof=1) / numpy.sqrt(pairs))
    return Interval(mean, max(mean - half, 0.0), mean + half)


def paired_median_ratio(numerator: Sequence[float], denominator: Sequence[float]) -> Interval:
    """The median of the ratios by pair, with its 95 % interval from pairs drawn again: what was
    measured in one round stays together. Both are positive, of one length and not empty; one
    pair gives an interval without width."""
    return ratio_of_medians([a / b for a, b in zip(numerator, denominator)], [1.0])


def _draws(count: int) -> numpy.ndarray:
    """The first draws of Stream(SEED, StreamRole::noise, 0) of random.hpp (sched/core), which the
    bootstrap of bench/statistics/comparison.cpp takes: Philox4x32-10."""
    low = numpy.uint64(0xFFFFFFFF)
    half = numpy.uint64(32)
    zero = numpy.zeros((count + 1) // 2, numpy.uint64)
    words = [numpy.arange(len(zero), dtype=numpy.uint64), zero + numpy.uint64(5), zero, zero]
    keys = [SEED, 0]
    for _ in range(10):
        products = [words[0] * numpy.uint64(0xD2511F53), words[2] * numpy.uint64(0xCD9E8D57)]
        words = [
            products[1] >> half ^ words[1] ^ numpy.uint64(keys[0]),
            products[1] & low,
            products[0] >> half ^ words[3] ^ numpy.uint64(keys[1]),
            products[0] & low,
        ]
        keys = [(keys[0] + 0x9E3779B9) % 2**32, (keys[1] + 0xBB67AE85) % 2**32]
    blocks = numpy.column_stack((words[1] << half | words[0], words[3] << half | words[2]))
    return blocks.ravel()[:count]


def _below(draws: numpy.ndarray, bound: int) -> numpy.ndarray:
    """Each draw scaled to [0, bound): the upper half of a product of 128 bits. Stream::below draws
    again where that would be biased: for one draw of 10^18 here."""
    half, factor = numpy.uint64(32), numpy.uint64(bound)
    low = (draws & numpy.uint64(0xFFFFFFFF)) * factor >> half
    return ((draws >> half) * factor + low >> half).astype(numpy.int64)
