"""The figures. Each takes the rows of one machine and returns a figure, or None where
no row carries what it shows. Times come in nanoseconds and are drawn in seconds."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Optional

import numpy
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import EngFormatter, FixedLocator, FuncFormatter, NullLocator

from loopsteal import gbench, stats, style, verdict_words
from loopsteal.gbench import Row


def comparison(rows: list[Row]) -> Optional[Figure]:
    """Ratios against the baseline, the first scheduler there is, with their intervals; a panel for
    each workload that another scheduler ran, too."""
    rows = in_order(rows)
    baseline = baseline_of(rows)
    workloads = {
        name: group
        for name, group in gbench.group_by(rows, workload_of).items()
        if len({row["scheduler_spec"] == baseline for row in group}) == 2
    }
    if not workloads:
        return None
    order = list(gbench.group_by(rows, scheduler_of))
    figure, axes = style.panels(len(workloads), 3, 3.6, 0.75 + 0.22 * len(order))
    for panel, (workload, group) in zip(axes, workloads.items()):
        _comparison_panel(panel, workload, group, order, baseline)
    groups = gbench.group_by(rows, _point_of).values()
    if is_virtual(rows):
        runs = {len(replications(group)) for group in groups}
        what = f"means of ratios by pairs with 95 % intervals ({_range(runs)} replications)"
    else:
        runs = {len(group) for group in groups}
        what = f"ratios of medians with 95 % intervals ({_range(runs)} repetitions)"
    _title(figure, rows, f"Compared with {baseline}: {what}")
    return figure


def deciding_measure(rows: list[Row]) -> tuple[str, str]:
    """The field that a workload is compared by, and what its ratio means ({}: the baseline).
    Where requests arrive on their own the makespan is set by the arrivals, and the tail of the
    sojourn decides."""
    if any("sojourn_p99_ns" in row for row in rows):
        if is_virtual(rows):
            return "sojourn_mean_ns", "mean sojourn of {} over the scheduler's"
        return "sojourn_p99_ns", "p99 sojourn of {} over the scheduler's"
    return "makespan_ns", "makespan of {} over the scheduler's"


def _comparison_panel(
    panel: Any, workload: str, rows: list[Row], order: list[str], baseline: str
) -> None:
    field, meaning = deciding_measure(rows)
    meaning = meaning.format(baseline)
    base = [row for row in rows if row["scheduler_spec"] == baseline]
    groups = gbench.group_by(rows, scheduler_of)
    names = [name for name in order if name in groups]
    ends = [0.5, 2.0]
    for place, name in enumerate(names):
        if groups[name][0]["scheduler_spec"] == baseline:
            continue
        ratio, words = compared(base, groups[name], field)
        errors = [[max(0.0, ratio.value - ratio.low)], [max(0.0, ratio.high - ratio.value)]]
        colour = style.PALETTE[order.index(name) % len(style.PALETTE)]
        panel.barh(
            place, ratio.value - 1, left=1, xerr=errors, color=colour, capsize=2, height=0.7
        )
        panel.text(max(1.0, ratio.high), place, f"  {words}", va="center", fontsize=7)
        ends += [ratio.low, ratio.high]
    panel.axvline(1, color="black", linewidth=0.8)
    # Logarithmic, so that half as fast is as far from 1 as twice as fast; room for labels.
    panel.set_xscale("log")
    panel.set_xlim(min(ends) / 1.1, max(ends) * (max(ends) / min(ends)) ** 0.6)
    style.label_log_axis(panel.xaxis, FuncFormatter(lambda ratio, _: f"{ratio:g}"))
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.set_title(workload)
    panel.set_xlabel(meaning, fontsize=7)


def compared(baseline: list[Row], own: list[Row], field: str) -> tuple[stats.Interval, str]:
    """The baseline's value over the scheduler's, and the same in words."""
    if is_virtual(own):
        base, values = replications(baseline), replications(own)
        exact = is_one_run(baseline) and is_one_run(own)
        ratio = stats.paired_ratio(base, values)
        if exact:  # Without what rounding adds to a mean of equal values.
            ratio = stats.Interval(*[base[0] / values[0]] * 3)
        needed = stats.REPLICATIONS_FOR_VERDICT
    else:
        base, values = gbench.values(baseline, field), gbench.values(own, field)
        exact = False
        errors = gbench.values(baseline + own, "quantile_relative_error")
        is_quantile = field == "sojourn_p99_ns"
        ratio = stats.ratio_of_medians(base, values, max(errors, default=0) if is_quantile else 0)
        needed = stats.REPETITIONS_FOR_VERDICT
    runs = min(len(base), len(values))
    return ratio, verdict_words.verdict(field, ratio, runs, needed, exact)


def estimates(rows: list[Row]) -> Optional[Figure]:
    """Virtual time: the mean sojourn with its interval, and what theory says of it."""
    rows = in_order(row for row in rows if "sojourn_mean_ci95_ns" in row)
    workloads = gbench.group_by(rows, workload_of)
    if not workloads:
        return None
    order = list(gbench.group_by(rows, scheduler_of))
    figure, axes = style.panels(len(workloads), 2, 4.6, 0.8 + 0.3 * len(order))
    for panel, (workload, group) in zip(axes, workloads.items()):
        _estimates_panel(panel, workload, group, order)
    marks = [
        Line2D([], [], marker="o", linestyle="", color="black", label="simulated, 95 %"),
        Line2D([], [], marker="|", markersize=12, linestyle="", color=style.THEORY, label="theory"),
    ]
    style.legend_below(figure, marks)
    _title(figure, rows, "Mean sojourn in the steady state")
    return figure


def _estimates_panel(panel: Any, workload: str, rows: list[Row], order: list[str]) -> None:
    groups = gbench.group_by(rows, scheduler_of)
    names = [name for name in order if name in groups]
    for place, name in enumerate(names):
        row = groups[name][0]
        mean, half = float(row["sojourn_mean_ns"]) / 1e9, float(row["sojourn_mean_ci95_ns"]) / 1e9
        colour = style.PALETTE[order.index(name) % len(style.PALETTE)]
        panel.errorbar(mean, place, xerr=half, fmt="o", color=colour, capsize=3)
        if "theory_sojourn_mean_ns" not in row:
            continue
        theory = float(row["theory_sojourn_mean_ns"]) / 1e9
        panel.plot([theory], [place], marker="|", markersize=14, color=style.THEORY)
        panel.annotate(str(row["theory"]), (theory, place), xytext=(0, 9), fontsize=7,
                       textcoords="offset points", ha="center")
    panel.set_xscale("log")
    style.label_log_axis(panel.xaxis, EngFormatter(unit="s", sep=""))
    panel.margins(x=0.25)
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.grid(True, axis="x", which="major", linewidth=0.3)
    panel.set_title(workload)
    panel.set_xlabel("mean sojourn, from intended arrival to completion (s)", fontsize=7)


def ccdf(rows: list[Row]) -> Optional[Figure]:
    """Which share of the requests took longer than t, both axes logarithmic."""
    with_histogram = in_order(row for row in rows if row.get("sojourn_histogram"))
    workloads = gbench.group_by(with_histogram, workload_of)
    if not workloads:
        return None
    order = list(gbench.group_by(with_histogram, scheduler_of))
    figure, axes = style.panels(len(workloads), 3, 3.6, 2.7)
    for panel, (workload, group) in zip(axes, workloads.items()):
        for name, runs in gbench.group_by(group, scheduler_of).items():
            place = order.index(name)
            edges, longer = tail_shares(runs)
            panel.step(
                edges,
                longer,
                where="post",
                color=style.PALETTE[place % len(style.PALETTE)],
                linestyle=style.DASHES[place % len(style.DASHES)],
                linewidth=1.2,
            )
        panel.set_xscale("log")
        panel.set_yscale("log")
        style.label_log_axis(panel.xaxis, EngFormatter(unit="s", sep=""))
        panel.grid(True, which="major", linewidth=0.3)
        panel.set_title(workload)
        panel.set_xlabel("sojourn t, from intended arrival to completion (s)", fontsize=7)
        panel.set_ylabel("share that took longer than t", fontsize=7)
    lines = [
        Line2D([], [], color=style.PALETTE[i % 8], linestyle=style.DASHES[i % 8], label=name)
        for i, name in enumerate(order)
    ]
    style.legend_below(figure, lines)
    _title(figure, rows, "Latency: complementary distribution of the sojourn time")
    return figure


def tail_shares(rows: list[Row]) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Upper bin edges in seconds, and the share of all samples above each. Histograms
    of one declared error have the same bins, so counts add up."""
    counts: dict[float, float] = {}
    for row in rows:
        histogram = row["sojourn_histogram"]
        for upper_ns, count in zip(histogram["upper_ns"], histogram["counts"]):
            counts[upper_ns] = counts.get(upper_ns, 0) + count
    edges = numpy.array(sorted(counts))
    tally = numpy.array([counts[edge] for edge in edges])
    longer = 1 - numpy.cumsum(tally) / tally.sum()
    # The last bin leaves no one above it, and nought has no place on a logarithmic axis.
    return edges[:-1] / 1e9, longer[:-1]


