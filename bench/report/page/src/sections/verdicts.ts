// Verdicts: the faster scheduler, by how much, and how certain that is.
import { h } from "../dom";
import type { Section, View } from "../view";
import { checks } from "./checks";
import { comparisons } from "./comparison";
import { peers } from "./peers";

export const verdicts: Section = {
  id: "verdicts",
  title: "Verdicts",
  lead:
    "Each number is a ratio with its direction. Where its 95 % interval contains 1 it is called " +
    "a tie: no difference was shown. Exact numbers are of repetitions that are one and the same " +
    "run.",
  content,
  repaints: true,
  missing: "Nothing here can be compared: it takes at least two schedulers on one workload.",
};

function content(view: View): HTMLElement | null {
  const blocks = [
    ...comparisons(view),
    ...view.data.sources.map((source, i) => peers(view, source, i)),
    ...view.data.sources.map((source) => checks(view, source)),
  ].filter((block): block is HTMLElement => block !== null);
  return blocks.length ? h("div", {}, ...blocks) : null;
}
