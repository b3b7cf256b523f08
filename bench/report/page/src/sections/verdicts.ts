// What the results come to: who is faster, by how much, and how sure that is.
import { axis, base, type Option } from "../charts";
import { h } from "../dom";
import { digits, duration, plural, times } from "../format";
import type { Check, PeerLine, Ratio, Source, VerdictLine, Verdicts } from "../model";
import { badge, figureElement, tableBehind, tableElement, type Table } from "../panel";
import { groupBy } from "../points";
import { colours, isDark } from "../theme";
import { host, type Section, type View } from "../view";
import { escape } from "./curves";

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
    ...view.data.verdicts.map((group) => comparison(view, group)),
    ...view.data.sources.map((source, i) => peers(view, source, i)),
    ...view.data.sources.map((source) => checks(view, source)),
  ].filter((block): block is HTMLElement => block !== null);
  return blocks.length ? h("div", {}, ...blocks) : null;
}

// ---- Schedulers beside the baseline -------------------------------------------------------------

function comparison(view: View, group: Verdicts): HTMLElement | null {
  const source = view.data.sources[group.source]!;
  const lines = group.lines.filter((line) => view.filters.shows({
    clock: group.clock, file: source.file, scheduler: line.scheduler, workload: line.workload,
    workers: line.workers,
  }));
  const compared = lines.filter((line) => line.verdict !== "baseline");
  if (compared.length === 0) return null;
  const whole = lines.length === group.lines.length;
  return h(
    "article",
    { class: `card ${group.clock}`, "data-kind": "comparison" },
    head(`Beside ${group.baseline}`, group.clock, [
      source.file, plural(group.workers, "worker"), group.costs && `costs ${group.costs}`,
      group.size && `${group.size} size`, group.clock === "real" && host(source)]),
    whole && group.findings.length
      ? h("ul", { class: "findings" }, ...group.findings.map((text) => h("li", {}, text)))
      : null,
    tally(compared, view),
    matrix(compared, view),
    ...(whole ? group.caveats : []).map((text) => h("p", { class: "caveat" }, text)),
    h("details", { class: "behind" },
      h("summary", {}, "Intervals"), intervals(view, group, compared)),
  );
}

function head(title: string, clock: "real" | "virtual", words: (string | false)[]): HTMLElement {
  return h("header", {}, h("h3", {}, title), badge(clock),
    h("span", { class: "where" }, words.filter(Boolean).join(" · ")));
}

/** How often each was faster, the same, slower. */
function tally(lines: VerdictLine[], view: View): HTMLElement {
  const groups = [...groupBy(lines, (line) => line.scheduler)]
    .sort(([a], [b]) => view.looks.order(a, b));
  return h("div", { class: "tally" }, ...groups.map(([name, own]) => {
    const number = (verdict: string) => own.filter((line) => line.verdict === verdict).length;
    const parts: [string, string, number][] = [
      ["better", "▲ faster", number("higher")],
      ["tie", "= tie", number("tie")],
      ["worse", "▼ slower", number("lower")],
      ["unsure", "? undecided", number("undecided") + number("failed")],
    ];
    return h("div", { class: "tally-row" },
      h("span", { class: "tally-name" }, name),
      h("span", { class: "tally-bar" }, ...parts.filter(([, , n]) => n > 0).map(([kind, word, n]) =>
        h("span", { class: kind, style: `flex:${n}`, title: `${word}: ${n}` }, `${word} ${n}`))));
  }));
}

/** A line a workload, a column a scheduler. */
function matrix(lines: VerdictLine[], view: View): HTMLElement {
  const names = [...new Set(lines.map((line) => line.scheduler))]
    .sort((a, b) => view.looks.order(a, b));
  const rows = [...groupBy(lines, (line) => line.workload)]
    .sort(([one], [other]) => one.localeCompare(other));
  return h("div", { class: "table-box matrix-box", tabindex: 0, role: "region",
    "aria-label": "Verdicts by workload and scheduler" },
    h("table", { class: "matrix" },
      h("thead", {}, h("tr", {}, h("th", {}, "workload"), h("th", {}, "measure"),
        ...names.map((name) => h("th", {}, name)))),
      h("tbody", {}, ...rows.map(([workload, own]) => h("tr", {},
        h("th", { scope: "row" }, workload),
        h("td", { class: "measure" }, own[0]?.measure ?? ""),
        ...names.map((name) => cell(own.find((line) => line.scheduler === name))))))));
}

function interval(ratio: Ratio): string {
  if (ratio.low === null || ratio.high === null) return "no interval: one run";
  return `${digits(ratio.low)} – ${digits(ratio.high)}`;
}

