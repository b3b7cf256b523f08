"""Reads a timeline, as `loopsteal run --trace` writes it for Perfetto."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loopsteal import gbench


@dataclass(frozen=True)
class Slice:
    lane: int
    begin_s: float
    end_s: float


@dataclass(frozen=True)
class Arrow:
    """From one lane at a time to another at the same time or later."""

    from_lane: int
    from_s: float
    to_lane: int
    to_s: float


@dataclass
class Timeline:
    title: str
    dropped: int  # Events that found no room in the buffer.
    lanes: list[str] = field(default_factory=list)  # Their names, in order.
    slices: dict[str, list[Slice]] = field(default_factory=dict)  # By kind: "job", "park".
    arrows: dict[str, list[Arrow]] = field(default_factory=dict)  # By kind: "wake", "steal".
    # The jobs in the queue of each lane from a time on.
    queues: dict[int, list[tuple[float, int]]] = field(default_factory=dict)

    @property
    def machine(self) -> str:
        return "sim" if "machine:sim" in self.title else "threads"

    @property
    def end_s(self) -> float:
        return max((one.end_s for many in self.slices.values() for one in many), default=0.0)


def is_timeline(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("traceEvents"), list)


def of(document: dict[str, Any], path: Path) -> Timeline:
    """Raises ResultsError for a document that is not a timeline of loopsteal."""
    try:
        return _Reader(document).timeline()
    except KeyError as error:
        raise gbench.ResultsError(
            f"{path}: no timeline of loopsteal: an event lacks {error}, or names a track that "
            "nothing introduces"
        ) from error
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise gbench.ResultsError(f"{path}: no timeline of loopsteal: {error}") from error


class _Reader:
    def __init__(self, document: dict[str, Any]) -> None:
        other = document.get("otherData")
        if not isinstance(other, dict) or "title" not in other:
            raise ValueError(
                "it has no otherData.title, which `loopsteal run --trace` writes; open a trace of "
                "another program in ui.perfetto.dev"
            )
        self._events = document["traceEvents"]
        self._timeline = Timeline(str(other["title"]), int(other.get("dropped_events", 0)))
        self._lane_of: dict[int, int] = {}
        self._begun: dict[int, dict[str, Any]] = {}  # Arrows without an end so far, by id.

    def timeline(self) -> Timeline:
        for event in self._events:
            if event["ph"] == "M" and event["name"] == "thread_name":
                self._lane_of[event["tid"]] = len(self._timeline.lanes)
                self._timeline.lanes.append(str(event["args"]["name"]))
        readers = {"X": self._slice, "C": self._queue, "s": self._begin, "f": self._end}
        for event in self._events:
            if event["ph"] in readers:
                readers[event["ph"]](event)
        self._drop_empty_lanes_at_the_end()
        return self._timeline

    def _drop_empty_lanes_at_the_end(self) -> None:
        """Removes the lane of the clients if it is empty."""
        run = self._timeline
        used = {one.lane for many in run.slices.values() for one in many} | set(run.queues)
        for many in run.arrows.values():
            used |= {lane for one in many for lane in (one.from_lane, one.to_lane)}
        while run.lanes and len(run.lanes) - 1 not in used:
            run.lanes.pop()

    def _slice(self, event: dict[str, Any]) -> None:
        if event["cat"] not in ("job", "park"):
            return
        begin_s = event["ts"] / 1e6
        one = Slice(self._lane_of[event["tid"]], begin_s, begin_s + event["dur"] / 1e6)
        self._timeline.slices.setdefault(event["cat"], []).append(one)

    def _queue(self, event: dict[str, Any]) -> None:
        at = (event["ts"] / 1e6, int(event["args"]["jobs"]))
        self._timeline.queues.setdefault(self._lane_of[event["tid"]], []).append(at)

    def _begin(self, event: dict[str, Any]) -> None:
        self._begun[event["id"]] = event

    def _end(self, event: dict[str, Any]) -> None:
        begun = self._begun.pop(event["id"], None)
        if begun is None:  # Its beginning found no room.
            return
        arrow = Arrow(
            self._lane_of[begun["tid"]], begun["ts"] / 1e6,
            self._lane_of[event["tid"]], event["ts"] / 1e6,
        )  # fmt: skip
        self._timeline.arrows.setdefault(event["cat"], []).append(arrow)
