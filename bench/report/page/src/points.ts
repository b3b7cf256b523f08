// Rows put together: all repetitions of one point, and all points that may stand in one chart.
import { knobs, withoutKnob } from "./format";
import { clockOf, type Clock, type Histogram, type Row, type Source } from "./model";

/** What must be the same for numbers to stand in one chart: clock and machine above all. */
export interface Condition {
  key: string;
  source: Source;
  clock: Clock;
  costs: string;
  size: string;
}

/** Repetitions of the same. */
export interface Point {
  condition: Condition;
  scheduler: string;
  workload: string;
  workers: number;
  rows: Row[];
}

export interface Estimate {
  value: number;
  low: number;
  high: number;
}

const SEPARATOR = "\u0000";

export function pointsOf(sources: Source[]): Point[] {
  const points = new Map<string, Point>();
  const conditions = new Map<string, Condition>();
  sources.forEach((source, index) => {
    if (source.kind !== "results") return;
    for (const row of source.rows) {
      const condition = conditionOf(conditions, source, index, row);
      const parts = [condition.key, row.workload_spec, row.scheduler_spec, row.workers];
      const key = parts.join(SEPARATOR);
      let point = points.get(key);
      if (!point) {
        point = {
          condition,
          scheduler: row.scheduler_spec,
          workload: row.workload_spec,
          workers: row.workers,
          rows: [],
        };
        points.set(key, point);
      }
      if (!row.error_occurred) point.rows.push(row);
    }
  });
  return [...points.values()];
}

function conditionOf(
  known: Map<string, Condition>, source: Source, index: number, row: Row,
): Condition {
  const costs = row.costs ?? "";
  const size = row.size ?? "";
  const key = [index, row.machine, costs, size].join(SEPARATOR);
  let condition = known.get(key);
  if (!condition) {
    condition = { key, source, clock: clockOf(row), costs, size };
    known.set(key, condition);
  }
  return condition;
}

export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function loadOf(point: Point): number | null {
  const stated = point.rows[0]?.load;
  if (typeof stated === "number") return stated;
  const knob = knobs(point.workload).get("load");
  return knob === undefined ? null : Number(knob);
}

export function workloadWithoutLoad(point: Point): string {
  return withoutKnob(point.workload, "load");
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export function numbers(rows: Row[], field: string): number[] {
  return rows.map((row) => row[field]).filter((value): value is number =>
    typeof value === "number" && Number.isFinite(value));
}

/** The field over the rows of a point: with the row's own 95 % interval where it has one, else the
 * median and the range of the repetitions. */
export function estimate(rows: Row[], field: string): Estimate | null {
  const values = numbers(rows, field);
  if (values.length === 0) return null;
  const value = median(values);
  const half = numbers(rows, field.replace(/_ns$/, "_ci95_ns"));
  if (half.length === values.length) {
    const width = median(half) / Math.sqrt(half.length);
    return { value, low: Math.max(0, value - width), high: value + width };
  }
  return { value, low: Math.min(...values), high: Math.max(...values) };
}

/** Upper edges of bins in ns, and the share of all samples above each. Histograms of one error have
 * the same bins, so counts add up. */
export function tail(rows: Row[], field = "sojourn_histogram"): { at: number[]; share: number[] } {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const histogram = row[field] as Histogram | undefined;
    histogram?.upper_ns.forEach((upper, i) => {
      counts.set(upper, (counts.get(upper) ?? 0) + (histogram.counts[i] ?? 0));
    });
  }
  const at = [...counts.keys()].sort((a, b) => a - b);
  const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
  let above = all;
  const share = at.map((edge) => (above -= counts.get(edge) ?? 0) / all);
  // Nobody is above the last bin, and nought has no place on a logarithmic axis.
  return { at: at.slice(0, -1), share: share.slice(0, -1) };
}

/** Sums of lists that belong to workers. */
export function perWorker(rows: Row[], field: string): number[] {
  const sum: number[] = [];
  for (const row of rows) {
    const list = row[field];
    if (!Array.isArray(list)) continue;
    list.forEach((value: number, i) => (sum[i] = (sum[i] ?? 0) + value));
  }
  return sum;
}
