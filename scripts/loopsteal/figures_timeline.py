"""The figure of one run's timeline: the activity of each worker, wake-ups and steals as arrows, and
the number of waiting jobs in each queue."""

from __future__ import annotations

from typing import Any, Optional

import numpy
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import EngFormatter

from loopsteal import style
from loopsteal.timeline import Arrow, Slice, Timeline

LANES_DRAWN = 64  # As in other figures with a lane for each worker.
# Jobs with a gap too small to see are drawn as one.
POINTS_ACROSS = 2_000
ARROWS_DRAWN = 400  # Of each kind; more would cover the figure.
QUEUE_COLUMNS = 400

ARROWS = {"steal": ("#000000", "-", "steal: victim to thief"),
          "wake": ("#0072B2", "--", "wake-up: from waker to woken")}  # fmt: skip
STATES = {"job": ("running jobs", style.BUSY, ""), "park": ("parked", style.PARKED, "...")}


def timeline(run: Timeline, window: Optional[tuple[float, float]] = None) -> Optional[Figure]:
    """The whole run, or the part between two of its seconds; None if that part is empty."""
    begin_s, end_s = window or (0.0, run.end_s)
    if end_s <= begin_s or not _within(run, begin_s, end_s):
        return None
    lanes = min(len(run.lanes), LANES_DRAWN)
    figure, axes = style.panels(2 if run.queues else 1, 1, 9.0, 0.9 + 0.26 * lanes)
    _lanes_panel(axes[0], run, lanes, (begin_s, end_s))
    if run.queues:
        _queues_panel(figure, axes[1], run, lanes, (begin_s, end_s))
    for panel in axes:
        panel.set_xlim(begin_s, end_s)
        panel.xaxis.set_major_formatter(EngFormatter(unit="s", sep=""))
        panel.set_ylim(lanes - 0.4, -0.6)
        panel.set_yticks(range(lanes), run.lanes[:lanes], fontsize=7)
        panel.set_xlabel("time since the start of the run (s)", fontsize=7)
    style.legend_below(figure, _handles(run, (begin_s, end_s)))
    figure.suptitle(_title(run), fontsize=9)
    return figure


def _title(run: Timeline) -> str:
    lost = f"; {run.dropped:,} events found no room" if run.dropped else ""
    kind = style.machine_title(run.machine)
    return f"Timeline of {run.title}{lost}\nmeasured in: {kind}"


def _within(run: Timeline, begin_s: float, end_s: float) -> bool:
    return any(
        one.begin_s < end_s and one.end_s > begin_s for many in run.slices.values() for one in many
    )


def _lanes_panel(panel: Any, run: Timeline, lanes: int, window: tuple[float, float]) -> None:
    for kind, (_, colour, hatch) in STATES.items():
        for lane, bars in merged(run.slices.get(kind, []), window).items():
            if lane < lanes:
                panel.broken_barh(bars, (lane - 0.38, 0.76), facecolors=colour, hatch=hatch,
                                  edgecolor="white" if hatch else "none", linewidth=0)  # fmt: skip
    for kind, (colour, dashes, _) in ARROWS.items():
        seen = arrows_in(run, kind, window)
        for one in seen[:: step_of(seen)]:
            if max(one.from_lane, one.to_lane) >= lanes:
                continue
            panel.annotate("", (one.to_s, one.to_lane), (one.from_s, one.from_lane),
                           arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 0.7,
                                       "linestyle": dashes, "shrinkA": 0, "shrinkB": 0})
    panel.set_title("what each worker did; white: looking for work, or what operations cost")


def arrows_in(run: Timeline, kind: str, window: tuple[float, float]) -> list[Arrow]:
    begin_s, end_s = window
    return [one for one in run.arrows.get(kind, []) if begin_s <= one.from_s <= end_s]


def step_of(arrows: list[Arrow]) -> int:
    """The step between arrows that are drawn."""
    return -(-len(arrows) // ARROWS_DRAWN) or 1


def merged(
    slices: list[Slice], window: tuple[float, float]
) -> dict[int, list[tuple[float, float]]]:
    """By lane, beginnings and lengths within the window. Slices too close to tell apart are
    joined."""
    begin_s, end_s = window
    gap_s = (end_s - begin_s) / POINTS_ACROSS
    spans: dict[int, list[list[float]]] = {}
    for one in sorted(slices, key=lambda one: one.begin_s):
        if one.begin_s >= end_s or one.end_s <= begin_s:
            continue
        low, high = max(one.begin_s, begin_s), min(one.end_s, end_s)
        lane = spans.setdefault(one.lane, [])
        if lane and low - lane[-1][1] <= gap_s:
            lane[-1][1] = max(lane[-1][1], high)
        else:
            lane.append([low, high])
    return {lane: [(low, high - low) for low, high in many] for lane, many in spans.items()}


def _queues_panel(
    figure: Figure, panel: Any, run: Timeline, lanes: int, window: tuple[float, float]
) -> None:
    depths = queue_depths(run, lanes, window)
    image = panel.imshow(
        depths, aspect="auto", cmap="cividis", vmin=0, interpolation="none",
        extent=(window[0], window[1], lanes - 0.5, -0.5),
    )  # fmt: skip
    figure.colorbar(image, ax=panel, label="jobs", pad=0.01)
    panel.set_title("jobs in each queue, the most in each moment of the figure")


def queue_depths(run: Timeline, lanes: int, window: tuple[float, float]) -> numpy.ndarray:
    """The largest number of jobs, lane by column of the figure; NaN for a lane without a queue."""
    begin_s, end_s = window
    depths = numpy.full((lanes, QUEUE_COLUMNS), numpy.nan)
    for lane, changes in run.queues.items():
        if lane >= lanes:
            continue
        most, jobs, column = numpy.zeros(QUEUE_COLUMNS), 0, 0
        for at_s, now in [*sorted(changes), (end_s, 0)]:
            if at_s > begin_s:
                share = min(1.0, (at_s - begin_s) / (end_s - begin_s))
                place = min(int(share * QUEUE_COLUMNS), QUEUE_COLUMNS - 1)
                most[column : place + 1] = numpy.maximum(most[column : place + 1], jobs)
                column = place
            if at_s >= end_s:
                break
            jobs = now
        depths[lane] = most
    return depths


def _handles(run: Timeline, window: tuple[float, float]) -> list[Any]:
    handles: list[Any] = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=name)
        for name, colour, hatch in STATES.values()
    ]
    for kind, (colour, dashes, name) in ARROWS.items():
        seen = arrows_in(run, kind, window)
        some = step_of(seen)
        label = name if some == 1 else f"{name} (1 in {some})"
        if seen:
            handles.append(Line2D([], [], color=colour, linestyle=dashes, label=label))
    return handles
