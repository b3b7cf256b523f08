"""Statistics over repetitions. They are medians and bootstrap intervals, since one disturbed
repetition must not move the answer and the distribution of times is unknown. `loopsteal compare`
prints the same numbers, by the same method; Google Benchmark's compare.py reads the same files for
the Mann-Whitney U test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy
from scipy.stats import t as student

RESAMPLES = 2000
REPETITIONS_FOR_VERDICT = 3  # Fewer decide nothing.
REPLICATIONS_FOR_VERDICT = 10  # In virtual time, where a t interval compares pairs.
SEED = 20240229  # Any fixed number: the same file must give the same figure.


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


def ratio_of_medians(numerator: Sequence[float], denominator: Sequence[float]) -> Interval:
    """median(numerator) / median(denominator) with its 95 % interval, both resampled independently.
    Both are positive and not empty; with one value each, the interval has no width and decides
    nothing."""
    generator = numpy.random.default_rng(SEED)
    above = _resampled_medians(numerator, generator)
    below = _resampled_medians(denominator, generator)
    low, high = _percentiles(above / below)
    return Interval(median(numerator) / median(denominator), low, high)


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
    return Interval(mean, mean - half, mean + half)


def paired_median_ratio(numerator: Sequence[float], denominator: Sequence[float]) -> Interval:
    """The median of the ratios by pair, with its 95 % interval from resampled pairs: measurements
    of one round stay together. Both are positive, of one length and not empty; one pair gives an
    interval without width."""
    ratios = numpy.asarray(numerator, dtype=float) / numpy.asarray(denominator, dtype=float)
    medians = _resampled_medians(ratios.tolist(), numpy.random.default_rng(SEED))
    low, high = _percentiles(medians)
    return Interval(median(ratios.tolist()), low, high)


def _resampled_medians(
    sample: Sequence[float], generator: numpy.random.Generator
) -> numpy.ndarray:
    values = numpy.asarray(sample, dtype=float)
    picks = generator.integers(0, len(values), size=(RESAMPLES, len(values)))
    return numpy.median(values[picks], axis=1)


def _percentiles(sample: numpy.ndarray) -> tuple[float, float]:
    low, high = numpy.percentile(sample, (2.5, 97.5))
    return float(low), float(high)
