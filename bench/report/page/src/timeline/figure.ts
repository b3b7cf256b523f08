// A timeline that can be moved in: by wheel, by slider, by buttons and by keys.
import { graphic, type ECharts } from "echarts/core";
import { h } from "../dom";
import { count, duration, plural } from "../format";
import { figureElement, type Table } from "../panel";
import { colours } from "../theme";
import { ARROWS_MOST, drawing, heightOf, moment, TRACKS_MOST, type Span } from "./drawing";
import { arrowsIn, firstAfter, sliceAt, slicesIn, stateOf, type Timeline } from "./slices";

const ROWS_MOST = 500;
const LEAST_SPAN_NS = 20;

export class TimelineFigure {
  readonly element: HTMLElement;
  private span: Span;
  private readonly whole: Span;
  private chart: ECharts | null = null;
  private readonly mark = new graphic.Rect({ silent: true, z: 100 });
  private track = 0;
  private slice = -1;
  private readonly view = h("p", { class: "timeline-view", "aria-live": "polite" });
  private readonly said = h("p", { class: "timeline-slice", "aria-live": "polite" });

  constructor(private readonly timeline: Timeline) {
    const { packed } = timeline;
    this.whole = { from: 0, to: Math.max(LEAST_SPAN_NS, packed.end_ns) };
    this.span = { ...this.whole };
    this.element = this.build();
    this.tell();
  }

  private build(): HTMLElement {
    const { packed, slices, arrows, tracks } = this.timeline;
    const steals = arrows.filter((arrow) => arrow.steal).length;
    const what = `${plural(slices, "slice")}, ${plural(steals, "steal")}, ` +
      `${plural(arrows.length - steals, "wake")} on ${plural(packed.workers, "worker")}`;
    const figure = figureElement({
      title: `${packed.workload} on ${packed.scheduler}`,
      note: [packed.file, what, ...this.gaps()].join("; "),
      clock: packed.clock,
      summary: `${what}, ${duration(packed.end_ns)}. Focus it and use the arrow keys, plus and ` +
        `minus, n and p.`,
      height: heightOf(this.timeline),
      option: () => drawing(this.timeline, () => this.span),
      onDrawn: (chart) => this.drawn(chart),
      table: () => this.table(),
      tableName: "Table of what is in view",
      freshTable: true,
      wide: true,
    });
    figure.classList.add("timeline");
    const canvas = figure.querySelector<HTMLElement>(".chart")!;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.before(h("div", { class: "timeline-tools" }, ...this.buttons(), key()));
    canvas.after(this.view, this.said);
    if (tracks.length > TRACKS_MOST) {
      canvas.before(h("p", { class: "note" },
        `The first ${TRACKS_MOST} of ${count(tracks.length)} tracks are drawn.`));
    }
    return figure;
  }

  /** What is missing, which must not be taken for idleness. */
  private gaps(): string[] {
    const { packed } = this.timeline;
    const gaps = [];
    if (packed.left_out > 0) {
      gaps.push(`the first ${duration(packed.end_ns)}: ${plural(packed.left_out, "later slice")} ` +
        "left out (--slices)");
    }
    if (packed.dropped > 0) {
      gaps.push(`${plural(packed.dropped, "event")} at the end were not kept by the run`);
    }
    return gaps;
  }

  private buttons(): HTMLElement[] {
    const button = (label: string, name: string, act: () => void) =>
      h("button", { type: "button", class: "quiet", "aria-label": name, title: name, onclick: act },
        label);
    return [
      button("−", "Further away", () => this.zoom(2)),
      button("+", "Closer", () => this.zoom(0.5)),
      button("←", "Earlier", () => this.move(-0.25)),
      button("→", "Later", () => this.move(0.25)),
      button("All", "All of it", () => this.show(this.whole)),
      button("First steal", "Go to the first steal", () => this.showSteal()),
    ];
  }

  private drawn(chart: ECharts): void {
    this.chart = chart;
    chart.getZr().add(this.mark);
    chart.on("datazoom", () => this.follow());
    chart.on("finished", () => this.place());
    chart.getZr().on("mousemove", (event: { offsetX: number; offsetY: number }) =>
      this.point(event.offsetX, event.offsetY));
    this.tell();
  }