function orNull(value: number | null | undefined): string | null {
  return typeof value === "number" ? digits(value) : null;
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
    title: `${interval(line.ratio)}, ${plural(line.runs, "run")}`,
    style: plain ? undefined : `background:color-mix(in srgb, ${colour} ${share}%, transparent)`,
  }, `${MARKS[line.verdict]} ${times(value)}`,
  h("small", {}, line.verdict === "tie" ? " tie" : line.verdict === "undecided" ? " ?" : ""));
}

// ---- Intervals ----------------------------------------------------------------------------------

interface Bar {
  label: string;
  scheduler: string;
  ratio: Ratio;
  verdict: string;
}

function intervals(view: View, group: Verdicts, lines: VerdictLine[]): HTMLElement {
  const sorted = lines.filter((line) => line.ratio);
  const bars: Bar[] = sorted.map((line) => ({
    label: `${line.workload} · ${line.scheduler}`,
    scheduler: line.scheduler,
    ratio: line.ratio!,
    verdict: line.verdict,
  }));
  return figureElement({
    title: `Times as fast as ${group.baseline}`,
    clock: group.clock,
    summary: `${bars.length} comparisons with 95 % intervals`,
    height: 60 + bars.length * 18,
    option: () => forest(bars, (bar) => view.looks.colour(bar.scheduler), 1),
    table: () => tableOf(lines),
    wide: true,
  });
}

function tableOf(lines: VerdictLine[]): Table {
  return {
    columns: ["workload", "scheduler", "workers", "measure", "median (ns)", "ratio", "low", "high",
      "verdict", "runs"],
    rows: lines.map((line) => [
      line.workload, line.scheduler, line.workers, line.measure, Math.round(line.time_ns),
      orNull(line.ratio?.value), orNull(line.ratio?.low), orNull(line.ratio?.high),
      line.error || line.verdict, line.runs]),
  };
}

function forest(bars: Bar[], colourOf: (bar: Bar) => string, aim: number): Option {
  const { text, faint, background } = colours();
  const common = base();
  return {
    ...common,
    grid: { left: 8, right: 20, top: 8, bottom: 28, containLabel: true },
    tooltip: {
      ...common.tooltip,
      formatter: (given: unknown) => {
        const bar = bars[(given as { dataIndex: number }).dataIndex]!;
        return `${escape(bar.label)}<br>${times(bar.ratio.value)}, ` +
          `${interval(bar.ratio)}: ${escape(bar.verdict)}`;
      },
    },
    xAxis: axis("ratio", { type: "log", nameGap: 24 }, times) as never,
    yAxis: { type: "category", inverse: true, data: bars.map((bar) => bar.label),
      axisTick: { show: false }, axisLabel: { color: text, interval: 0, fontSize: 11 },
      axisLine: { lineStyle: { color: faint } } },
    series: [{
      type: "custom",
      data: bars.map((bar, i) => [
        bar.ratio.value, i, bar.ratio.low ?? bar.ratio.value, bar.ratio.high ?? bar.ratio.value]),
      encode: { x: [0, 2, 3], y: 1 },
      markLine: { silent: true, symbol: "none", data: [{ xAxis: aim }],
        lineStyle: { color: faint, type: "solid" }, label: { show: false } } as never,
      renderItem: (params, api) => {
        const bar = bars[params.dataIndex]!;
        const colour = colourOf(bar);
        const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
        const [low = 0] = api.coord([api.value(2), api.value(1)]);
        const [high = 0] = api.coord([api.value(3), api.value(1)]);
        const open = bar.verdict === "tie" || bar.verdict === "undecided";
        return { type: "group", children: [
          { type: "line", shape: { x1: low, y1: y, x2: high, y2: y },
            style: { stroke: colour, lineWidth: 2 } },
          { type: "circle", shape: { cx: x, cy: y, r: 4.5 },
            style: { fill: open ? background : colour, stroke: colour, lineWidth: 2 } }] };
      },
    }],
  };
}

// ---- Beside the peers ---------------------------------------------------------------------------

const PEER_ORDER = ["failed", "not met", "tie", "met", "seen"];
const PEER_WORDS: Record<PeerLine["verdict"], string> = {
  failed: "✗ failed", "not met": "▼ not met", tie: "= tie", met: "▲ met", seen: "no aim",
};

