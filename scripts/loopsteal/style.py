"""The look of every figure, and its files: colours that colour-blind readers can tell apart, and
the same bytes for the same data."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Mapping, Optional

import matplotlib

matplotlib.use("Agg")  # No display is needed.

from matplotlib import pyplot  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import Formatter, LogLocator, NullFormatter  # noqa: E402

from loopsteal import whole_file  # noqa: E402

# Okabe and Ito's palette ("Color Universal Design", 2008), yellow last: it is faint.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#F0E442")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", (0, (8, 1)), (0, (2, 1)), (0, (3, 1, 1, 1)), ":", (0, (8, 3)))
# Predictions of theory, next to simulated values.
THEORY = "#444444"

BUSY, SEARCHING, PARKED = "#009E73", "#E69F00", "#CCCCCC"

MACHINES = {"threads": "real threads", "sim": "virtual time"}

matplotlib.rcParams.update(
    {
        "svg.hashsalt": "loopsteal",  # Element ids would be random otherwise.
        "figure.dpi": 110,
        "font.size": 9,
        "axes.titlesize": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "legend.frameon": False,
    }
)


WIDTH_MIN = 7.2  # Inches.


def machine_title(machine: str) -> str:
    """A name for the machine: real and virtual time must look different at a glance."""
    return MACHINES.get(machine, machine)


def panels(count: int, columns: int, width: float, height: float) -> tuple[Figure, list[Any]]:
    """A figure of `count` panels of the given size in inches, row by row."""
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    width = max(width, WIDTH_MIN / columns)  # So that the title fits.
    figure, grid = pyplot.subplots(
        rows,
        columns,
        figsize=(columns * width, rows * height + 0.9),
        squeeze=False,
        layout="constrained",
    )
    axes = list(grid.flat)
    for unused in axes[count:]:
        unused.set_visible(False)
    return figure, axes[:count]


def label_log_axis(axis: Any, formatter: Formatter) -> None:
    """Ticks for a logarithmic axis. An axis of less than two decades would have one label or none;
    it also gets labels at 2 and 5."""
    low, high = sorted(axis.get_view_interval())
    narrow = high / low < 100
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if narrow else (1,)))
    axis.set_major_formatter(formatter)
    axis.set_minor_formatter(NullFormatter())


def legend_below(figure: Figure, handles: list[Any], columns: int = 4) -> None:
    """One legend for all panels, in a strip kept free for it at the bottom."""
    strip = (0.15 + 0.2 * -(-len(handles) // columns)) / figure.get_figheight()
    figure.get_layout_engine().set(rect=(0, strip, 1, 1 - strip))
    figure.legend(handles=handles, loc="lower center", ncol=min(columns, len(handles)))


def save_whole(figure: Figure, path: Path, metadata: Mapping[str, Optional[str]]) -> None:
    """Writes it in the format of the path's ending."""
    drawn = io.BytesIO()
    figure.savefig(drawn, format=path.suffix.removeprefix("."), metadata=metadata)
    whole_file.write_bytes(path, drawn.getvalue())


def save(figure: Figure, folder: Path, name: str, pdf: bool) -> list[Path]:
    """Writes SVG and PNG, and PDF if asked. No date is written into any of them."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for suffix, metadata in (
        ("svg", {"Date": None}),
        ("png", {"Software": None}),
        ("pdf", {"CreationDate": None}),
    ):
        if suffix == "pdf" and not pdf:
            continue
        path = folder / f"{name}.{suffix}"
        save_whole(figure, path, metadata)
        written.append(path)
    pyplot.close(figure)
    return written
