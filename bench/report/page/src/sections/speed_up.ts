// How much more workers bring.
import { axis } from "../charts";
import { h } from "../dom";
import { digits, plural, times } from "../format";
import { figureGrid, legend, type Figure } from "../panel";
import { estimate, groupBy, loadOf, numbers, type Estimate, type Point } from "../points";
import { place, type Section, type View } from "../view";
import { curves, type Curve, type Line } from "./curves";

export const speedUp: Section = {
  id: "speed-up",
  title: "Speed-up",
  lead:
    "How many times as fast as the fastest with one worker. On the dotted line every worker " +
    "brings as much as the first.",
  content,
  missing:
    "It takes one worker and more than one on the same work. A sweep has both: " +
    "loopsteal sweep bench/sweep/examples/speed_up.toml -o speed_up.json",
};

interface Facet {
  points: Point[];
  alone: number;
}

function content(view: View): HTMLElement | null {
  const facets = facetsOf(view.points);
  if (facets.length === 0) return null;
  return h("div", {},
    legend(facets.flatMap((facet) => facet.points.map((point) => point.scheduler)), view.looks),
    figureGrid(facets.map((facet) => figureOf(view, facet))));
}

/** Where requests arrive on their own the makespan is theirs to say, so those are left out. */
function facetsOf(points: Point[]): Facet[] {
  const timed = points.filter((point) => loadOf(point) === null && point.rows.length > 0 &&
    !point.rows.some((row) => row.sojourn_histogram));
  const groups = groupBy(timed, (point) => `${point.condition.key}/${point.workload}`);
  const facets: Facet[] = [];
  for (const group of groups.values()) {
    const single = group
      .filter((point) => point.workers === 1)
      .map((point) => estimate(point.rows, "makespan_ns")?.value ?? NaN)
      .filter((value) => value > 0);
    if (single.length > 0 && new Set(group.map((point) => point.workers)).size > 1) {
      facets.push({ points: group, alone: Math.min(...single) });
    }
  }
  // Those that tell most first.
  return facets.sort((a, b) => most(b.points) - most(a.points));
}

const most = (points: Point[]): number => Math.max(...points.map((point) => point.workers));

function figureOf(view: View, { points, alone }: Facet): Figure {
  const first = points[0]!;
  const found = curvesOf(points, alone);
  const greatest = most(points);
  const ideal: Line = { name: "ideal", x: [1, greatest], y: [1, greatest] };
  const base = greatest > 20 ? 10 : 2;
  return {
    title: `${first.workload}: speed-up`,
    note: place(view, first.condition) || undefined,
    clock: first.condition.clock,
    summary: found.map((curve) => `${curve.name}: ${curve.x.map((x, i) =>
      `${times(curve.y[i]!.value)} with ${plural(x, "worker")}`).join(", ")}`).join("; "),
    height: 280,
    option: () => curves(found, [ideal, ...greedy(points, alone)], view.looks, {
      x: axis("workers", { type: "log", logBase: base, nameGap: 26, min: 1 }),
      y: axis("times as fast", { type: "log", logBase: base, nameGap: 40 }, digits),
      say: (x, y) => `${times(y)} with ${plural(x, "worker")}`,
    }),
    table: () => ({
      columns: ["scheduler", "workers", "times as fast", "low", "high"],
      rows: found.flatMap((curve) => curve.x.map((x, i) => {
        const y = curve.y[i]!;
        return [curve.name, x, digits(y.value), digits(y.low), digits(y.high)];
      })),
    }),
  };
}

function curvesOf(points: Point[], alone: number): Curve[] {
  const groups = groupBy(points, (point) => point.scheduler);
  return [...groups].map(([scheduler, group]) => {
    const sorted = [...group].sort((a, b) => a.workers - b.workers);
    return {
      name: scheduler,
      scheduler,
      x: sorted.map((point) => point.workers),
      y: sorted.map((point) => faster(alone, estimate(point.rows, "makespan_ns")!)),
    };
  });
}

function faster(alone: number, time: Estimate): Estimate {
  return {
    value: alone / time.value,
    low: alone / time.high,
    high: time.low > 0 ? alone / time.low : alone / time.value,
  };
}

/** Between what any schedule ends that leaves no worker idle beside ready work. */
function greedy(points: Point[], alone: number): Line[] {
  const bounds = new Map<number, [number, number]>();
  for (const point of points) {
    const [low] = numbers(point.rows, "greedy_lower_ns");
    const [high] = numbers(point.rows, "greedy_upper_ns");
    if (low && high) bounds.set(point.workers, [alone / high, alone / low]);
  }
  const x = [...bounds.keys()].sort((a, b) => a - b);
  if (x.length < 2) return [];
  return [0, 1].map((i) => ({
    name: i === 0 ? "at least, if greedy" : "at most",
    x,
    y: x.map((workers) => bounds.get(workers)?.[i] ?? NaN),
  }));
}
