// ECharts, only those parts of it that are used; and charts that are drawn when they come near the
// window, so that a page of a hundred of them opens at once.
import { init, use, type ECharts, type ComposeOption } from "echarts/core";
import {
  BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart,
  type BarSeriesOption, type CustomSeriesOption, type HeatmapSeriesOption,
  type LineSeriesOption, type ScatterSeriesOption,
} from "echarts/charts";
import {
  DataZoomComponent, GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
  type DataZoomComponentOption, type GridComponentOption, type TooltipComponentOption,
  type VisualMapComponentOption,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { colours, onTheme, setPaper } from "./theme";

use([
  BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart, DataZoomComponent, GridComponent,
  MarkLineComponent, TooltipComponent, VisualMapComponent, CanvasRenderer,
]);

export type Series =
  | BarSeriesOption | CustomSeriesOption | HeatmapSeriesOption | LineSeriesOption
  | ScatterSeriesOption;
export type Option = ComposeOption<
  | Series | DataZoomComponentOption | GridComponentOption | TooltipComponentOption
  | VisualMapComponentOption
>;

const PAPER_WIDTH = 660;

/** A chart, from when its element comes near the window until it leaves the document. */
export class Chart {
  private drawn: ECharts | null = null;

  constructor(
    readonly element: HTMLElement,
    private readonly option: () => Option,
    private readonly onDrawn: (chart: ECharts) => void = () => undefined,
  ) {
    charts.add(this);
    nearby.observe(element);
    owners.set(element, this);
  }

  draw(): ECharts {
    if (!this.drawn) {
      this.drawn = init(this.element, null, { renderer: "canvas" });
      this.drawn.setOption(this.option());
      sizes.observe(this.element);
      this.onDrawn(this.drawn);
    }
    return this.drawn;
  }

  redraw(): void {
    this.drawn?.setOption(this.option(), { replaceMerge: ["series", "xAxis", "yAxis"] });
  }

  resize(width?: number): void {
    this.drawn?.resize(width === undefined ? undefined : { width });
  }

  image(): string {
    return this.draw().getDataURL({ pixelRatio: 2, backgroundColor: colours().background });
  }

  dispose(): void {
    nearby.unobserve(this.element);
    sizes.unobserve(this.element);
    this.drawn?.dispose();
    this.drawn = null;
    charts.delete(this);
  }
}

const charts = new Set<Chart>();
const owners = new WeakMap<Element, Chart>();

const nearby = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      nearby.unobserve(entry.target);
      owners.get(entry.target)?.draw();
    }
  },
  { rootMargin: "400px" },
);

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) owners.get(entry.target)?.resize();
});

/** Ends the charts below an element that is about to go. */
export function disposeWithin(element: Element): void {
  for (const chart of [...charts]) if (element.contains(chart.element)) chart.dispose();
}

export function watchThemeAndPaper(): void {
  onTheme(() => charts.forEach((chart) => chart.redraw()));
  addEventListener("beforeprint", () => {
    setPaper(true);
    for (const chart of charts) {
      chart.draw();
      chart.resize(Math.min(PAPER_WIDTH, chart.element.clientWidth || PAPER_WIDTH));
    }
  });
  addEventListener("afterprint", () => {
    setPaper(false);
    charts.forEach((chart) => chart.resize());
  });
}

/** What all charts have in common. */
export function base(): Option {
  const { text, background, line } = colours();
  return {
    animation: false,
    textStyle: { color: text, fontFamily: "inherit", fontSize: 12 },
    // Room for the names of the axes, which containLabel does not count.
    grid: { left: 26, right: 16, top: 12, bottom: 28, containLabel: true },
    tooltip: {
      trigger: "item",
      confine: true,
      backgroundColor: background,
      borderColor: line,
      textStyle: { color: text, fontSize: 12 },
    },
  };
}

/** `label` says how its values are written. */
export function axis(
  name: string, more: Record<string, unknown> = {}, label?: (value: number) => string,
): Record<string, unknown> {
  const { text, faint, line } = colours();
  return {
    name,
    nameLocation: "middle",
    nameTextStyle: { color: faint, fontSize: 11 },
    axisLabel: { color: text, hideOverlap: true, ...(label ? { formatter: label } : {}) },
    axisLine: { show: true, lineStyle: { color: faint } },
    splitLine: { show: true, lineStyle: { color: line } },
    ...more,
  };
}