  // ---- Moving -----------------------------------------------------------------------------------

  private show(span: Span): void {
    const width = Math.min(this.whole.to, Math.max(LEAST_SPAN_NS, span.to - span.from));
    const from = Math.max(0, Math.min(span.from, this.whole.to - width));
    this.span = { from, to: from + width };
    this.chart?.dispatchAction({ type: "dataZoom", startValue: from, endValue: from + width });
    this.tell();
  }

  private zoom(factor: number): void {
    const track = this.timeline.tracks[this.track];
    const selected = track && this.slice >= 0 ? track.begin[this.slice]! : NaN;
    const { from, to } = this.span;
    // Around what is selected, where that is in sight.
    const centre = selected >= from && selected <= to ? selected : (from + to) / 2;
    const share = (centre - from) / (to - from);
    const width = (to - from) * factor;
    this.show({ from: centre - share * width, to: centre + (1 - share) * width });
  }

  private move(share: number): void {
    const by = (this.span.to - this.span.from) * share;
    this.show({ from: this.span.from + by, to: this.span.to + by });
  }

  private showSteal(): void {
    const steal = this.timeline.arrows.find((arrow) => arrow.steal);
    if (!steal) {
      this.said.textContent = "Nothing was stolen.";
      return;
    }
    this.select(steal.to, firstAfter(this.timeline.tracks[steal.to]!, steal.begin));
    const width = Math.max(LEAST_SPAN_NS, (this.whole.to - this.whole.from) / 200);
    this.show({ from: steal.begin - width / 3, to: steal.begin + (2 * width) / 3 });
  }

  /** The reader has moved by wheel or slider. */
  private follow(): void {
    const option = this.chart?.getOption() as
      { dataZoom?: { startValue?: number; endValue?: number }[] } | undefined;
    const { startValue = 0, endValue = this.whole.to } = option?.dataZoom?.[0] ?? {};
    this.span = { from: startValue, to: endValue };
    this.tell();
  }

