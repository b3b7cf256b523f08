// What the schedulers counted, under Tokio's names.
import { h } from "../dom";
import { digits, duration, short } from "../format";
import { badge, tableBehind, tableElement, type Table } from "../panel";
import { groupBy, median, numbers, type Point } from "../points";
import { host, type Section, type View } from "../view";

export const counters: Section = {
  id: "counters",
  title: "Counters",
  lead:
    "Totals over the workers, the median of the runs; the names are Tokio's. Columns that are " +
    "nought everywhere are left out. A heading sorts.",
  content,
  missing: "There are no rows of schedulers here.",
};

let sought = "";

function content(view: View): HTMLElement | null {
  const conditions = groupBy(
    view.points.filter((point) => point.rows.length > 0), (point) => point.condition.key);
  if (conditions.size === 0) return null;
  const boxes = [...conditions.values()].map(block);
  const fill = () => boxes.forEach(({ show }) => show(sought));
  const field = h("input", { type: "search", value: sought, placeholder: "workload or scheduler",
    oninput: (event) => {
      sought = (event.target as HTMLInputElement).value;
      fill();
    } });
  fill();
  return h("div", {}, h("label", { class: "inline" }, "Only lines with: ", field),
    ...boxes.map(({ element }) => element));
}

function block(points: Point[]): { element: HTMLElement; show: (text: string) => void } {
  const { condition } = points[0]!;
  const { source, clock, costs } = condition;
  const exact = tableOf(points, (value) => Number(value.toPrecision(6)));
  const shown = tableOf(points, (value, field) =>
    field.endsWith("_ns") ? duration(value) : field === "locality" ? digits(value) : short(value));
  const box = h("div", { class: "table-box", tabindex: 0, role: "region",
    "aria-label": `Counters of ${source.file}` });
  const words = [source.file, costs && `costs ${costs}`, clock === "real" && host(source)];
  const element = h("article", { class: `card ${clock}` },
    h("header", {}, h("h3", {}, "Counters"), badge(clock),
      h("span", { class: "where" }, words.filter(Boolean).join(" · "))),
    box,
    tableBehind(() => exact, `counters-${source.file}`, { title: "In full digits" }));
  const show = (text: string) => {
    const wanted = text.toLowerCase();
    const kept = shown.rows.map((row, i) => ({ row, exact: exact.rows[i]! }))
      .filter(({ row }) => `${row[0]} ${row[1]}`.toLowerCase().includes(wanted));
    box.replaceChildren(tableElement(
      { columns: shown.columns.map((name) => name.replace(/^worker_|_ns$|_count$/g, "")),
        rows: kept.map((one) => one.row) },
      { sortBy: kept.map((one) => one.exact) }));
  };
  return { element, show };
}

const FIRST = ["makespan_ns", "sojourn_p99_ns", "steals", "locality"];

function tableOf(points: Point[], write: (value: number, field: string) => string | number): Table {
  const fields = fieldsOf(points);
  return {
    columns: ["workload", "scheduler", "workers", ...fields],
    rows: points.map((point) => [
      point.workload, point.scheduler, point.workers,
      ...fields.map((field) => {
        const values = numbers(point.rows, field);
        return values.length ? write(median(values), field) : null;
      })]),
  };
}

function fieldsOf(points: Point[]): string[] {
  const found = new Set<string>();
  for (const { rows } of points) {
    for (const [field, value] of Object.entries(rows[0] ?? {})) {
      if (typeof value !== "number" || value === 0) continue;
      if (field.startsWith("worker_") || field === "remote_schedule_count") found.add(field);
    }
  }
  return [...FIRST.filter((field) => points.some(({ rows }) => numbers(rows, field).length > 0)),
    ...found];
}
