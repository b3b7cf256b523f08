// The number of jobs that each thief took from each victim.
import { axis, base, type Option } from "../charts";
import { h } from "../dom";
import { count, digits, plural, short } from "../format";
import { figureGrid, type Figure } from "../panel";
import { median, numbers, type Point } from "../points";
import { colours, isDark } from "../theme";
import { place, type Section, type View } from "../view";
import { escape } from "./curves";

/** More cells than this on a side are put together into blocks. */
const SIDE_MOST = 40;

export const steals: Section = {
  id: "steals",
  title: "Steal matrix",
  lead:
    "How many jobs each thief (row) took from each victim (column), in the mean of the runs. " +
    "Work that starts in one place shows as one dark column.",
  content,
  missing: "Nothing was stolen in these results, or nobody had anybody to steal from.",
};

interface Matrix {
  point: Point;
  cells: number[][];
  /** How many workers stand for one row. */
  block: number;
  total: number;
}

function content(view: View): HTMLElement | null {
  const found = view.points
    .map(matrixOf)
    .filter((matrix): matrix is Matrix => matrix !== null)
    .sort((a, b) => b.total - a.total);
  if (found.length === 0) return null;
  return h("div", {}, figureGrid(found.map((matrix) => figureOf(view, matrix))));
}

function matrixOf(point: Point): Matrix | null {
  const rows = point.rows.filter((row) => Array.isArray(row.steal_matrix));
  const side = rows[0]?.steal_matrix?.length ?? 0;
  if (side < 2) return null;
  const block = Math.ceil(side / SIDE_MOST);
  const size = Math.ceil(side / block);
  const cells = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  let total = 0;
  for (const row of rows) {
    row.steal_matrix?.forEach((line, thief) => line.forEach((jobs, victim) => {
      const cellRow = cells[Math.floor(thief / block)]!;
      const column = Math.floor(victim / block);
      cellRow[column] = (cellRow[column] ?? 0) + jobs / rows.length;
      total += jobs / rows.length;
    }));
  }
  return total > 0 ? { point, cells, block, total } : null;
}

function nameOf(matrix: Matrix, index: number): string {
  if (matrix.block === 1) return String(index);
  return `${index * matrix.block}–${index * matrix.block + matrix.block - 1}`;
}

function figureOf(view: View, matrix: Matrix): Figure {
  const { point, total, cells } = matrix;
  const locality = numbers(point.rows, "locality");
  const notes = [place(view, point.condition), `${short(total)} jobs stolen a run`];
  if (locality.length) notes.push(`${digits(median(locality) * 100)} % ran where made ready`);
  return {
    title: `${point.workload} on ${point.scheduler}: steals`,
    note: notes.filter(Boolean).join(", "),
    clock: point.condition.clock,
    summary: `${plural(Math.round(total), "job")} stolen a run among ` +
      plural(point.workers, "worker"),
    height: 280,
    option: () => heatMap(matrix),
    table: () => ({
      columns: ["thief", "victim", "jobs a run"],
      rows: cells.flatMap((line, thief) => line.flatMap((jobs, victim) => jobs > 0
        ? [[nameOf(matrix, thief), nameOf(matrix, victim), Number(jobs.toPrecision(4))]] : [])),
    }),
  };
}

function heatMap(matrix: Matrix): Option {
  const { cells } = matrix;
  const { text, background } = colours();
  const most = Math.max(...cells.flat());
  const names = cells.map((_, i) => nameOf(matrix, i));
  const common = base();
  const category = (name: string, more: Record<string, unknown>) => ({
    ...axis(name), type: "category", data: names, splitLine: { show: false },
    axisTick: { show: false }, ...more,
  });
  return {
    ...common,
    grid: { left: 30, right: 70, top: 8, bottom: 30, containLabel: true },
    tooltip: {
      ...common.tooltip,
      formatter: (given: unknown) => {
        const [victim = 0, thief = 0, jobs = 0] = (given as { value: number[] }).value;
        return escape(`worker ${names[thief] ?? ""} took ${digits(jobs)} from ` +
          `worker ${names[victim] ?? ""}`);
      },
    },
    xAxis: category("victim", { nameGap: 26 }) as never,
    yAxis: category("thief", { inverse: true, nameGap: 30 }) as never,
    visualMap: {
      min: 0, max: most, orient: "vertical", right: 0, top: "middle", itemHeight: 120,
      itemWidth: 12, text: [short(most), "0"], textStyle: { color: text }, calculable: false,
      // One hue from little to much: it reads without colour, too.
      inRange: { color: isDark() ? ["#1d2833", "#4ba3db", "#e8f5ff"]
        : ["#f1f5f9", "#56a7d8", "#08306b"] },
    },
    series: [{
      type: "heatmap",
      data: cells.flatMap((line, thief) => line.map((jobs, victim) => [victim, thief, jobs])),
      itemStyle: { borderColor: background, borderWidth: cells.length > 20 ? 0 : 1 },
      label: { show: cells.length <= 8, fontSize: 11,
        formatter: (given: unknown) => {
          const jobs = (given as { value: number[] }).value[2] ?? 0;
          return jobs > 0 ? (jobs >= 1000 ? short(jobs) : count(jobs)) : "";
        } },
    }],
  };
}