function peers(view: View, source: Source, index: number): HTMLElement | null {
  const lines = view.data.peers
    .filter((line) => line.source === index && view.filters.shows({
      clock: source.clock, file: source.file, scheduler: line.peer, workload: line.work,
      workers: line.workers }))
    .sort((a, b) => PEER_ORDER.indexOf(a.verdict) - PEER_ORDER.indexOf(b.verdict));
  if (lines.length === 0) return null;
  const number = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  const aims = lines.length - number("seen");
  const barred = lines.filter((line) => line.ratio);
  return h(
    "article",
    { class: `card ${source.clock}`, "data-kind": "peers" },
    head("Beside the peers", source.clock, [source.file, host(source)]),
    h("ul", { class: "findings" }, h("li", {},
      `Of ${plural(aims, "aim")}, ${number("met")} are met, ${number("tie")} are ties (the ` +
      `interval holds the aim), ${number("not met")} are not met` +
      (number("failed") ? `, ${number("failed")} failed.` : "."))),
    h("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Beside the peers" },
      peerTable(lines)),
    h("details", { class: "behind" }, h("summary", {}, "Intervals"), figureElement({
      title: "Our time over theirs",
      clock: source.clock,
      summary: `${barred.length} ratios with 95 % intervals; below 1 ours is faster`,
      height: 60 + barred.length * 18,
      option: () => forest(barred.map((line) => ({
        label: `${line.work} · ${line.peer} · ${line.workers}`, scheduler: line.peer,
        ratio: line.ratio!, verdict: line.verdict,
      })), (bar) => (bar.verdict === "not met" ? colours().worse : colours().better), 1),
      table: () => peerData(lines),
      wide: true,
    })),
  );
}

function peerData(lines: PeerLine[]): Table {
  return {
    columns: ["work", "peer", "workers", "ours (ns/op)", "theirs (ns/op)", "ours/theirs", "low",
      "high", "at most", "verdict", "rounds"],
    rows: lines.map((line) => [
      line.work, line.peer, line.workers, orNull(line.ours_ns), orNull(line.theirs_ns),
      orNull(line.ratio?.value), orNull(line.ratio?.low), orNull(line.ratio?.high), line.at_most,
      line.note ? `${line.verdict}: ${line.note}` : line.verdict, line.rounds]),
  };
}

function peerTable(lines: PeerLine[]): HTMLElement {
  const classes: Record<string, string> = { met: "higher", "not met": "lower", failed: "failed" };
  return h("table", { class: "matrix" },
    h("thead", {}, h("tr", {}, ...["work", "workers", "peer", "ours", "theirs", "ours/theirs",
      "95 % interval", "aim", "verdict"].map((name) => h("th", {}, name)))),
    h("tbody", {}, ...lines.map((line) => h("tr", {},
      h("th", { scope: "row", title: line.operation }, line.work),
      h("td", {}, String(line.workers)),
      h("td", {}, line.peer),
      h("td", {}, line.ours_ns === null ? "–" : duration(line.ours_ns)),
      h("td", {}, line.theirs_ns === null ? "–" : duration(line.theirs_ns)),
      h("td", {}, line.ratio ? times(line.ratio.value) : "–"),
      h("td", {}, line.ratio ? interval(line.ratio) : "–"),
      h("td", {}, line.at_most === null ? "–" : `≤ ${line.at_most}`),
      h("td", { class: `plain ${classes[line.verdict] ?? "tie"}`, title: line.note },
        PEER_WORDS[line.verdict])))));
}

// ---- The simulator beside exact answers ---------------------------------------------------------

function checks(view: View, source: Source): HTMLElement | null {
  if (source.checks.length === 0) return null;
  if (!view.filters.shows({ clock: source.clock, file: source.file })) return null;
  const number = (verdict: string) =>
    source.checks.filter((check) => check.verdict === verdict).length;
  const [passed, undone] = [number("passed"), number("not done")];
  const done = source.checks.length - undone;
  return h(
    "article",
    { class: `card ${source.clock}`, "data-kind": "checks" },
    head("The simulator beside theory", source.clock, [source.file]),
    h("ul", { class: "findings" }, h("li", {},
      `${passed} of ${plural(done, "check")} passed` +
        (undone ? `; ${undone} were not done.` : "."))),
    h("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Checks" },
      tableElement(checkTable(source.checks))),
    tableBehind(() => checkData(source.checks), "checks"),
  );
}

function checkTable(found: Check[]): Table {
  return {
    columns: ["", "check", "parameters", "verdict"],
    rows: found.map((check) => [check.id, check.what, check.parameters,
      check.verdict === "passed" ? "✓ passed"
        : check.verdict === "not done" ? "– not done" : `✗ ${check.verdict}`]),
  };
}

function checkData(found: Check[]): Table {
  const rounded = (value: number | null | undefined): number | null =>
    typeof value === "number" ? Number(value.toPrecision(6)) : null;
  return {
    columns: ["check", "quantity", "expected", "got", "half-width", "band", "verdict"],
    rows: found.flatMap((check) => check.quantities.map((one) => [
      check.id, one.quantity, rounded(one.expected), rounded(one.got), rounded(one.half_width),
      rounded(one.band), one.verdict])),
  };
}
