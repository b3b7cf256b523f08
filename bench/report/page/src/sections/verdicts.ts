// What the results come to: who is faster, by how much, and how sure that is.
import { h } from "../dom";
import type { Section, View } from "../view";
import { checks } from "./checks";
import { comparisons } from "./comparison";
import { peers } from "./peers";

export const verdicts: Section = {
  id: "verdicts",
  title: "Verdicts",
  lead:
    "What the results come to. A number is a ratio with its 95 % interval; where the interval " +
    "contains 1 it is called a tie: no difference was shown.",
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
