// Lines with intervals, one a scheduler: what load, tail and speed-up have in common.
import { base, type Option, type Series } from "../charts";
import { colours, type Looks } from "../theme";
import type { Estimate } from "../points";

export interface Curve {
  /** What is said of it. */
  name: string;
  scheduler: string;
  x: number[];
  y: Estimate[];
}

export interface Line {
  name: string;
  x: number[];
  y: number[];
}

export interface Axes {
  x: Record<string, unknown>;
  y: Record<string, unknown>;
  say: (x: number, y: number) => string;
}

type RenderItem = NonNullable<import("echarts/charts").CustomSeriesOption["renderItem"]>;

/** A vertical stroke with caps, from low to high. */
const whisker: RenderItem = (_, api) => {
  const x = api.value(0);
  const low = api.coord([x, api.value(1)]);
  const high = api.coord([x, api.value(2)]);
  const style = { stroke: String(api.visual("color")), lineWidth: 1.2, fill: "none" };
  const line = (x1: number, y1: number, x2: number, y2: number) =>
    ({ type: "line" as const, shape: { x1, y1, x2, y2 }, style });
  const [at = 0, bottom = 0] = low;
  const top = high[1] ?? 0;
  if (Math.abs(top - bottom) < 2) return { type: "group", children: [] };
  return {
    type: "group",
    children: [
      line(at, bottom, at, top),
      line(at - 3, bottom, at + 3, bottom),
      line(at - 3, top, at + 3, top),
    ],
  };
};

export function curves(
  found: Curve[], references: Line[], looks: Looks, axes: Axes, step = false,
): Option {
  const series: Series[] = [];
  for (const curve of found) {
    const color = looks.colour(curve.scheduler);
    series.push({
      type: "line",
      name: curve.name,
      data: curve.x.map((x, i) => [x, curve.y[i]?.value ?? NaN]),
      color,
      step: step ? "end" : false,
      symbol: looks.symbol(curve.scheduler),
      symbolSize: 7,
      showSymbol: !step,
      itemStyle: looks.itemStyle(curve.scheduler),
      lineStyle: { width: 1.8, type: looks.dash(curve.scheduler), color },
      emphasis: { focus: "series" },
    });
    if (curve.y.some((one) => one.high > one.low)) {
      series.push({
        type: "custom",
        name: curve.name,
        renderItem: whisker,
        data: curve.x.map((x, i) => [x, curve.y[i]?.low ?? NaN, curve.y[i]?.high ?? NaN]),
        color,
        silent: true,
        z: 1,
      });
    }
  }
  const { theory } = colours();
  for (const line of references) {
    series.push({
      type: "line",
      name: line.name,
      data: line.x.map((x, i) => [x, line.y[i] ?? NaN]),
      color: theory,
      symbol: "none",
      lineStyle: { width: 1.2, type: "dotted" },
      silent: true,
      z: 1,
    });
  }
  const common = base();
  return {
    ...common,
    tooltip: {
      ...common.tooltip,
      trigger: step ? "axis" : "item",
      formatter: (given: unknown) => {
        const items = (Array.isArray(given) ? given : [given]) as {
          seriesName: string; value: number[];
        }[];
        return items
          .map((item) => {
            const [x = NaN, y = NaN] = item.value;
            return `${escape(item.seriesName)}: ${escape(axes.say(x, y))}`;
          })
          .join("<br>");
      },
    },
    xAxis: axes.x as never,
    yAxis: axes.y as never,
    series,
  };
}

/** Tooltips are markup. */
export function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

