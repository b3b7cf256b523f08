// The timeline as a chart: a lane a worker, arrows over them, and a slider below.
import { graphic } from "echarts/core";
import { axis, base, type Option, type Series } from "../charts";
import { duration } from "../format";
import { colours } from "../theme";
import { arrowsIn, rectangles, STATES, type Arrow, type Timeline } from "./slices";

/** More of them in one window are a tangle; their number is said instead. */
export const ARROWS_MOST = 400;
/** More lanes than this are thinner than a pixel of their own. */
export const TRACKS_MOST = 200;

const SLICES = "loopsteal-slices";
const LANE = 0.72;

// All rectangles of one colour are one shape: thousands of shapes would be slow.
graphic.registerShape(SLICES, graphic.extendShape({
  shape: { rectangles: [] as number[], x: 0, y: 0, height: 1 },
  buildPath(context: CanvasRenderingContext2D, shape: {
    rectangles: number[]; x: number; y: number; height: number;
  }) {
    const all = shape.rectangles;
    for (let i = 0; i < all.length; i += 4) {
      const [x, y, width, height] = [all[i]!, all[i + 1]!, all[i + 2]!, all[i + 3]!];
      context.rect(shape.x + x, shape.y + y * shape.height, width, height * shape.height);
    }
  },
}) as never);

export interface Span {
  from: number;
  to: number;
}

export function heightOf(timeline: Timeline): number {
  const lanes = Math.min(TRACKS_MOST, timeline.tracks.length);
  return 76 + Math.round(lanes * Math.max(5, Math.min(34, 520 / lanes)));
}

/** A time on an axis: with as many decimals as tell neighbours apart. */
export function moment(ns: number, span: number): string {
  if (ns === 0) return "0";
  const [factor, unit] = ns >= 1e9 ? [1e9, "s"] : ns >= 1e6 ? [1e6, "ms"]
    : ns >= 1e3 ? [1e3, "µs"] : [1, "ns"];
  const decimals = Math.max(0, Math.min(9, Math.ceil(-Math.log10(span / 10 / factor))));
  return `${(ns / factor).toFixed(decimals)} ${unit}`;
}

type RenderItem = NonNullable<import("echarts/charts").CustomSeriesOption["renderItem"]>;
type Rendered = ReturnType<RenderItem>;

export function drawing(timeline: Timeline, span: () => Span): Option {
  const { text, faint, line, background } = colours();
  const tracks = timeline.tracks.slice(0, TRACKS_MOST);
  const common = base();
  const end = Math.max(1, timeline.packed.end_ns);
  return {
    ...common,
    grid: { left: 8, right: 22, top: 8, bottom: 50, containLabel: true },
    tooltip: { show: false },
    xAxis: axis("", { type: "value", min: 0, max: end, splitNumber: 6,
      axisLine: { show: true, onZero: false, lineStyle: { color: faint } } },
    (ns) => moment(ns, span().to - span().from)) as never,
    yAxis: { type: "category", inverse: true, data: tracks.map((track) => track.name),
      axisTick: { show: false }, splitLine: { show: false },
      axisLine: { lineStyle: { color: line } },
      axisLabel: { color: text, fontSize: 11 } },
    dataZoom: [
      { type: "inside", filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false,
        moveOnMouseMove: true, startValue: span().from, endValue: span().to, minValueSpan: 20 },
      { type: "slider", filterMode: "none", startValue: span().from, endValue: span().to,
        minValueSpan: 20, height: 20, bottom: 8, borderColor: line, showDataShadow: false,
        textStyle: { color: faint }, backgroundColor: background, labelFormatter: (ns: number) =>
          duration(ns) },
    ],
    series: [lanes(timeline, tracks.length), arrows(timeline, tracks.length)],
  };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function windowOf(api: Parameters<RenderItem>[1], box: Box): Span {
  // The axis is linear, so two points tell where its ends are.
  const zero = api.coord([0, 0])[0] ?? 0;
  const perNs = ((api.coord([1e6, 0])[0] ?? 0) - zero) / 1e6;
  return { from: (box.x - zero) / perNs, to: (box.x + box.width - zero) / perNs };
}

function lanes(timeline: Timeline, count: number): Series {
  const fill = colours();
  const render: RenderItem = (params, api) => {
    const box = params.coordSys as unknown as Box;
    const own = Number(api.value(1));
    const { from, to } = windowOf(api, box);
    const band = box.height / count;
    const top = (api.coord([0, own])[1] ?? 0) - (band * LANE) / 2;
    const found = rectangles(timeline.tracks[own]!, own, from, to, box.width);
    return {
      type: "group",
      children: STATES.map((state) => ({
        type: SLICES as never,
        silent: true,
        shape: { rectangles: found[state], x: box.x, y: top, height: band * LANE },
        style: { fill: fill[state] },
      })),
    } as Rendered;
  };
  return { type: "custom", clip: true, renderItem: render, z: 2,
    data: Array.from({ length: count }, (_, own) => [0, own]), encode: { x: -1, y: 1 } };
}

function arrows(timeline: Timeline, count: number): Series {
  const render: RenderItem = (params, api) => {
    const box = params.coordSys as unknown as Box;
    const { from, to } = windowOf(api, box);
    const found = arrowsIn(timeline, from, to);
    if (found.length > ARROWS_MOST) return { type: "group", children: [] };
    const place = (ns: number, track: number): [number, number] => {
      const [x = 0, y = 0] = api.coord([ns, track]);
      return [x, y];
    };
    return { type: "group", children: found
      .filter((arrow) => arrow.from < count && arrow.to < count)
      .flatMap((arrow) => arrowShapes(arrow, place)) } as Rendered;
  };
  return { type: "custom", clip: true, renderItem: render, z: 3, silent: true, data: [[0, 0]],
    encode: { x: -1, y: 1 } };
}

function arrowShapes(arrow: Arrow, place: (ns: number, track: number) => [number, number]) {
  const [x1, y1] = place(arrow.begin, arrow.from);
  const [x2, y2] = place(arrow.end, arrow.to);
  const colour = arrow.steal ? colours().steal : colours().wake;
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const head = 6;
  const [bx, by] = [x2 - dx * head, y2 - dy * head];
  return [
    { type: "line", shape: { x1, y1, x2: bx, y2: by },
      style: { stroke: colour, lineWidth: 1.4, lineDash: arrow.steal ? null : [4, 3] } },
    { type: "polygon", shape: { points: [
      [x2, y2], [bx - dy * 3.5, by + dx * 3.5], [bx + dy * 3.5, by - dx * 3.5]] },
    style: { fill: colour } },
  ];
}
