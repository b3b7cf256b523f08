// How much more workers bring.
import { axis, base, type Option } from "../charts";
import { h } from "../dom";
import { digits, plural, times } from "../format";
import { figureGrid, legend, type Figure } from "../panel";
import { estimate, groupBy, loadOf, numbers, type Estimate, type Point } from "../points";
import { place, type Section, type View } from "../view";
import { colours } from "../theme";
import { curves, escape, type Curve, type Line } from "./curves";

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
  const curved = facets.filter(isCurve);
  // Those with one number of workers have no curve; they share a figure.
  const flat = groupBy(facets.filter((facet) => !isCurve(facet)), ({ points }) =>
    `${points[0]!.condition.key}/${most(points)}`);
  return h("div", {},
    legend(facets.flatMap((facet) => facet.points.map((point) => point.scheduler)), view.looks),
    figureGrid(curved.map((facet) => figureOf(view, facet))),
    figureGrid([...flat.values()].map((group) => dotsOf(view, group))));
}

/** Whether any scheduler ran with different numbers of workers. */
function isCurve({ points }: Facet): boolean {
  const groups = groupBy(points, (point) => point.scheduler);
  return [...groups.values()].some((group) => group.length > 1);
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
  const values = found.flatMap((curve) => curve.y.flatMap((y) => [y.low, y.high]));
  // Steps of two where there are few of them.
  const baseOf = (range: number) => (range > 40 ? 10 : 2);
  const range = Math.max(...values, greatest) / Math.min(...values, 1);
  return {
    title: `${first.workload}: speed-up`,
    note: place(view, first.condition) || undefined,
    clock: first.condition.clock,
    summary: found.map((curve) => `${curve.name}: ${curve.x.map((x, i) =>
      `${times(curve.y[i]!.value)} with ${plural(x, "worker")}`).join(", ")}`).join("; "),
    height: 280,
    option: () => curves(found, [ideal, ...greedy(points, alone)], view.looks, {
      x: axis("workers", { type: "log", logBase: baseOf(greatest), nameGap: 26, min: 1 }),
      y: axis("times as fast", { type: "log", logBase: baseOf(range), nameGap: 40 }, digits),
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

// ---- One number of workers ----------------------------------------------------------------------

interface Dot {
  workload: string;
  point: Point;
  speed: Estimate;
}

function dotsOf(view: View, facets: Facet[]): Figure {
  const sorted = [...facets].sort((a, b) =>
    a.points[0]!.workload.localeCompare(b.points[0]!.workload));
  const first = sorted[0]!.points[0]!;
  const workers = most(sorted[0]!.points);
  const dots: Dot[] = sorted.flatMap(({ points, alone }) => points
    .filter((point) => point.workers > 1)
    .map((point) => ({ workload: point.workload, point,
      speed: faster(alone, estimate(point.rows, "makespan_ns")!) })));
  return {
    title: `Times as fast with ${plural(workers, "worker")} as the fastest with one`,
    note: [place(view, first.condition), "median and range of the runs; the line is " +
      `${workers} times`].filter(Boolean).join("; "),
    clock: first.condition.clock,
    summary: `${plural(sorted.length, "workload")}, ${plural(dots.length, "point")}`,
    height: 56 + sorted.length * 24,
    option: () => dotPlot(view, sorted.map(({ points }) => points[0]!.workload), dots, workers),
    table: () => ({
      columns: ["workload", "scheduler", "workers", "times as fast", "low", "high"],
      rows: dots.map(({ workload, point, speed }) => [workload, point.scheduler, point.workers,
        digits(speed.value), digits(speed.low), digits(speed.high)]),
    }),
    wide: true,
  };
}

function dotPlot(view: View, workloads: string[], dots: Dot[], ideal: number): Option {
  const { text, faint, theory } = colours();
  const common = base();
  const groups = groupBy(dots, (dot) => dot.point.scheduler);
  const line = (at: number, type: string) => ({ xAxis: at, lineStyle: { color: theory, type } });
  return {
    ...common,
    tooltip: {
      ...common.tooltip,
      formatter: (given: unknown) => {
        const { seriesName, value } = given as { seriesName: string; value: [number, number] };
        return escape(`${workloads[value[1]] ?? ""} on ${seriesName}: ${times(value[0])}`);
      },
    },
    xAxis: axis("times as fast", { type: "log", logBase: 10, nameGap: 26 }, times) as never,
    yAxis: { type: "category", inverse: true, data: workloads, axisTick: { show: false },
      axisLabel: { color: text, interval: 0 }, axisLine: { lineStyle: { color: faint } },
      splitLine: { show: true, lineStyle: { color: colours().line } } },
    series: [...groups].map(([name, own], i) => ({
      type: "scatter" as const, name, symbol: view.looks.symbol(name), symbolSize: 10,
      itemStyle: { ...view.looks.itemStyle(name), opacity: 0.9 },
      data: own.map((dot) => [dot.speed.value, workloads.indexOf(dot.workload)]),
      markLine: i > 0 ? undefined : { silent: true, symbol: "none", label: { show: false },
        data: [line(1, "solid"), line(ideal, "dotted")] } as never,
    })),
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
