"""The figures of an answer, from the charts that `loopsteal ask` stores in the answer. Each chart
is of one machine, so real and virtual time are never in one figure."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter, Formatter

from loopsteal import style

Chart = dict[str, Any]


def draw(chart: Chart) -> Figure:
    figure, (panel,) = style.panels(1, 1, 7.2, 4.0)
    place = 0
    for curve in chart["curves"]:
        if curve["theory"]:
            _theory(panel, curve, chart)
        else:
            _measured(panel, curve, chart, place)
            place += 1
    _axis(panel.xaxis, chart, "x")
    _axis(panel.yaxis, chart, "y")
    panel.grid(True, which="major", linewidth=0.3)
    figure.suptitle(f"{chart['title']} ({style.machine_title(chart['machine'])})", fontsize=9)
    handles = panel.get_legend_handles_labels()[0]
    longest = max(len(handle.get_label()) for handle in handles)
    style.legend_below(figure, handles, columns=4 if longest < 18 else 3 if longest < 26 else 2)
    return figure


def digest(chart: Chart) -> str:
    """The hash of the data: a figure carries the hash of the chart it was drawn from."""
    return hashlib.sha256(json.dumps(chart, sort_keys=True).encode()).hexdigest()[:16]


def _measured(panel: Any, curve: dict[str, Any], chart: Chart, place: int) -> None:
    xs, ys, errors = _points(curve, chart)
    panel.errorbar(
        xs,
        ys,
        yerr=errors,
        label=curve["name"],
        color=style.PALETTE[place % len(style.PALETTE)],
        marker=style.MARKERS[place % len(style.MARKERS)],
        linestyle=style.DASHES[place % len(style.DASHES)],
        markersize=4,
        linewidth=1.1,
        capsize=2,
    )


def _theory(panel: Any, curve: dict[str, Any], chart: Chart) -> None:
    xs, ys, _ = _points(curve, chart)
    # Drawn over the measurement, which it should match.
    panel.plot(xs, ys, ":", color=style.THEORY, linewidth=1.6, zorder=5,
               label=f"theory: {curve['name']}")  # fmt: skip


def _points(curve: dict[str, Any], chart: Chart) -> tuple[list[float], list[float], list[Any]]:
    x_scale, y_scale = _scale(chart["x_unit"]), _scale(chart["y_unit"])
    xs = [point["x"] * x_scale for point in curve["points"]]
    ys = [point["value"] * y_scale for point in curve["points"]]
    below = [(point["value"] - point.get("low", point["value"])) for point in curve["points"]]
    above = [(point.get("high", point["value"]) - point["value"]) for point in curve["points"]]
    errors = [[max(0.0, value * y_scale) for value in side] for side in (below, above)]
    return xs, ys, errors


def _scale(unit: str) -> float:
    return 1e-9 if unit == "ns" else 1.0


def _axis(axis: Any, chart: Chart, letter: str) -> None:
    axis.set_label_text(chart[f"{letter}_label"], fontsize=8)
    formatter = _formatter(chart[f"{letter}_unit"])
    lowest = _lowest(chart) if letter == "y" else None
    if chart[f"log_{letter}"] and lowest is not None:
        # Zero has a place as well, below the smallest other value.
        axis.axes.set_yscale("symlog", linthresh=10 ** math.floor(math.log10(lowest)), linscale=0.5)
        axis.axes.set_ylim(bottom=-lowest / 100)
        axis.set_major_formatter(formatter)
    elif chart[f"log_{letter}"]:
        getattr(axis.axes, f"set_{letter}scale")("log")
        style.label_log_axis(axis, formatter)
    else:
        axis.set_major_formatter(formatter)


def _lowest(chart: Chart) -> float | None:
    """The smallest value above 0, if there are zeros, too."""
    values = [point["value"] for curve in chart["curves"] for point in curve["points"]]
    above = [value for value in values if value > 0]
    if len(above) == len(values) or not above:
        return None
    return min(above) * _scale(chart["y_unit"])


def _formatter(unit: str) -> Formatter:
    if unit == "ns":
        return EngFormatter(unit="s", sep="")
    if unit == "share":
        return FuncFormatter(lambda value, _: f"{value * 100:.3g}%")
    if unit == "factor":
        return FuncFormatter(lambda value, _: f"{value:g}x")
    return FuncFormatter(lambda value, _: f"{value:g}")
