// Whether all workers had the same to do, and what they did with their time.
import { axis, base, type Option, type Series } from "../charts";
import { h } from "../dom";
import { digits, percent, plural } from "../format";
import { figureGrid, type Figure } from "../panel";
import { groupBy, perWorker, type Point } from "../points";
import { colours } from "../theme";
import { place, type Section, type View } from "../view";
import { escape } from "./curves";

export const fairness: Section = {
  id: "fairness",
  title: "Fairness",
  lead:
    "Left in each figure: what the workers together did with their time. Right: how busy each " +
    "worker was, beside the mean of all; at 1 all had the same to do. Jain's index says it in a " +
    "number: 1 is even, 1 over the number of workers is all on one.",
  content,
  missing: "No row says what each of several workers did.",
};

interface Shares {
  point: Point;
  /** Of all workers' time; they add up to 1. */
  states: number[];
  /** Each worker's busy time over the mean. */
  busy: number[];
  jain: number;
}

const STATES = ["busy", "searching", "parked"] as const;

function content(view: View): HTMLElement | null {
  const found = view.points.map(sharesOf).filter((one): one is Shares => one !== null);
  const facets = groupBy(found, ({ point }) => `${point.condition.key}/${point.workload}`);
  const several = [...facets.values()].filter((facet) =>
    facet.some((one) => one.point.workers > 1));
  if (several.length === 0) return null;
  return h("div", {},
    h("ul", { class: "legend" },
      entry("busy", "local"), entry("searching for work", "moved"), entry("parked", "parked")),
    figureGrid(several.map((facet) => figureOf(view, facet))));
}

function entry(name: string, colour: string): HTMLElement {
  return h("li", {}, h("span", { class: "key-box", style: `--colour:var(--${colour})` }), name);
}

function sharesOf(point: Point): Shares | null {
  const busy = perWorker(point.rows, "worker_busy_ns_per_worker");
  const sums = [busy, ...["searching", "parked"].map((state) =>
    perWorker(point.rows, `worker_${state}_ns_per_worker`))].map(sum);
  const all = sum(sums);
  const mean = sum(busy) / busy.length;
  if (busy.length === 0 || all === 0 || mean === 0) return null;
  return {
    point,
    states: sums.map((one) => one / all),
    busy: busy.map((one) => one / mean),
    jain: sum(busy) ** 2 / (busy.length * sum(busy.map((one) => one * one))),
  };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const nameOf = (one: Shares): string =>
  `${one.point.scheduler} · ${one.point.workers}`;

function figureOf(view: View, facet: Shares[]): Figure {
  const first = facet[0]!.point;
  const sorted = [...facet].sort((a, b) =>
    view.looks.order(a.point.scheduler, b.point.scheduler) || a.point.workers - b.point.workers);
  return {
    title: `${first.workload}: shares of time and of work`,
    note: place(view, first.condition) || undefined,
    clock: first.condition.clock,
    summary: sorted.map((one) => `${one.point.scheduler}, ` +
      `${plural(one.point.workers, "worker")}: busy ${percent(one.states[0]!)}, ` +
      `Jain's index ${digits(one.jain)}`).join("; "),
    height: 70 + sorted.length * 34,
    option: () => shares(view, sorted),
    table: () => ({
      columns: ["scheduler", "workers", ...STATES, "Jain's index", "least busy over mean",
        "busiest over mean"],
      rows: sorted.map((one) => [
        one.point.scheduler, one.point.workers, ...one.states.map(percent),
        Number(one.jain.toFixed(4)), digits(Math.min(...one.busy)),
        digits(Math.max(...one.busy))]),
    }),
  };
}

function shares(view: View, facet: Shares[]): Option {
  const { text, faint, local, moved, parked } = colours();
  const fill = [local, moved, parked];
  const names = facet.map(nameOf);
  const common = base();
  const most = Math.max(2, ...facet.flatMap((one) => one.busy));
  const lane = (show: boolean) => ({
    type: "category", inverse: true, data: names, axisTick: { show: false },
    axisLine: { lineStyle: { color: faint } }, splitLine: { show: false },
    axisLabel: { show, color: text, fontSize: 11, interval: 0, width: 120, overflow: "truncate" },
  });
  const bars: Series[] = STATES.map((state, i) => ({
    type: "bar", name: state, stack: "time", xAxisIndex: 0, yAxisIndex: 0, barWidth: 14,
    color: fill[i]!, data: facet.map((one) => one.states[i]!),
  }));
  const dots: Series = {
    type: "scatter", name: "busy over mean", xAxisIndex: 1, yAxisIndex: 1, symbolSize: 9,
    data: facet.flatMap((one, row) => one.busy.map((value, worker) => ({
      value: [value, row, worker],
      symbol: view.looks.symbol(one.point.scheduler),
      itemStyle: { ...view.looks.itemStyle(one.point.scheduler), opacity: 0.8 },
    }))),
    markLine: { silent: true, symbol: "none", data: [{ xAxis: 1 }], label: { show: false },
      lineStyle: { color: faint, type: "dashed" } } as never,
  };
  return {
    ...common,
    grid: [
      { left: 132, right: "38%", top: 8, bottom: 44 },
      { left: "68%", right: 14, top: 8, bottom: 44 },
    ],
    tooltip: {
      ...common.tooltip,
      formatter: (given: unknown) => {
        const item = given as { seriesName: string; value: number | number[]; dataIndex: number };
        if (!Array.isArray(item.value)) {
          const name = `${names[item.dataIndex] ?? ""} ${item.seriesName}`;
          return escape(`${name}: ${percent(item.value)}`);
        }
        const [value = 0, row = 0, worker = 0] = item.value;
        return escape(`${names[row] ?? ""}, worker ${worker}: ${digits(value)} of the mean`);
      },
    },
    xAxis: [
      { ...axis("share of time", { type: "value", min: 0, max: 1, interval: 0.5, nameGap: 26 },
        (value) => percent(value)), gridIndex: 0 },
      { ...axis("busy, over the mean", { type: "value", min: 0, max: Math.ceil(most * 10) / 10,
        nameGap: 26, splitNumber: 3 }, digits), gridIndex: 1 },
    ] as never,
    yAxis: [{ ...lane(true), gridIndex: 0 }, { ...lane(false), gridIndex: 1 }] as never,
    series: [...bars, dots],
  };
}

