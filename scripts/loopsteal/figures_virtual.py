"""Figures of runs in virtual time, which have many points, each exact or with an interval. Each
function takes rows, usually those of `loopsteal sweep`, and returns a figure, or None if no row has
its data."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Optional

import numpy
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import EngFormatter, FuncFormatter

from loopsteal import figures, gbench, knobs, style
from loopsteal.gbench import Row

# --- Sojourn against load ----------------------------------------------------------------


def p99_load(rows: list[Row]) -> Optional[Figure]:
    """The tail of the sojourn over the load, with the prediction of theory."""
    return _over_load(rows, "sojourn_p99", "p99 of the sojourn (s)", "Tail latency against load")


def mean_load(rows: list[Row]) -> Optional[Figure]:
    """The mean sojourn over the load, with the prediction of theory."""
    return _over_load(rows, "sojourn_mean", "mean sojourn (s)", "Mean latency against load")


def _over_load(rows: list[Row], statistic: str, label: str, title: str) -> Optional[Figure]:
    value, theory = f"{statistic}_ns", f"theory_{statistic}_ns"
    shown = [
        row
        for row in figures.in_order(rows)
        if knobs.load_of(row) is not None and value in row and "slo" not in row
    ]
    panels = {
        name: group
        for name, group in gbench.group_by(shown, _workload_but_load).items()
        if len({knobs.load_of(row) for row in group}) > 1
    }
    if not panels:
        return None
    order = _schedulers(row for group in panels.values() for row in group)
    figure, axes = style.panels(len(panels), 3, 4.2, 3.2)
    any_theory = False
    for panel, (name, group) in zip(axes, panels.items()):
        for scheduler, points in gbench.group_by(group, figures.scheduler_of).items():
            place = order.index(scheduler)
            _curve(panel, points, value, f"{statistic}_ci95_ns", place)
            any_theory = _theory_line(panel, points, theory, place) or any_theory
        panel.set_yscale("log")
        panel.set_xlim(0, 1)
        panel.xaxis.set_major_formatter(FuncFormatter(lambda load, _: f"{load:.0%}"))
        style.label_log_axis(panel.yaxis, EngFormatter(unit="s", sep=""))
        panel.grid(True, which="major", linewidth=0.3)
        panel.set_title(name)
        panel.set_xlabel("load: share of what all workers can do (%)", fontsize=7)
        panel.set_ylabel(label, fontsize=7)
    handles = [handle(place, name) for place, name in enumerate(order)]
    if any_theory:
        handles.append(Line2D([], [], color="black", linewidth=0.8, label="theory"))
    style.legend_below(figure, handles)
    _title(figure, rows, f"{title} (bars: 95 % intervals; lines without marks: theory)")
    return figure


def _curve(panel: Any, rows: list[Row], value: str, half_width: str, place: int) -> None:
    loads, means, errors = [], [], []
    for load, group in sorted(gbench.group_by(rows, knobs.load_of).items()):
        mean, error = pooled(group, value, half_width)
        loads.append(load)
        means.append(mean / 1e9)
        errors.append(error / 1e9)
    panel.errorbar(
        loads,
        means,
        yerr=_above_nought(means, errors),
        color=style.PALETTE[place % len(style.PALETTE)],
        marker=style.MARKERS[place % len(style.MARKERS)],
        markersize=3.5,
        linestyle="none",
        capsize=2,
        linewidth=0.8,
    )


def _theory_line(panel: Any, rows: list[Row], field: str, place: int) -> bool:
    """A line through the loads that ran; without a theory, it joins the marks."""
    known = sorted({(knobs.load_of(row), float(row[field])) for row in rows if field in row})
    if not known:
        return False
    panel.plot(
        [load for load, _ in known],
        [time / 1e9 for _, time in known],
        color=style.PALETTE[place % len(style.PALETTE)],
        linestyle=style.DASHES[place % len(style.DASHES)],
        linewidth=0.9,
    )
    return True


def pooled(rows: list[Row], value: str, half_width: str) -> tuple[float, float]:
    """The mean over independent rows of one point, and the half-width of its interval; 0 if no row
    has one."""
    values = gbench.values(rows, value)
    widths = gbench.values(rows, half_width)
    mean = float(numpy.mean(values))
    if len(widths) < len(values):
        return mean, 0.0
    return mean, float(numpy.sqrt(numpy.sum(numpy.square(widths)))) / len(widths)


def _above_nought(means: list[float], errors: list[float]) -> list[list[float]]:
    """Error bars that fit a logarithmic axis."""
    low = [min(error, mean * 0.999) for mean, error in zip(means, errors)]
    return [low, errors]


# --- Speed-up against workers --------------------------------------------------------------


def scaling(rows: list[Row]) -> Optional[Figure]:
    """Speed-up over the fastest scheduler with one worker, by workers."""
    shown = [row for row in figures.in_order(rows) if knobs.load_of(row) is None]
    panels = {}
    for name, group in gbench.group_by(shown, _workload_and_costs).items():
        of_one = [float(row["makespan_ns"]) for row in group if int(row["workers"]) == 1]
        if of_one and min(of_one) > 0 and len({int(row["workers"]) for row in group}) > 1:
            panels[name] = group, min(of_one)
    if not panels:
        return None
    order = list(dict.fromkeys(spec_of(row) for group, _ in panels.values() for row in group))
    figure, axes = style.panels(len(panels), 3, 4.0, 3.6)
    any_bounds = False
    for panel, (name, (group, alone)) in zip(axes, panels.items()):
        any_bounds = speed_up_panel(panel, group, alone, order) or any_bounds
        panel.set_title(name)
    handles = [handle(place, name, joined=True) for place, name in enumerate(order)]
    handles.append(Line2D([], [], color="black", linewidth=0.8, linestyle=":", label="ideal"))
    if any_bounds:
        handles.append(Patch(facecolor="#DDDDDD", label="bounds of every greedy schedule"))
    style.legend_below(figure, handles)
    _title(figure, rows, "Speed-up: times as fast as the fastest with one worker")
    return figure


def speed_up_panel(panel: Any, rows: list[Row], alone: float, order: list[str]) -> bool:
    bounded = _greedy_bounds(rows)
    if bounded:
        workers = sorted(bounded)
        panel.fill_between(
            workers,
            [alone / bounded[w][1] for w in workers],
            [alone / bounded[w][0] for w in workers],
            color="#DDDDDD",
            linewidth=0,
        )
    for name, group in gbench.group_by(rows, spec_of).items():
        place = order.index(name)
        points = sorted(gbench.group_by(group, lambda row: int(row["workers"])).items())
        times = [pooled(at, "makespan_ns", "makespan_ci95_ns") for _, at in points]
        speeds = [alone / mean for mean, _ in times]
        panel.errorbar(
            [workers for workers, _ in points],
            speeds,
            yerr=_above_nought(speeds, [s * e / m for s, (m, e) in zip(speeds, times)]),
            color=style.PALETTE[place % len(style.PALETTE)],
            marker=style.MARKERS[place % len(style.MARKERS)],
            linestyle=style.DASHES[place % len(style.DASHES)],
            markersize=3.5,
            capsize=2,
            linewidth=1,
        )
    most = max(int(row["workers"]) for row in rows)
    panel.plot([1, most], [1, most], color="black", linestyle=":", linewidth=0.8)
    panel.set_xscale("log")
    panel.set_yscale("log")
    for axis in (panel.xaxis, panel.yaxis):
        style.label_log_axis(axis, FuncFormatter(lambda number, _: f"{number:,g}"))
    panel.grid(True, which="major", linewidth=0.3)
    panel.set_xlabel("workers", fontsize=7)
    panel.set_ylabel("speed-up (times)", fontsize=7)
    return bool(bounded)


def _greedy_bounds(rows: list[Row]) -> dict[int, tuple[float, float]]:
    """Lower and upper bound of the makespan of schedules without idle workers, by workers."""
    low, high = "greedy_lower_ns", "greedy_upper_ns"
    return {
        int(row["workers"]): (float(row[low]), float(row[high]))
        for row in rows
        if row.get(low) and row.get(high)
    }


# --- The fastest scheduler, by imbalance and grain ---------------------------------------------

# Knobs that make work uneven, and knobs that set the size of its pieces.
IMBALANCE = ("hot", "zipf", "cv2")
GRAIN = ("work", "mean")
TIE = 1.01  # A lead of less than 1 % is a tie.


def heatmap(rows: list[Row]) -> Optional[Figure]:
    """The fastest scheduler, over imbalance and grain of the work."""
    panels = _heat_maps(figures.in_order(rows))
    if not panels:
        return None
    order = _schedulers(row for _, _, group in panels.values() for row in group)
    figure, axes = style.panels(len(panels), 2, 5.2, 3.6)
    for panel, (name, (imbalance, grain, group)) in zip(axes, panels.items()):
        _heat_map(panel, group, imbalance, grain, order)
        panel.set_title(name, fontsize=8)
    handles: list[Any] = [
        Patch(facecolor=style.PALETTE[place % len(style.PALETTE)], label=name)
        for place, name in enumerate(order)
    ]
    handles.append(Patch(facecolor="white", edgecolor="grey", label="tie of the two fastest"))
    style.legend_below(figure, handles)
    _title(figure, rows, "The fastest scheduler, and how many times as fast as the next")
    return figure


def _heat_maps(rows: list[Row]) -> dict[str, tuple[str, str, list[Row]]]:
    """A panel for each workload that varies in both, with the two knobs."""
    found = {}
    for imbalance in IMBALANCE:
        for grain in GRAIN:
            having = [row for row in rows if {imbalance, grain} <= knobs.of(row).keys()]
            leave_out = (imbalance, grain)
            groups = gbench.group_by(having, lambda row: _apart_from(row, leave_out))
            for name, group in groups.items():
                spread = [{knobs.of(row)[knob] for row in group} for knob in leave_out]
                rivals = {figures.scheduler_of(row) for row in group}
                if min(map(len, spread)) > 1 and len(rivals) > 1:
                    found[name] = imbalance, grain, group
    return found


def _heat_map(panel: Any, rows: list[Row], imbalance: str, grain: str, order: list[str]) -> None:
    across = sorted({knobs.of(row)[imbalance] for row in rows}, key=knobs.number)
    along = sorted({knobs.of(row)[grain] for row in rows}, key=knobs.number)
    cells = numpy.full((len(along), len(across)), numpy.nan)
    groups = gbench.group_by(rows, lambda row: (knobs.of(row)[grain], knobs.of(row)[imbalance]))
    for (piece, skew), group in groups.items():
        y, x = along.index(piece), across.index(skew)
        winner, ratio = verdict(group)
        if winner is not None:
            cells[y, x] = order.index(winner) % len(style.PALETTE)
        label = "tie" if winner is None else f"×{ratio:.2f}" if ratio < 100 else f"×{ratio:.0f}"
        if numpy.isfinite(ratio):
            dark = winner is not None and style.PALETTE[int(cells[y, x])] in DARK
            panel.text(x, y, label, ha="center", va="center", fontsize=7,
                       color="white" if dark else "black")  # fmt: skip
    panel.imshow(
        numpy.ma.masked_invalid(cells),
        cmap=ListedColormap(style.PALETTE),
        vmin=-0.5,
        vmax=len(style.PALETTE) - 0.5,
        aspect="auto",
        origin="lower",
    )
    panel.set_xticks(range(len(across)), across)
    panel.set_yticks(range(len(along)), along)
    panel.set_xlabel(f"imbalance: {imbalance}", fontsize=7)
    panel.set_ylabel(f"grain: {grain} of a piece", fontsize=7)


DARK = ("#0072B2", "#D55E00", "#009E73", "#000000")


def verdict(rows: list[Row]) -> tuple[Optional[str], float]:
    """The fastest scheduler of one cell and its lead over the next; None for a tie, which is a lead
    of less than TIE or overlapping intervals. NaN with fewer than two rivals."""
    requests = any(knobs.load_of(row) is not None for row in rows)
    statistic = "sojourn_p99" if requests else "makespan"
    times = []
    for name, group in gbench.group_by(rows, figures.scheduler_of).items():
        if all(f"{statistic}_ns" in row for row in group):
            times.append((*pooled(group, f"{statistic}_ns", f"{statistic}_ci95_ns"), name))
    times.sort()
    if len(times) < 2 or times[0][0] <= 0:
        return None, float("nan")
    (best, best_error, name), (second, second_error, _) = times[:2]
    ratio = second / best
    tie = ratio < TIE or best + best_error > second - second_error
    return (None if tie else name), ratio


FIGURES: dict[str, Callable[[list[Row]], Optional[Figure]]] = {
    "p99-load": p99_load,
    "mean-load": mean_load,
    "scaling": scaling,
    "heatmap": heatmap,
}


def _schedulers(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(figures.scheduler_of(row) for row in rows))


def spec_of(row: Row) -> str:
    return str(row["scheduler_spec"])


def _with_costs(name: str, row: Row) -> str:
    costs = str(row.get("costs", ""))
    return name if costs in ("", "zero") else f"{name}\ncosts {costs}"


def _workload_and_costs(row: Row) -> str:
    return _with_costs(figures.workload_of(row), row)


def _workload_but_load(row: Row) -> str:
    return _with_costs(knobs.spec_without(figures.workload_of(row), ("load", "count")), row)


def _apart_from(row: Row, left_out: tuple[str, ...]) -> str:
    return _with_costs(knobs.spec_without(figures.workload_of(row), left_out), row)


def handle(place: int, name: str, joined: bool = False) -> Line2D:
    return Line2D(
        [],
        [],
        color=style.PALETTE[place % len(style.PALETTE)],
        marker=style.MARKERS[place % len(style.MARKERS)],
        linestyle=style.DASHES[place % len(style.DASHES)] if joined else "none",
        markersize=4,
        label=name,
    )


def _title(figure: Figure, rows: list[Row], what: str) -> None:
    kind = style.machine_title(str(rows[0]["machine"]))
    figure.suptitle(f"{what}\nmeasured in: {kind}", fontsize=11)
