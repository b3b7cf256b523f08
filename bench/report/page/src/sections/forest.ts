// Ratios with their intervals, one below the other.
import { axis, base, type Option } from "../charts";
import { digits, times } from "../format";
import type { Ratio } from "../model";
import { colours } from "../theme";
import { escape } from "./curves";

export interface Bar {
  label: string;
  scheduler: string;
  ratio: Ratio;
  verdict: string;
  /** The ratio in words, with its interval. */
  words?: string;
}

export function interval(ratio: Ratio): string {
  if (ratio.low === null || ratio.high === null) return "no interval: one run";
  return `${digits(ratio.low)} – ${digits(ratio.high)}`;
}

export function orNull(value: number | null | undefined): string | null {
  return typeof value === "number" ? digits(value) : null;
}

export function forest(bars: Bar[], colourOf: (bar: Bar) => string, aim: number): Option {
  const { text, faint, background } = colours();
  const common = base();
  return {
    ...common,
    grid: { left: 8, right: 20, top: 8, bottom: 28, containLabel: true },
    tooltip: {
      ...common.tooltip,
      formatter: (given: unknown) => {
        const bar = bars[(given as { dataIndex: number }).dataIndex]!;
        const words = bar.words ?? `${times(bar.ratio.value)}, ${interval(bar.ratio)}`;
        return `${escape(bar.label)}<br>${escape(words)}: ${escape(bar.verdict)}`;
      },
    },
    xAxis: axis("ratio", { type: "log", nameGap: 24 }, times) as never,
    yAxis: { type: "category", inverse: true, data: bars.map((bar) => bar.label),
      axisTick: { show: false }, axisLabel: { color: text, interval: 0, fontSize: 11 },
      axisLine: { lineStyle: { color: faint } } },
    series: [{
      type: "custom",
      data: bars.map((bar, i) => [
        bar.ratio.value, i, bar.ratio.low ?? bar.ratio.value, bar.ratio.high ?? bar.ratio.value]),
      encode: { x: [0, 2, 3], y: 1 },
      markLine: { silent: true, symbol: "none", data: [{ xAxis: aim }],
        lineStyle: { color: faint, type: "solid" }, label: { show: false } } as never,
      renderItem: (params, api) => {
        const bar = bars[params.dataIndex]!;
        const colour = colourOf(bar);
        const [x = 0, y = 0] = api.coord([api.value(0), api.value(1)]);
        const [low = 0] = api.coord([api.value(2), api.value(1)]);
        const [high = 0] = api.coord([api.value(3), api.value(1)]);
        const open = bar.verdict === "tie" || bar.verdict === "undecided";
        return { type: "group", children: [
          { type: "line", shape: { x1: low, y1: y, x2: high, y2: y },
            style: { stroke: colour, lineWidth: 2 } },
          { type: "circle", shape: { cx: x, cy: y, r: 4.5 },
            style: { fill: open ? background : colour, stroke: colour, lineWidth: 2 } }] };
      },
    }],
  };
}
