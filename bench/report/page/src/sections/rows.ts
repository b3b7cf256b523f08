// The rows as they were measured, to look at and to take away.
import { download, h } from "../dom";
import { plural } from "../format";
import { csv, tableElement, type Table } from "../panel";
import { clockOf, type Row, type Source } from "../model";
import type { Section, View } from "../view";

const PAGE = 50;
const SHOWN = [
  "scheduler_spec", "workload_spec", "workers", "repetition_index", "position", "seed",
  "makespan_ns", "sojourn_p99_ns", "ns_per_op", "steals", "answer_ok", "error_message",
];

export const rows: Section = {
  id: "rows",
  title: "Raw rows",
  lead:
    "Nothing is summed up here: a line is a run. Files can be taken away whole, as they were " +
    "given, and read by loopsteal compare again; the rows that the filters let through as JSON " +
    "Lines or CSV.",
  content,
  missing: "There are no rows.",
};

interface Line {
  source: Source;
  row: Row;
}

function content(view: View): HTMLElement | null {
  const found = linesOf(view);
  if (found.length === 0) return null;
  const box = h("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Rows" });
  const where = h("span", { "aria-live": "polite" });
  let begin = 0;
  const fill = () => {
    const part = found.slice(begin, begin + PAGE);
    box.replaceChildren(tableElement(tableOf(part)));
    where.textContent = `${begin + 1} to ${begin + part.length} of ${plural(found.length, "row")}`;
    before.disabled = begin === 0;
    after.disabled = begin + PAGE >= found.length;
  };
  const button = (label: string, act: () => void) =>
    h("button", { type: "button", class: "quiet", onclick: act }, label) as HTMLButtonElement;
  const before = button("← before", () => { begin -= PAGE; fill(); });
  const after = button("after →", () => { begin += PAGE; fill(); });
  fill();
  return h("div", {},
    h("div", { class: "downloads" },
      button("Rows as JSON Lines", () => saveLines(found)),
      button("Rows as CSV", () => download("rows.csv", "text/csv", [csv(wholeTable(found))])),
      ...view.data.sources.map((source) => button(`${source.file} whole`, () => saveFile(source)))),
    box,
    h("p", { class: "pager" }, before, where, after));
}

function linesOf(view: View): Line[] {
  return view.data.sources.flatMap((source) => source.rows
    .filter((row) => view.filters.shows({
      clock: clockOf(row),
      file: source.file,
      scheduler: source.kind === "peers" ? row.peer! : row.scheduler_spec,
      workload: source.kind === "peers" ? String(row["work"]) : row.workload_spec,
      workers: row.workers,
    }))
    .map((row) => ({ source, row })));
}

type Cell = string | number | null;

function cell(value: unknown): Cell {
  if (typeof value === "number" || typeof value === "string") return value;
  if (value === undefined || value === null) return null;
  return typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

function tableOf(lines: Line[]): Table {
  const columns = SHOWN.filter((field) => lines.some(({ row }) => field in row));
  return {
    columns: ["file", "clock", ...columns.map((name) => name.replace(/_/g, " "))],
    rows: lines.map(({ source, row }) =>
      [source.file, clockOf(row), ...columns.map((field) => cell(row[field]))]),
  };
}

/** All fields that are single values, as `--format csv` has them. */
function wholeTable(lines: Line[]): Table {
  const columns = new Set<string>();
  for (const { row } of lines) {
    for (const [field, value] of Object.entries(row)) {
      if (typeof value !== "object") columns.add(field);
    }
  }
  return {
    columns: ["file", ...columns],
    rows: lines.map(({ source, row }) =>
      [source.file, ...[...columns].map((field) => cell(row[field]))]),
  };
}

function saveLines(lines: Line[]): void {
  const text = lines.map(({ source, row }) => `${JSON.stringify({ file: source.file, ...row })}\n`);
  download("rows.jsonl", "application/x-ndjson", text);
}

function saveFile(source: Source): void {
  const rest = source.kind === "checks" ? { checks: source.checks } : { benchmarks: source.rows };
  download(source.file.replace(/(\.jsonl?)?$/, ".json"), "application/json",
    [JSON.stringify({ context: source.context, ...rest }, null, 1), "\n"]);
}