  private key(event: KeyboardEvent): void {
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.move(-0.1),
      ArrowRight: () => this.move(0.1),
      ArrowUp: () => this.otherTrack(-1),
      ArrowDown: () => this.otherTrack(1),
      n: () => this.step(1),
      p: () => this.step(-1),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      Home: () => this.show(this.whole),
      s: () => this.showSteal(),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  // ---- Slices -----------------------------------------------------------------------------------

  private otherTrack(by: number): void {
    const tracks = Math.min(TRACKS_MOST, this.timeline.tracks.length);
    const next = Math.max(0, Math.min(tracks - 1, this.track + by));
    const middle = (this.span.from + this.span.to) / 2;
    const track = this.timeline.tracks[next]!;
    this.select(next, Math.min(firstAfter(track, middle), track.begin.length - 1));
  }

  private step(by: number): void {
    const track = this.timeline.tracks[this.track];
    if (!track || track.begin.length === 0) return;
    const next = this.slice < 0 ? firstAfter(track, this.span.from) : this.slice + by;
    this.select(this.track, Math.max(0, Math.min(track.begin.length - 1, next)));
    const begin = track.begin[this.slice]!;
    if (begin >= this.span.from && begin <= this.span.to) return;
    const width = this.span.to - this.span.from;
    this.show({ from: begin - width / 2, to: begin + width / 2 });
  }

  private point(x: number, y: number): void {
    const found = this.chart?.convertFromPixel({ gridIndex: 0 }, [x, y]) as number[] | undefined;
    if (!found || !this.chart?.containPixel({ gridIndex: 0 }, [x, y])) return;
    const [at = 0, track = 0] = found;
    const width = this.chart.getWidth() || 1;
    const own = this.timeline.tracks[track];
    if (!own) return;
    const slice = sliceAt(own, at, (2 * (this.span.to - this.span.from)) / width);
    if (slice >= 0) this.select(track, slice);
  }

  private select(track: number, slice: number): void {
    this.track = track;
    this.slice = slice;
    this.said.textContent = this.describe();
    this.place();
  }

  private describe(): string {
    const track = this.timeline.tracks[this.track]!;
    if (this.slice < 0) return `${track.name}: nothing ran here`;
    const i = this.slice;
    const { kinds, tracks } = this.timeline.packed;
    const length = duration(track.end[i]! - track.begin[i]!);
    const when = `from ${duration(track.begin[i]!)}`;
    if (track.kind[i] === 0) return `${track.name}: parked for ${length}, ${when}`;
    const from = tracks[track.from[i]!]?.name ?? "?";
    const where = track.from[i] === this.track ? "made ready here" : `made ready on ${from}`;
    return `${track.name}: a job ran for ${length}, ${when}; ready because ` +
      `${kinds[track.kind[i]!] ?? "?"}, ${where}, ${duration(track.waited[i]!)} before`;
  }

  /** Puts the frame around the selected slice. */
  private place(): void {
    const track = this.timeline.tracks[this.track];
    if (!this.chart || !track || this.slice < 0) return;
    const { from, to } = this.span;
    const begin = track.begin[this.slice]!;
    const end = track.end[this.slice]!;
    const point = (ns: number, lane: number): number[] =>
      this.chart!.convertToPixel({ gridIndex: 0 }, [ns, lane] as never) as unknown as number[];
    const [x1 = 0, y = 0] = point(Math.max(begin, from), this.track);
    const [x2 = 0] = point(Math.min(end, to), this.track);
    const lanes = Math.min(TRACKS_MOST, this.timeline.tracks.length);
    const height = (heightOf(this.timeline) - 76) / lanes;
    this.mark.attr({
      ignore: end < from || begin > to,
      shape: { x: x1 - 1, y: y - height * 0.42, width: Math.max(3, x2 - x1 + 2),
        height: height * 0.84 },
      style: { fill: "none", stroke: colours().text, lineWidth: 1.6 },
    });
  }

  // ---- Telling ----------------------------------------------------------------------------------

  private tell(): void {
    const { from, to } = this.span;
    const slices = slicesIn(this.timeline, from, to);
    const arrows = arrowsIn(this.timeline, from, to);
    const steals = arrows.filter((arrow) => arrow.steal).length;
    const hidden = arrows.length > ARROWS_MOST
      ? `; arrows are drawn when there are ${ARROWS_MOST} or fewer: zoom in` : "";
    this.view.textContent = `In view: ${moment(from, to - from)} to ${moment(to, to - from)}, ` +
      `${plural(slices, "slice")}, ${plural(steals, "steal")}, ` +
      `${plural(arrows.length - steals, "wake")}${hidden}.`;
    Object.assign(this.element.dataset, {
      from: String(Math.round(from)), to: String(Math.round(to)), slices: String(slices),
      arrows: String(arrows.length > ARROWS_MOST ? 0 : arrows.length),
    });
  }

  private table(): Table {
    const { from, to } = this.span;
    const rows: Table["rows"] = [];
    this.timeline.tracks.forEach((track, own) => {
      for (let i = firstAfter(track, from); i < track.begin.length && track.begin[i]! < to; ++i) {
        if (rows.length >= ROWS_MOST) return;
        const parked = stateOf(track, own, i) === "parked";
        rows.push([track.name, track.begin[i]!, track.end[i]! - track.begin[i]!,
          this.timeline.packed.kinds[track.kind[i]!] ?? "?",
          parked ? null : this.timeline.packed.tracks[track.from[i]!]?.name ?? "?",
          parked ? null : track.waited[i]!]);
      }
    });
    return {
      columns: ["track", "begin (ns)", "length (ns)", "why", "made ready on", "waited (ns)"],
      rows,
      note: rows.length >= ROWS_MOST ? `The first ${ROWS_MOST} of what is in view.` : undefined,
    };
  }
}

function key(): HTMLElement {
  const entry = (name: string, colour: string, line = false) => h("li", {},
    h("span", { class: line ? "key-line" : "key-box", style: `--colour:var(--${colour})` }), name);
  return h("ul", { class: "legend" },
    entry("job made ready here", "local"), entry("job from elsewhere", "moved"),
    entry("parked", "parked"), entry("steal", "steal", true), entry("wake", "wake", true));
}
