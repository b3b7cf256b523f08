// Schedulers compared with the baseline: a card for each file, clock, cost model and size, since
// only like is compared with like.
import { h } from "../dom";
import { plural } from "../format";
import type { VerdictLine, Verdicts } from "../model";
import { figureElement, type Table } from "../panel";
import { groupBy } from "../points";
import { colours, isDark } from "../theme";
import { host, type View } from "../view";
import { head } from "./cards";
import { forest, orNull, type Bar } from "./forest";

/** Groups that differ in the number of workers alone share a card. */
export function comparisons(view: View): HTMLElement[] {
  const cards = groupBy(view.data.verdicts, (group) =>
    [group.source, group.clock, group.costs, group.size, group.baseline].join("/"));
  return [...cards.values()].map((groups) => card(view, groups))
    .filter((one): one is HTMLElement => one !== null);
}

/** A comparison, among how many workers. */
interface Compared {
  line: VerdictLine;
  among: number;
}

function card(view: View, groups: Verdicts[]): HTMLElement | null {
  const first = groups[0]!;
  const source = view.data.sources[first.source]!;
  const all = groups.flatMap((group) => group.lines
    .filter((line) => line.verdict !== "baseline")
    .map((line) => ({ line, among: group.workers })));
  const compared = all.filter(({ line }) => view.filters.shows({
    clock: first.clock, file: source.file, scheduler: line.scheduler, workload: line.workload,
    workers: line.workers,
  }));
  if (compared.length === 0) return null;
  const whole = compared.length === all.length;
  const several = groups.length > 1;
  const among = groups.map((group) => group.workers).join(", ");
  // What is said of all is said once.
  const said = (group: Verdicts, text: string) =>
    groups.every((other) => other.findings.includes(text) || other.caveats.includes(text))
      ? text : `With ${plural(group.workers, "worker")}: ${text}`;
  // Sentences are of all that was compared, so they go where something is left out.
  const findings = new Set(whole ? groups.flatMap((group) =>
    group.findings.map((text) => said(group, text))) : []);
  const caveats = new Set(whole ? groups.flatMap((group) =>
    group.caveats.map((text) => said(group, text))) : []);
  return h(
    "article",
    { class: `card ${first.clock}`, "data-kind": "comparison" },
    head(`Compared with ${first.baseline}`, first.clock, [
      source.file, among === "1" ? "1 worker" : `${among} workers`,
      first.costs && `costs ${first.costs}`, first.size && `${first.size} size`,
      first.clock === "real" && host(source)]),
    ...tallies(compared.map(({ line }) => line), view),
    matrix(compared, view, several),
    findings.size === 0 ? null
      : h("ul", { class: "findings" }, ...[...findings].map((text) => h("li", {}, text))),
    ...[...caveats].map((text) => h("p", { class: "caveat" }, text)),
    h("details", { class: "behind" },
      h("summary", {}, "Intervals"), intervals(view, first, compared, several)),
  );
}

/** On how many workloads each scheduler was better than the baseline, tied and worse: by one
 *  measure at a time, since a makespan and a p99 are not added up. */
function tallies(lines: VerdictLine[], view: View): HTMLElement[] {
  return [...groupBy(lines, (line) => line.measure)].map(([measure, own]) =>
    h("div", { class: "tally" }, h("div", { class: "tally-title" },
      `By ${measure}, ${plural(new Set(own.map((line) => line.workload)).size, "workload")}`),
    ...tally(own, view)));
}

function tally(lines: VerdictLine[], view: View): HTMLElement[] {
  const groups = [...groupBy(lines, (line) => line.scheduler)]
    .sort(([a], [b]) => view.looks.order(a, b));
  return groups.map(([name, own]) => {
    const number = (verdict: string) => own.filter((line) => line.verdict === verdict).length;
    const parts: [string, string, number][] = [
      ["better", "▲ better", number("higher")],
      ["tie", "= tie", number("tie")],
      ["worse", "▼ worse", number("lower")],
      ["unsure", "? undecided", number("undecided") + number("failed")],
    ];
    return h("div", { class: "tally-row" },
      h("span", { class: "tally-name" }, name),
      h("span", { class: "tally-bar" }, ...parts.filter(([, , n]) => n > 0).map(([kind, word, n]) =>
        h("span", { class: kind, style: `flex:${n}`, title: `${word}: ${n}` }, `${word} ${n}`))));
  });
}