STATES = (
    ("busy", "worker_busy_ns_per_worker", style.BUSY, ""),
    ("searching", "worker_searching_ns_per_worker", style.SEARCHING, "///"),
    ("parked", "worker_parked_ns_per_worker", style.PARKED, "..."),
)


def load(rows: list[Row]) -> Optional[Figure]:
    """What each worker did with its time, the mean over the repetitions."""
    with_load = in_order(
        row for row in rows if all(isinstance(row.get(f), list) for _, f, _, _ in STATES)
    )
    workloads = gbench.group_by(with_load, workload_of)
    if not workloads:
        return None
    bars = max(
        sum(int(runs[0]["workers"]) for runs in gbench.group_by(group, scheduler_of).values())
        for group in workloads.values()
    )
    figure, axes = style.panels(len(workloads), 3, 3.8, 0.8 + 0.17 * bars)
    for panel, (workload, group) in zip(axes, workloads.items()):
        _load_panel(panel, workload, group)
    legend = [Patch(facecolor=c, hatch=h, edgecolor="white", label=s) for s, _, c, h in STATES]
    style.legend_below(figure, legend)
    _title(figure, rows, "Load of each worker: share of its time")
    return figure


def _load_panel(panel: Any, workload: str, rows: list[Row]) -> None:
    labels: list[str] = []
    for name, runs in gbench.group_by(rows, scheduler_of).items():
        times = numpy.array([[run[field] for _, field, _, _ in STATES] for run in runs])
        shares = times.mean(axis=0).astype(float)  # State by worker.
        total = shares.sum(axis=0)
        shares = numpy.divide(shares, total, out=numpy.zeros_like(shares), where=total > 0)
        places = numpy.arange(len(labels), len(labels) + shares.shape[1])
        left = numpy.zeros(shares.shape[1])
        for (_, _, colour, hatch), share in zip(STATES, shares):
            panel.barh(
                places, share, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.8
            )
            left += share
        for place in places[total == 0]:  # Foreign workers do not say what they do.
            panel.text(0.01, place, "not recorded", va="center", fontsize=6)
        labels += [f"{name} [{worker}]" for worker in range(shares.shape[1])]
    panel.set_yticks(range(len(labels)), labels, fontsize=6)
    panel.invert_yaxis()
    panel.set_xlim(0, 1)
    panel.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    panel.set_title(workload)
    panel.set_xlabel("share of the worker's time (%)", fontsize=7)


