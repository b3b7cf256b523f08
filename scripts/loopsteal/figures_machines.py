"""Figures over both machines: the same points in virtual time and on real threads, beside
each other and never as one. Each takes all rows of a file and returns a figure, or None where
no two rows are of the same point."""

from __future__ import annotations

from typing import Any, Callable, Optional

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter

from loopsteal import figures, gbench, knobs, stats, style
from loopsteal.figures_virtual import handle, spec_of, speed_up_panel
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
        middle = stats.median(times)
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


def scaling_machines(rows: list[Row]) -> Optional[Figure]:
    """Speed-up over workers, on the CPUs that there are and on the simulated ones: each machine
    and cost model has panels of its own, as a simulated worker beyond the last CPU is a prediction
    and no measurement."""
    shown = [row for row in figures.in_order(rows) if knobs.load_of(row) is None]
    panels = {}
    for key, group in gbench.group_by(shown, _workload_and_machine).items():
        alone = [float(row["makespan_ns"]) for row in group if int(row["workers"]) == 1]
        # A machine of one CPU has one point to show.
        if alone and min(alone) > 0:
            panels[key] = group, min(alone)
    if {machine for _, machine, _ in panels} != {"sim", "threads"}:
        return None
    order = list(dict.fromkeys(spec_of(row) for group, _ in panels.values() for row in group))
    figure, axes = style.panels(len(panels), 2, 4.4, 3.6)
    # Workload by workload, what was measured on the left.
    places = sorted(panels, key=lambda key: (key[0], key[1] == "sim", key[2]))
    for panel, key in zip(axes, places):
        speed_up_panel(panel, *panels[key], order)
        costs = f", costs {key[2]}" if key[2] else ""
        panel.set_title(f"{key[0]}\nmeasured in: {style.machine_title(key[1])}{costs}", fontsize=7)
    handles = [handle(place, name, joined=True) for place, name in enumerate(order)]
    handles.append(Line2D([], [], color="black", linewidth=0.8, linestyle=":", label="ideal"))
    style.legend_below(figure, handles)
    figure.suptitle("Speed-up: times as fast as the fastest with one worker", fontsize=11)
    return figure


def _workload_and_machine(row: Row) -> tuple[str, str, str]:
    """What its tasks take is told to virtual time alone, so it is no part of the name."""
    name, _, settings = figures.workload_of(row).partition(":")
    told = ("node_work=", "task_work=")
    kept = [each for each in settings.split(",") if each and not each.startswith(told)]
    workload = ":".join([name, ",".join(kept)]) if kept else name
    return workload, str(row["machine"]), str(row.get("costs", ""))


def _point(row: Row) -> tuple[str, str]:
    return figures.workload_of(row), figures.scheduler_of(row)


FIGURES: dict[str, Callable[[list[Row]], Optional[Figure]]] = {
    "simulated-measured": simulated_measured,
    "scaling-machines": scaling_machines,
}
