// The page: a head, filters that stay in sight, and a section for each thing to see.
import { disposeWithin, watchThemeAndPaper } from "./charts";
import { h } from "./dom";
import { DIMENSIONS, Filters, type Dimension, type Subject } from "./filters";
import { plural } from "./format";
import { watchKeys } from "./keys";
import { readData, type ReportData } from "./model";
import { pointsOf } from "./points";
import { badge, redrawLegends } from "./panel";
import { sections } from "./sections/all";
import { apply, currentMode, Looks, nextMode, onTheme } from "./theme";
import { shows, type Section, type View } from "./view";
import "./style.css";

function main(): void {
  apply();
  const app = document.getElementById("app")!;
  try {
    draw(app, readData());
  } catch (error) {
    app.replaceChildren(h("main", { id: "main", class: "failure" },
      h("h1", {}, "This report cannot be shown"), h("p", {}, String(error))));
  }
}

function draw(app: HTMLElement, data: ReportData): void {
  const subjects = subjectsOf(data);
  const names = subjects.flatMap((subject) => subject.scheduler ?? []);
  const looks = new Looks([...new Set(names)].sort((a, b) => rank(data, a) - rank(data, b)));
  const filters = new Filters(valuesOf(subjects, looks));
  // In the file they stand as they were interleaved.
  const points = pointsOf(data.sources).sort((a, b) =>
    a.workload.localeCompare(b.workload) || looks.order(a.scheduler, b.scheduler));
  const view: View = { data, filters, looks, points };
  const boxes = sections.map((section) => ({ section, body: h("div", { class: "section-body" }) }));
  const fill = () => {
    view.points = points.filter((point) => shows(view, point));
    for (const { section, body } of boxes) fillSection(view, section, body);
  };
  app.replaceChildren(
    header(data),
    h("div", { class: "bar" }, nav(), filters.element),
    h("main", { id: "main", tabindex: -1 }, ...flaws(data),
      ...boxes.map(({ section, body }) => h("section", { id: section.id, tabindex: -1 },
        h("h2", {}, section.title), h("p", { class: "lead" }, section.lead), body))),
    footer(data),
  );
  document.title = `loopsteal report: ${data.sources.map((source) => source.file).join(", ")}`;
  filters.onChange(fill);
  onTheme(() => repaint(view, boxes));
  watchThemeAndPaper();
  watchKeys();
  fill();
}

/** Colours that stand in markup follow the theme; charts see to themselves. */
function repaint(view: View, boxes: { section: Section; body: HTMLElement }[]): void {
  for (const { section, body } of boxes) {
    if (section.repaints) fillSection(view, section, body);
  }
  redrawLegends();
}

function fillSection(view: View, section: Section, body: HTMLElement): void {
  disposeWithin(body);
  const content = section.content(view);
  body.replaceChildren(content ?? h("p", { class: "missing" },
    view.filters.any()
      ? "Nothing that the filters let through. " : "", section.missing));
}

function header(data: ReportData): HTMLElement {
  const results = data.sources.filter((source) => source.kind !== "checks");
  const rows = results.reduce((sum, source) => sum + source.rows.length, 0);
  const clocks = new Set([
    ...data.sources.map((source) => source.clock),
    ...data.timelines.map((timeline) => timeline.clock),
  ]);
  const mode = h("button", { type: "button", class: "quiet", id: "theme",
    onclick: () => { mode.textContent = themeLabel(nextMode()); } }, themeLabel(currentMode()));
  return h("header", { class: "top" },
    h("div", {},
      h("h1", {}, "loopsteal report"),
      h("p", { class: "what" },
        [plural(rows, "row"), "from", plural(data.sources.length, "file"),
          ...(data.timelines.length ? ["and", plural(data.timelines.length, "timeline")] : []),
          "·", data.written.slice(0, 10), "·", data.program].join(" "))),
    h("div", { class: "top-tools" },
      ...(["real", "virtual"] as const).filter((clock) => clocks.has(clock)).map(badge),
      mode,
      h("button", { type: "button", class: "quiet", onclick: () => print() }, "Print"),
      h("button", { type: "button", class: "quiet", id: "keys", "aria-haspopup": "dialog" },
        "Keys ?")));
}

function themeLabel(mode: string): string {
  return `Theme: ${mode}`;
}

/** Not plain links: the address holds the filters. */
function nav(): HTMLElement {
  return h("nav", { "aria-label": "Sections" }, ...sections.map((section) =>
    h("a", {
      href: `#${section.id}`,
      onclick: (event) => {
        event.preventDefault();
        const target = document.getElementById(section.id);
        target?.scrollIntoView();
        target?.focus({ preventScroll: true });
      },
    }, section.title)));
}

function flaws(data: ReportData): HTMLElement[] {
  return data.sources.filter((source) => source.flaw).map((source) =>
    h("p", { class: "flaw", role: "alert" },
      `${source.flaw} ${plural(source.rows.length, "whole row")} are shown.`));
}

function footer(data: ReportData): HTMLElement {
  return h("footer", {}, h("p", {}, "Made by ", h("code", {}, data.command),
    ". Drawn with Apache ECharts (Apache-2.0), which is in this file; nothing is fetched."));
}

function subjectsOf(data: ReportData): Subject[] {
  const subjects: Subject[] = [];
  for (const source of data.sources) {
    const { file, clock } = source;
    if (source.rows.length === 0) subjects.push({ file, clock });
    for (const row of source.rows) {
      subjects.push({
        file,
        clock: row.machine === "sim" ? "virtual" : "real",
        scheduler: source.kind === "peers" ? row.peer : row.scheduler_spec,
        workload: source.kind === "peers" ? String(row["work"]) : row.workload_spec,
        workers: row.workers,
      });
    }
  }
  for (const { clock, scheduler, workload, workers, file } of data.timelines) {
    subjects.push({ clock, scheduler, workload, workers, file });
  }
  return subjects;
}

/**
 * Place of a scheduler: in the order of the catalog, then our own program among its peers, then all
 * others. So a scheduler looks the same in every report.
 */
function rank(data: ReportData, name: string): number {
  const order = [...data.schedulers, "loopsteal"];
  const place = order.indexOf(name.split(":", 1)[0] ?? name);
  return place < 0 ? order.length : place;
}

function valuesOf(subjects: Subject[], looks: Looks): Map<Dimension, string[]> {
  const values = new Map<Dimension, string[]>();
  for (const dimension of DIMENSIONS) {
    const found = new Set<string>();
    for (const subject of subjects) {
      const value = subject[dimension];
      if (value !== undefined) found.add(String(value));
    }
    const sorted = [...found];
    if (dimension === "workers") sorted.sort((a, b) => Number(a) - Number(b));
    if (dimension === "scheduler") sorted.sort((a, b) => looks.order(a, b));
    if (dimension === "workload") sorted.sort();
    values.set(dimension, sorted);
  }
  return values;
}

main();