def steal_matrix(rows: list[Row]) -> Optional[Figure]:
    """Who stole how many jobs from whom, the mean over the repetitions."""
    points = {
        point: group
        for point, group in gbench.group_by(in_order(rows), _point_of).items()
        if any(numpy.any(row.get("steal_matrix") or [[0]]) for row in group)
    }
    if not points:
        return None
    figure, axes = style.panels(len(points), 5, 2.5, 2.3)
    for panel, ((workload, scheduler), group) in zip(axes, points.items()):
        matrix = numpy.mean([row["steal_matrix"] for row in group], axis=0)
        image = panel.imshow(matrix, cmap="cividis", vmin=0)
        workers = range(len(matrix))
        if len(matrix) <= 8:
            for thief in workers:
                for victim in workers:
                    dark = matrix[thief][victim] < matrix.max() / 2
                    panel.text(
                        victim,
                        thief,
                        f"{matrix[thief][victim]:.0f}" if thief != victim else "–",
                        ha="center",
                        va="center",
                        fontsize=7,
                        color="white" if dark else "black",
                    )
            panel.xaxis.set_major_locator(FixedLocator(list(workers)))
            panel.yaxis.set_major_locator(FixedLocator(list(workers)))
        panel.xaxis.set_minor_locator(NullLocator())
        figure.colorbar(image, ax=panel, shrink=0.8, label="jobs a run")
        panel.set_title(f"{workload}\n{scheduler}", fontsize=8)
        panel.set_xlabel("victim (worker)")
        panel.set_ylabel("thief (worker)")
    _title(figure, rows, "Steals: jobs that each thief took from each victim")
    return figure


