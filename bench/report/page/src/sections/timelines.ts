// Timelines of runs.
import { h } from "../dom";
import { TimelineFigure } from "../timeline/figure";
import { unpack, type Timeline } from "../timeline/slices";
import type { PackedTimeline } from "../model";
import type { Section, View } from "../view";

export const timelines: Section = {
  id: "timeline",
  title: "Timeline",
  lead:
    "What each worker did, and who stole from or woke whom. From afar each column shows which " +
    "share of its time went where; drag, Ctrl and wheel, the slider, the buttons or the keys go " +
    "closer, until single jobs can be seen.",
  content,
  missing:
    "No timeline was given. A run writes one: loopsteal run --scheduler work_stealing --workload " +
    "hot_shard --trace trace.json",
};

// Unpacked once: filters draw again.
const known = new Map<PackedTimeline, Timeline>();

function unpacked(packed: PackedTimeline): Timeline {
  let timeline = known.get(packed);
  if (!timeline) known.set(packed, (timeline = unpack(packed)));
  return timeline;
}

function content(view: View): HTMLElement | null {
  const shown = view.data.timelines.filter((one) => view.filters.shows(one));
  if (shown.length === 0) return null;
  return h("div", {}, ...shown.map((one) => new TimelineFigure(unpacked(one)).element));
}