/** A line a workload and number of workers, a column a scheduler. */
function matrix(compared: Compared[], view: View, several: boolean): HTMLElement {
  const names = [...new Set(compared.map(({ line }) => line.scheduler))]
    .sort((a, b) => view.looks.order(a, b));
  const rows = [...groupBy(compared, ({ line, among }) => `${line.workload} ${among}`).values()]
    .sort((a, b) => a[0]!.line.workload.localeCompare(b[0]!.line.workload) ||
      a[0]!.among - b[0]!.among);
  return h("div", { class: "table-box matrix-box", tabindex: 0, role: "region",
    "aria-label": "Verdicts by workload and scheduler" },
    h("table", { class: "matrix" },
      h("thead", {}, h("tr", {}, h("th", {}, "workload"),
        several ? h("th", {}, "workers") : null, h("th", { class: "measure" }, "measure"),
        ...names.map((name) => h("th", {}, name)))),
      h("tbody", {}, ...rows.map((own) => h("tr", {},
        h("th", { scope: "row" }, own[0]!.line.workload),
        several ? h("td", {}, String(own[0]!.among)) : null,
        h("td", { class: "measure" }, own[0]!.line.measure),
        ...names.map((name) => cell(own.find(({ line }) => line.scheduler === name)?.line)))))));
}

const MARKS: Record<VerdictLine["verdict"], string> = {
  higher: "▲", lower: "▼", tie: "=", undecided: "?", failed: "✗", baseline: "",
};

function cell(line: VerdictLine | undefined): HTMLElement {
  if (!line) return h("td", { class: "none" }, "–");
  if (!line.ratio) return h("td", { class: "failed", title: line.error }, "✗ failed");
  const { value } = line.ratio;
  const strength = Math.min(1, Math.abs(Math.log2(value)) / 3);
  const colour = value >= 1 ? colours().better : colours().worse;
  const plain = line.verdict !== "higher" && line.verdict !== "lower";
  const share = Math.round(12 + strength * (isDark() ? 48 : 42));
  return h("td", {
    class: line.verdict,
    title: [line.words, plural(line.runs, "run"), line.exact].filter(Boolean).join(", "),
    style: plain ? undefined : `background:color-mix(in srgb, ${colour} ${share}%, transparent)`,
  }, `${MARKS[line.verdict]} ${effect(line)}`,
  h("small", {}, line.exact ? " exact" : line.verdict === "undecided" ? " ?" : ""));
}

/** Without the interval, which the title of the cell has: "2.00x as fast". */
function effect(line: VerdictLine): string {
  return line.words?.replace(/ [[(].*$/, "") ?? "";
}

function intervals(
  view: View, group: Verdicts, compared: Compared[], several: boolean,
): HTMLElement {
  const bars: Bar[] = compared.filter(({ line }) => line.ratio).map(({ line, among }) => ({
    label: [line.workload, line.scheduler, ...(several ? [among] : [])].join(" · "),
    scheduler: line.scheduler,
    ratio: line.ratio!,
    verdict: line.verdict,
    words: line.words!,
  }));
  return figureElement({
    title: `${group.baseline}'s time over each scheduler's`,
    clock: group.clock,
    summary: `${bars.length} ratios with 95 % intervals; above 1 the scheduler is better`,
    height: 60 + bars.length * 18,
    option: () => forest(bars, (bar) => view.looks.colour(bar.scheduler), 1),
    table: () => tableOf(compared.map(({ line }) => line)),
    wide: true,
  });
}

function tableOf(lines: VerdictLine[]): Table {
  return {
    columns: ["workload", "scheduler", "workers", "measure", "median (ns)", "ratio", "low", "high",
      "verdict", "in words", "runs"],
    rows: lines.map((line) => [
      line.workload, line.scheduler, line.workers, line.measure, Math.round(line.time_ns),
      orNull(line.ratio?.value), orNull(line.ratio?.low), orNull(line.ratio?.high),
      line.error || line.verdict, line.words, line.runs]),
  };
}