FIGURES: dict[str, Callable[[list[Row]], Optional[Figure]]] = {
    "comparison": comparison,
    "estimates": estimates,
    "ccdf": ccdf,
    "load": load,
    "steal-matrix": steal_matrix,
}


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Rows come in the shuffled order in which they were measured; figures have one of
    their own: balanced workloads first, schedulers in the order of the catalog."""

    def place(row: Row) -> tuple[str, str, tuple[int, str], int]:
        shape = str(row.get("shape", ""))
        return shape, workload_of(row), _place_of(row), int(row["workers"])

    return sorted(rows, key=place)


def workload_of(row: Row) -> str:
    """With the settings that differ from the defaults: other settings, another point."""
    return str(row["workload_spec"])


def scheduler_of(row: Row) -> str:
    """The name in a figure, which says the workers where there are several."""
    workers = int(row["workers"])
    spec = str(row["scheduler_spec"])
    return spec if workers == 1 else f"{spec} ×{workers}"


def is_virtual(rows: list[Row]) -> bool:
    return bool(rows) and rows[0].get("machine") == "sim"


def replications(rows: list[Row]) -> list[float]:
    """What decides, a number a run of virtual time, in the order of their seeds."""
    found: list[float] = []
    for row in sorted(rows, key=lambda row: int(row["repetition_index"])):
        field = "sojourn_mean_ns" if "sojourn_mean_ns" in row else "makespan_ns"
        found += row.get("by_replication_ns") or [float(row[field])]
    return found


def is_one_run(rows: list[Row]) -> bool:
    """Whether runs of virtual time with different seeds are one and the same run, as replays of a
    trace are where the scheduler draws nothing. A row of several replications does not say."""
    if any(row.get("by_replication_ns") for row in rows):
        return False
    seeds = {int(row["seed"]) for row in rows}
    outcomes = {(row.get("trace_hash"), value) for row, value in zip(rows, replications(rows))}
    known = all(row.get("trace_hash") for row in rows)
    return known and len(seeds) >= stats.REPETITIONS_FOR_VERDICT and len(outcomes) == 1


def baseline_of(rows: Iterable[Row]) -> str:
    """The first of the schedulers that these rows have; of its specs the one without settings."""
    return str(min(rows, key=_place_of)["scheduler_spec"])


def _place_of(row: Row) -> tuple[int, str]:
    return int(row.get(gbench.PLACE, 0)), str(row["scheduler_spec"])


def _point_of(row: Row) -> tuple[str, str]:
    return workload_of(row), scheduler_of(row)


def _range(numbers: set[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


def _title(figure: Figure, rows: list[Row], what: str) -> None:
    kind = style.machine_title(str(rows[0]["machine"]))
    figure.suptitle(f"{what}\nmeasured in: {kind}", fontsize=11)
