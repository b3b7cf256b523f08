"""The figure of a file that scripts/peers/run wrote: ratios of loopsteal to each peer."""

from __future__ import annotations

from typing import Any, Callable, Optional

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from loopsteal import style
from loopsteal.gbench import Row
from loopsteal.peers import table

COLOURS = {
    table.NOT_MET: style.PALETTE[1],
    table.TIE: "0.6",
    table.MET: style.PALETTE[2],
    table.SEEN: style.PALETTE[0],
}
MEANINGS = {table.NOT_MET: "aim not met", table.SEEN: "no aim"}


def peer_ratios(rows: list[Row]) -> Optional[Figure]:
    """Our time divided by the peer's, one line a work and peer, with the target if there is one."""
    found = [line for line in table.lines([row for row in rows if "peer" in row], []) if line.ratio]
    if not found:
        return None
    figure, axes = style.panels(1, 1, 8.0, 0.8 + 0.22 * len(found))
    for place, line in enumerate(found):
        _draw(axes[0], place, line)
    panel = axes[0]
    panel.axvline(1, color="black", linewidth=0.8)
    panel.set_xscale("log")
    style.label_log_axis(panel.xaxis, FuncFormatter(lambda ratio, _: f"{ratio:g}"))
    names = [f"{line.work}, {line.workers} w., {line.peer}" for line in found]
    panel.set_yticks(range(len(found)), names, fontsize=7)
    panel.set_ylim(len(found) - 0.4, -0.6)
    panel.margins(x=0.1)
    panel.grid(True, axis="x", which="major", linewidth=0.3)
    panel.set_xlabel("time of ours by time of theirs; less than 1: ours is faster", fontsize=8)
    verdicts = [verdict for verdict in COLOURS if any(line.verdict == verdict for line in found)]
    handles: list[Any] = [
        Patch(color=COLOURS[verdict], label=MEANINGS.get(verdict, verdict)) for verdict in verdicts
    ]
    aim = Line2D([], [], marker="|", markersize=12, linestyle="", color="black", label="aim")
    style.legend_below(figure, [*handles, aim])
    rounds = sorted({line.rounds for line in found})
    runs = f"{rounds[0]} to {rounds[-1]}" if rounds[0] != rounds[-1] else str(rounds[0])
    title = f"Compared with the peers: medians of ratios with 95 % intervals ({runs} rounds)"
    figure.suptitle(title, fontsize=11)
    return figure


def _draw(panel: Any, place: int, line: table.Line) -> None:
    ratio = line.ratio
    assert ratio is not None
    errors = [[max(0.0, ratio.value - ratio.low)], [max(0.0, ratio.high - ratio.value)]]
    colour = COLOURS[line.verdict]
    panel.errorbar(ratio.value, place, xerr=errors, fmt="o", color=colour, capsize=2, markersize=4)
    if line.at_most is not None:
        panel.plot([line.at_most], [place], marker="|", markersize=12, color="black")


FIGURES: dict[str, Callable[[list[Row]], Optional[Figure]]] = {"peer-ratios": peer_ratios}
