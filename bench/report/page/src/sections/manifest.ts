// Under what circumstances all of this came about.
import { h } from "../dom";
import { shown } from "../format";
import { badge } from "../panel";
import type { Source } from "../model";
import type { Section, View } from "../view";

export const manifest: Section = {
  id: "manifest",
  title: "Manifest",
  lead:
    "Where, when, from what and by which command each file was made: with this and the seed of a " +
    "row it can be made again. Real times are those of their machine and of no other.",
  content,
  missing: "No file has said where it comes from.",
};

const FIRST = ["command", "time", "seed", "date", "cpu_model", "num_cpus", "commit"];

function content(view: View): HTMLElement | null {
  const files = view.data.sources.filter(({ file, clock }) => view.filters.shows({ file, clock }));
  const timelines = view.data.timelines.filter((one) => view.filters.shows(one));
  if (files.length + timelines.length === 0) return null;
  return h("div", { class: "grid" },
    ...files.map(ofFile),
    ...timelines.map((one) => card(one.file, one.clock, [
      ["what", "a timeline of one run"], ["point", one.title], ["workers", one.workers],
      ["events not kept", one.dropped], ["slices left out", one.left_out]])));
}

function ofFile(source: Source): HTMLElement {
  const { context } = source;
  const keys = [...FIRST.filter((key) => key in context),
    ...Object.keys(context).filter((key) => !FIRST.includes(key))];
  const rows = source.kind === "checks" ? source.checks.length : source.rows.length;
  return card(source.file, source.clock, [
    [source.kind === "checks" ? "checks" : "rows", rows],
    ...keys.map((key): [string, unknown] => [key, context[key]])]);
}

function card(file: string, clock: Source["clock"], facts: [string, unknown][]): HTMLElement {
  return h("article", { class: `card manifest ${clock}` },
    h("header", {}, h("h3", {}, file), badge(clock)),
    h("dl", {}, ...facts.flatMap(([key, value]) => [
      h("dt", {}, key.replace(/_/g, " ")),
      h("dd", {}, key === "command" ? h("code", {}, shown(value)) : shown(value))])));
}
