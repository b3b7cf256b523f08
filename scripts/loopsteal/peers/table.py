"""The table: a line for each work and peer; lines that miss their target come first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from loopsteal import gbench, stats
from loopsteal.gbench import Row

FAILED, NOT_MET, TIE, MET, SEEN = "FAILED", "NOT MET", "tie", "met", "-"
ORDER = (FAILED, NOT_MET, TIE, MET, SEEN)
HEADER = (
    *("work", "workers", "peer", "ours ns/op", "theirs ns/op", "ours/theirs", "95 % interval"),
    *("at most", "verdict", "rounds", "near"),
)
PAGE = """# Compared with the peers

Written by `scripts/peers/run`. Times are medians of ns per operation. The ratio is the median of
the ratios of the rounds, with a bootstrap interval over the rounds; each round starts every
program once, in a random order. `near` is the number of rounds in which the two CPUs handed over a
cache line in at most 200 ns. A row is a tie if its interval contains the target ("at most"). A peer
without a target is only shown. After nine rounds it takes part no more while the interval of a peer
with a target is wider than 5 % either way.
"""
# A page has the lines with a target between these marks; see put_into().
BEGIN, END = "<!-- peers: written by scripts/peers/run -->", "<!-- peers end -->"


@dataclass(frozen=True)
class Line:
    work: str
    workers: int
    peer: str
    at_most: Optional[float]
    ours_ns: Optional[float] = None
    theirs_ns: Optional[float] = None
    ratio: Optional[stats.Interval] = None
    rounds: int = 0
    near: int = 0  # Rounds in which the two CPUs were near each other.
    failure: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.failure:
            return FAILED
        if self.note:  # The peer never ends; loopsteal did.
            return MET
        if self.at_most is None or self.ratio is None:
            return SEEN
        if self.ratio.high <= self.at_most:
            return MET
        return NOT_MET if self.ratio.low > self.at_most else TIE


def lines(rows: list[Row], failures: list[Row]) -> list[Line]:
    """Lines from rows of rows.py, with failed rows separately."""
    found = []
    for (work, workers), group in gbench.group_by(rows, _point).items():
        ours = {row["round"]: row for row in group if row["peer"] == "loopsteal"}
        by_peer = gbench.group_by(group, lambda row: str(row["peer"]))
        for peer, theirs in by_peer.items():
            if peer != "loopsteal":
                found.append(_line(work, workers, ours, theirs))
        alone = next((row for row in ours.values() if row.get("peer_never_ends")), None)
        if alone is not None:
            found.append(_alone(work, workers, list(ours.values()), alone))
    found += [_failure(row) for row in failures]
    return ordered(found)


def ordered(found: list[Line]) -> list[Line]:
    """Lines by verdict; within a verdict, the furthest from its target first, else as measured."""
    return sorted(found, key=lambda line: (ORDER.index(line.verdict), -_excess(line)))


def _excess(line: Line) -> float:
    if line.ratio is None or line.at_most is None:
        return 0.0
    return line.ratio.value / line.at_most


def _point(row: Row) -> tuple[str, int]:
    return str(row["work"]), int(row["workers"])


def _line(work: str, workers: int, ours: dict[int, Row], theirs: list[Row]) -> Line:
    both = [(ours[row["round"]], row) for row in theirs if row["round"] in ours]
    at_most = theirs[0].get("at_most")
    peer = str(theirs[0]["peer"])
    if not both:
        return Line(work, workers, peer, at_most, failure="ours has no result")
    above = [float(row["ns_per_op"]) for row, _ in both]
    below = [float(row["ns_per_op"]) for _, row in both]
    return Line(
        work,
        workers,
        peer,
        at_most,
        stats.median(above),
        stats.median(below),
        stats.paired_median_ratio(above, below),
        len(both),
        sum(row.get("handover") == "near" for _, row in both),
    )


def _alone(work: str, workers: int, ours: list[Row], row: Row) -> Line:
    near = sum(each.get("handover") == "near" for each in ours)
    ns = stats.median(gbench.values(ours, "ns_per_op"))
    peer, note = str(row["other_peer"]), str(row["peer_never_ends"])
    return Line(work, workers, peer, None, ns, rounds=len(ours), near=near, note=note)


def _failure(row: Row) -> Line:
    failure = str(row.get("error_message", "failed"))
    return Line(*_point(row), str(row["peer"]), row.get("at_most"), failure=failure)


# --- Printed -------------------------------------------------------------------------


def cells(line: Line) -> list[str]:
    ratio = line.ratio
    return [
        line.work,
        str(line.workers),
        line.peer,
        _ns(line.ours_ns),
        "never ends" if line.note else _ns(line.theirs_ns),
        f"{ratio.value:.3f}" if ratio else "-",
        f"{ratio.low:.3f} to {ratio.high:.3f}" if ratio else "-",
        f"{line.at_most:.2f}" if line.at_most is not None else "-",
        line.verdict,
        str(line.rounds),
        f"{line.near}/{line.rounds}",
    ]


def _ns(value: Optional[float]) -> str:
    return "-" if value is None else f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def as_text(found: list[Line]) -> str:
    table = [list(HEADER), *map(cells, found)]
    widths = [max(len(row[i]) for row in table) for i in range(len(HEADER))]
    text = ["  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip() for row in table]
    return "\n".join(text + [f"\n{reason}" for reason in reasons(found)]) + "\n"


def reasons(found: list[Line]) -> list[str]:
    return [
        f"{line.work}, {line.workers} workers, {line.peer}: {line.failure or line.note}"
        for line in found
        if line.failure or line.note
    ]


def put_into(page: str, found: list[Line]) -> str:
    """The page with the lines that have a target, without the columns of the rounds."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"a page for the table needs the lines {BEGIN} and {END}")
    aimed = [line for line in found if line.verdict != SEEN]
    rows = "\n".join(_markdown_rows(aimed, HEADER.index("rounds")))
    return f"{before}{BEGIN}\n\n{rows}\n\n{END}{after}"


def _markdown_rows(found: list[Line], columns: int) -> list[str]:
    rows = [list(HEADER), ["---"] * len(HEADER), *map(cells, found)]
    return [f"| {' | '.join(row[:columns])} |" for row in rows]


def as_markdown(
    found: list[Line], context: dict[str, Any], operations: dict[str, str], left_out: dict[str, str]
) -> str:
    text = [PAGE, *_markdown_rows(found, len(HEADER)), ""]
    text += [f"- {reason}" for reason in reasons(found)]
    text += [f"- left out: {name}: {why}" for name, why in left_out.items()]
    text += ["", "## What an operation is", ""]
    text += [f"- `{name}`: {operation}" for name, operation in operations.items()]
    text += ["", "## Versions and flags", ""]
    text += [f"- {name}: {what}" for name, what in context.get("peers", {}).items()]
    machine = ("cpu_model", "num_cpus", "kernel", "virtual_machine", "compiler", "flags")
    text += [f"- {name}: {context[name]}" for name in machine if name in context]
    for commit, works in context.get("commits", {}).items():
        text.append(f"- commit {commit[:12]}: {', '.join(works)}")
    return "\n".join(text).rstrip() + "\n"
