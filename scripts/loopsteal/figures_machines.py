"""Figures over both machines: the same points in virtual time and on real threads, beside
each other and never as one. Each takes all rows of a file and returns a figure, or None where
no two rows are of the same point."""

from __future__ import annotations

from typing import Any, Callable, Optional

import numpy
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from loopsteal import figures, gbench, style
from loopsteal.figures_virtual import handle
from loopsteal.gbench import Row


def simulated_measured(rows: list[Row]) -> Optional[Figure]:
    """The same points in virtual time and on real threads, beside each other."""
    machines = gbench.group_by(figures.in_order(rows), lambda row: str(row["machine"]))
    simulated, measured = machines.get("sim", []), machines.get("threads", [])
    both = {_point(row) for row in simulated} & {_point(row) for row in measured}
    if not both:
        return None
    order = list(dict.fromkeys(_point(row) for row in measured if _point(row) in both))
    costs = list(dict.fromkeys(str(row.get("costs", "")) for row in simulated))
    figure, axes = style.panels(2, 2, 4.6, 0.9 + 0.2 * len(order))
    # Two panels, and never one series: these are different things.
    for place, name in enumerate(costs):
        of_model = [row for row in simulated if str(row.get("costs", "")) == name]
        _times_panel(axes[0], of_model, order, place)
    _times_panel(axes[1], measured, order, len(costs))
    for panel, machine in zip(axes, ("sim", "threads")):
        panel.set_yticks(range(len(order)), [" on ".join(p) for p in order], fontsize=6)
        panel.set_ylim(len(order) - 0.4, -0.6)
        panel.set_xscale("log")
        style.label_log_axis(panel.xaxis, EngFormatter(unit="s", sep=""))
        panel.grid(True, axis="x", which="major", linewidth=0.3)
        panel.set_title(f"measured in: {style.machine_title(machine)}")
        panel.set_xlabel("makespan (s)", fontsize=7)
    axes[1].set_yticklabels([])
    limits = [panel.get_xlim() for panel in axes]
    for panel in axes:
        panel.set_xlim(min(low for low, _ in limits), max(high for _, high in limits))
    handles = [handle(place, f"simulated, costs {name}") for place, name in enumerate(costs)]
    style.legend_below(figure, [*handles, handle(len(costs), "measured: median and range")])
    figure.suptitle("Simulated beside measured: the same points on both machines", fontsize=11)
    return figure


def _times_panel(panel: Any, rows: list[Row], order: list[tuple[str, str]], place: int) -> None:
    """The median of each point, and its range where there are several runs."""
    groups = gbench.group_by(rows, _point)
    for y, point in enumerate(order):
        times = [t / 1e9 for t in gbench.values(groups.get(point, []), "makespan_ns")]
        if not times:
            continue
        middle = float(numpy.median(times))
        panel.errorbar(
            [middle],
            [y],
            xerr=[[middle - min(times)], [max(times) - middle]],
            color=style.PALETTE[place % len(style.PALETTE)],
            marker=style.MARKERS[place % len(style.MARKERS)],
            markersize=4,
            capsize=2,
            linewidth=0.8,
        )


def _point(row: Row) -> tuple[str, str]:
    return figures.workload_of(row), figures.scheduler_of(row)


FIGURES: dict[str, Callable[[list[Row]], Optional[Figure]]] = {
    "simulated-measured": simulated_measured,
}
