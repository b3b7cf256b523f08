"""Comparisons as texts: a ratio with its direction, as bench/measure/verdict_words.cpp has it."""

from __future__ import annotations

from loopsteal.stats import Interval

# By the field of a row: the text before a ratio, the text after a ratio above 1 (the baseline's
# time is longer), and the text after one below 1.
_WORDS = {
    "makespan_ns": ("", "as fast", "as slow"),
    "sojourn_mean_ns": ("mean sojourn ", "lower", "higher"),
    "sojourn_p99_ns": ("p99 ", "lower", "higher"),
}


def effect(field: str, ratio: float) -> str:
    """A ratio over the baseline: "2.0x as fast", "p99 1.2x higher". `ratio` > 0."""
    subject, better, worse = _WORDS[field]
    factor = _factor(ratio if ratio >= 1 else 1 / ratio)
    return f"{subject}{factor} {better if ratio >= 1 else worse}"


def verdict(field: str, ratio: Interval, runs: int, needed: int, exact: bool) -> str:
    """`effect()` with its evidence; "tie" if no difference was shown. `exact`: all runs of each
    side are the same run."""
    if exact:
        return "the same (exact)" if ratio.value == 1 else f"{effect(field, ratio.value)} (exact)"
    if runs < needed:
        return f"{effect(field, ratio.value)} ({runs} of {needed} runs)"
    return "tie" if ratio.contains_one else effect(field, ratio.value)


def _factor(value: float) -> str:
    if value < 1.095:
        return f"{value:.2f}x"
    return f"{value:.1f}x" if value < 9.95 else f"{value:,.0f}x"
