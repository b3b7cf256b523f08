// A figure: what it shows, under which clock, the chart, and the table behind it.
import { Chart, type Option } from "./charts";
import { download, h, svg } from "./dom";
import type { Looks } from "./theme";
import type { Clock } from "./model";
import type { ECharts } from "echarts/core";

export interface Table {
  columns: string[];
  rows: (string | number | null)[][];
  note?: string | undefined;
}

export interface Figure {
  title: string;
  note?: string;
  clock: Clock;
  /** For people who do not see the chart: what it says. */
  summary: string;
  height: number;
  option: () => Option;
  onDrawn?: (chart: ECharts) => void;
  table: () => Table;
  /** "Table", unless it is one of a part. */
  tableName?: string;
  /** Whether it is made anew whenever it is opened. */
  freshTable?: boolean;
  wide?: boolean;
}

/** Real and virtual time are different things: word, mark and frame say which it is. */
export function badge(clock: Clock): HTMLElement {
  return clock === "real"
    ? h("span", { class: "badge real", title: "Measured on real threads" }, "● real time")
    : h("span", { class: "badge virtual", title: "Computed in virtual time" }, "◇ virtual time");
}

export function figureElement(figure: Figure): HTMLElement {
  const canvas = h("div", {
    class: "chart",
    role: "img",
    "aria-label": `${figure.title}. ${figure.summary}`,
    style: `height:${figure.height}px`,
  });
  const chart = new Chart(canvas, figure.option, figure.onDrawn);
  const name = fileNameOf(figure.title);
  return h(
    "figure",
    { class: `panel ${figure.clock}${figure.wide ? " wide" : ""}` },
    h("figcaption", {},
      h("span", { class: "panel-title" }, figure.title), badge(figure.clock)),
    figure.note ? h("p", { class: "note" }, figure.note) : null,
    canvas,
    tableBehind(figure.table, name, {
      image: () => saveImage(chart.image(), `${name}.png`),
      title: figure.tableName,
      fresh: figure.freshTable,
    }),
  );
}

function fileNameOf(title: string): string {
  return title.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase();
}

function saveImage(url: string, name: string): void {
  const bytes = atob(url.slice(url.indexOf(",") + 1));
  download(name, "image/png", [Uint8Array.from(bytes, (c) => c.charCodeAt(0))]);
}

interface Behind {
  image?: () => void;
  title?: string | undefined;
  fresh?: boolean | undefined;
}

/** A table that is made when it is opened, with its numbers to take away. */
export function tableBehind(
  make: () => Table, name: string, { image, title = "Table", fresh }: Behind = {},
): HTMLElement {
  const body = h("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": title });
  const details = h("details", { class: "behind" }, h("summary", {}, title), body);
  details.addEventListener("toggle", () => {
    if (!(details as HTMLDetailsElement).open || (body.firstChild && !fresh)) return;
    const table = make();
    body.replaceChildren(tableElement(table));
    if (table.note) body.append(h("p", { class: "note" }, table.note));
  });
  return h(
    "div",
    { class: "panel-foot" },
    details,
    h("span", { class: "tools" },
      h("button", { type: "button", class: "quiet",
        onclick: () => download(`${name}.csv`, "text/csv", [csv(make())]) }, "CSV"),
      image ? h("button", { type: "button", class: "quiet", onclick: image }, "PNG") : null),
  );
}

/** `sortBy`: what a heading sorts by, where cells are written for people; then headings sort. */
export function tableElement(
  table: Table, { sortBy }: { sortBy?: Table["rows"] } = {},
): HTMLElement {
  const numeric = table.columns.map((_, i) => table.rows.some((row) => isNumber(row[i])));
  const body = h("tbody", {}, ...table.rows.map((row) =>
    h("tr", {}, ...row.map((cell, i) =>
      h("td", { class: numeric[i] ? "number" : "" }, cell === null ? "–" : String(cell))))));
  const lines = [...body.children];
  const head = h("tr", {}, ...table.columns.map((name, i) => {
    const heading = h("th", { class: numeric[i] ? "number" : "" }, sortBy ? "" : name);
    if (!sortBy) return heading;
    heading.append(h("button", { type: "button", class: "sort", onclick: () => {
      const falling = heading.getAttribute("aria-sort") !== "descending";
      for (const other of heading.parentElement!.children) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
      body.replaceChildren(...inOrder(lines, sortBy, i, falling));
    } }, name));
    return heading;
  }));
  return h("table", {}, h("thead", {}, head), body);
}

function inOrder(lines: Element[], by: Table["rows"], column: number, falling: boolean): Element[] {
  const sign = falling ? -1 : 1;
  return lines.map((line, i) => ({ line, value: by[i]?.[column] ?? null }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) {
        return Number(a.value === null) - Number(b.value === null);
      }
      if (typeof a.value === "number" && typeof b.value === "number") {
        return sign * (a.value - b.value);
      }
      return sign * String(a.value).localeCompare(String(b.value));
    })
    .map(({ line }) => line);
}

function isNumber(cell: string | number | null | undefined): boolean {
  if (typeof cell === "number") return true;
  return typeof cell === "string" && /^[-+]?[\d.,]+( |×|$)/.test(cell);
}

export function csv(table: Table): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? "" : String(value);
    return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return [table.columns, ...table.rows].map((row) => row.map(cell).join(",") + "\n").join("");
}

/** Figures side by side; of many, the first ones until more are asked for. */
export function figureGrid(figures: Figure[], most = 6): HTMLElement {
  const grid = h("div", { class: "grid" }, ...figures.slice(0, most).map(figureElement));
  const rest = figures.slice(most);
  if (rest.length === 0) return grid;
  const more = h("button", {
    type: "button",
    class: "more",
    onclick: () => {
      more.remove();
      grid.append(...rest.map(figureElement));
    },
  }, `Show ${rest.length} more`);
  return h("div", {}, grid, more);
}

/** Which colour, dash and mark is which scheduler. */
export function legend(names: string[], looks: Looks): HTMLElement {
  const sorted = [...new Set(names)].sort((a, b) => looks.order(a, b));
  const list = h("ul", { class: "legend series" });
  const fill = () =>
    list.replaceChildren(...sorted.map((name) => h("li", {}, swatch(name, looks), name)));
  fill();
  legends.set(list, fill);
  return list;
}

const legends = new WeakMap<Element, () => void>();

/** For another theme. */
export function redrawLegends(): void {
  document.querySelectorAll(".legend.series").forEach((list) => legends.get(list)?.());
}

function swatch(name: string, looks: Looks): HTMLElement {
  const colour = looks.colour(name);
  const dash = looks.dash(name);
  const line = svg("line", {
    x1: 0, x2: 34, y1: 7, y2: 7, stroke: colour, "stroke-width": 2,
    "stroke-dasharray": dash === "solid" ? "none" : dash.join(" "),
  });
  return h("span", { class: "swatch" },
    svg("svg", { width: 34, height: 14, "aria-hidden": "true" }, line, mark(name, looks)) as never);
}

function mark(name: string, looks: Looks): SVGElement {
  const shape = looks.symbol(name);
  const paint = { ...looks.paint(name), "stroke-width": 1.5 };
  if (shape === "circle") return svg("circle", { cx: 17, cy: 7, r: 4, ...paint });
  const points: Record<string, string> = {
    rect: "13,3 21,3 21,11 13,11",
    triangle: "17,2 21.5,11 12.5,11",
    diamond: "17,1.5 22,7 17,12.5 12,7",
  };
  return svg("polygon", { points: points[shape] ?? points["rect"] ?? "", ...paint });
}

