// How the tail grows with the load.
import { axis } from "../charts";
import { h } from "../dom";
import { digits, duration, withoutKnob } from "../format";
import { figureGrid, legend, type Figure } from "../panel";
import { estimate, groupBy, loadOf, workloadWithoutLoad, type Point } from "../points";
import { place, type Section, type View } from "../view";
import { curves, type Curve, type Line } from "./curves";

const MEASURES: [string, string][] = [
  ["sojourn_p99_ns", "p99"],
  ["sojourn_mean_ns", "mean"],
  ["sojourn_p50_ns", "p50"],
  ["sojourn_p999_ns", "p99.9"],
];

let measure = "sojourn_p99_ns";

export const load: Section = {
  id: "load",
  title: "p99 against load",
  lead:
    "How long requests stay, from their intended arrival to their end, as more of them arrive. " +
    "Where a line turns up, that scheduler has no more to give.",
  content,
  missing:
    "No row says at which load it ran, or all ran at one. A sweep does: " +
    "loopsteal sweep bench/sweep/examples/p99_against_load.toml -o load.json",
};

function content(view: View): HTMLElement | null {
  const facets = facetsOf(view.points);
  if (facets.length === 0) return null;
  const box = h("div", {});
  const fill = () => {
    const figures = facets.map((points) => figureOf(view, points));
    box.replaceChildren(figureGrid(figures));
  };
  const choice = h("select", {
    onchange: (event) => {
      measure = (event.target as HTMLSelectElement).value;
      fill();
    },
  }, ...MEASURES.map(([field, name]) =>
    h("option", { value: field, selected: field === measure }, name))) as HTMLSelectElement;
  fill();
  return h("div", {},
    h("label", { class: "inline" }, "Measure: ", choice),
    legend(facets.flat().map((point) => point.scheduler), view.looks),
    box);
}

function facetsOf(points: Point[]): Point[][] {
  const loaded = points.filter((point) =>
    loadOf(point) !== null && point.rows.some((row) => "sojourn_p99_ns" in row));
  const groups = groupBy(loaded, (point) => `${point.condition.key}/${workloadWithoutLoad(point)}`);
  return [...groups.values()].filter((group) => new Set(group.map(loadOf)).size > 1);
}

function figureOf(view: View, points: Point[]): Figure {
  const first = points[0]!;
  const name = MEASURES.find(([field]) => field === measure)?.[1] ?? measure;
  const where = place(view, first.condition);
  const title = `${withoutKnob(first.workload, "load")}: ${name} sojourn against load`;
  const found = curvesOf(points);
  const references = theoryOf(points);
  return {
    title,
    note: where || undefined,
    clock: first.condition.clock,
    summary: found.map((curve) => `${curve.name}: ${curve.x.length} loads`).join("; "),
    height: 300,
    option: () => curves(found, references, view.looks, {
      x: axis("load: arriving work, of what all workers can do", {
        type: "value", min: 0, nameGap: 26,
        max: (range: { max: number }) => (range.max <= 1 ? 1 : range.max),
      }),
      y: axis(`${name} sojourn`, { type: "log", nameGap: 50 }, duration),
      say: (x, y) => `${duration(y)} at load ${digits(x)}`,
    }),
    table: () => ({
      columns: ["scheduler", "load", `${name} sojourn (ns)`, "low", "high"],
      rows: found.flatMap((curve) => curve.x.map((x, i) => {
        const y = curve.y[i];
        return [curve.name, x, y?.value ?? null, y?.low ?? null, y?.high ?? null];
      })),
    }),
  };
}

function curvesOf(points: Point[]): Curve[] {
  const several = (scheduler: string) =>
    new Set(points.filter((p) => p.scheduler === scheduler).map((p) => p.workers)).size > 1;
  const groups = groupBy(points, (point) => `${point.scheduler}/${point.workers}`);
  return [...groups.values()].map((group) => {
    const { scheduler, workers } = group[0]!;
    const known = group
      .map((point) => ({ x: loadOf(point) ?? NaN, y: estimate(point.rows, measure) }))
      .filter((one) => one.y !== null)
      .sort((a, b) => a.x - b.x);
    return {
      name: several(scheduler) ? `${scheduler}, ${workers} workers` : scheduler,
      scheduler,
      x: known.map((one) => one.x),
      y: known.map((one) => one.y!),
    };
  }).filter((curve) => curve.x.length > 0);
}

/** What queueing theory says of the same, where a model is known. */
function theoryOf(points: Point[]): Line[] {
  const field = `theory_${measure}`;
  const models = groupBy(
    points.filter((point) => point.rows.some((row) => typeof row[field] === "number")),
    (point) => `theory: ${String(point.rows[0]?.["theory"] ?? "")}`,
  );
  return [...models].map(([name, group]) => {
    const sorted = [...group].sort((a, b) => (loadOf(a) ?? 0) - (loadOf(b) ?? 0));
    return {
      name,
      x: sorted.map((point) => loadOf(point) ?? NaN),
      y: sorted.map((point) => estimate(point.rows, field)?.value ?? NaN),
    };
  });
}
