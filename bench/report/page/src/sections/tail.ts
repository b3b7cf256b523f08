// Which share of the requests took longer than t.
import { axis } from "../charts";
import { h } from "../dom";
import { duration, percent } from "../format";
import { figureGrid, legend, type Figure } from "../panel";
import { groupBy, tail as tailOf, type Point } from "../points";
import { place, type Section, type View } from "../view";
import { curves, type Curve } from "./curves";

export const tail: Section = {
  id: "tail",
  title: "Tail (CCDF)",
  lead:
    "Which share of the requests took longer than t. Lower and further left is better; where two " +
    "lines cross, one is better for most requests and the other for the unlucky ones.",
  content,
  missing:
    "No row has requests whose sojourn was measured. Such a workload is `requests`: " +
    "loopsteal compare --workload requests --raw requests.json",
};

function content(view: View): HTMLElement | null {
  const measured = view.points.filter((point) =>
    point.rows.some((row) => row.sojourn_histogram !== undefined));
  if (measured.length === 0) return null;
  const facets = groupBy(measured, (point) => `${point.condition.key}/${point.workload}`);
  return h("div", {},
    legend(measured.map((point) => point.scheduler), view.looks),
    figureGrid([...facets.values()].map((points) => figureOf(view, points))));
}

function figureOf(view: View, points: Point[]): Figure {
  const first = points[0]!;
  const found = points.map(curveOf);
  const medians = found.map((curve) => {
    const i = curve.y.findIndex((one) => one.value <= 0.01);
    return i < 0 ? curve.name : `${curve.name}: one in a hundred beyond ${duration(curve.x[i]!)}`;
  });
  return {
    title: `${first.workload}: share that took longer than t`,
    note: place(view, first.condition) || undefined,
    clock: first.condition.clock,
    summary: medians.join("; "),
    height: 280,
    option: () => curves(found, [], view.looks, {
      x: axis("sojourn t", { type: "log", nameGap: 26 }, duration),
      y: axis("share longer than t", { type: "log", nameGap: 54 }, percent),
      say: (x, y) => `${percent(y)} took longer than ${duration(x)}`,
    }, true),
    table: () => ({
      columns: ["scheduler", "t (ns)", "share that took longer"],
      rows: found.flatMap((curve) =>
        curve.x.map((x, i) => [curve.name, x, Number((curve.y[i]?.value ?? 0).toPrecision(4))])),
    }),
  };
}

function curveOf(point: Point): Curve {
  const { at, share } = tailOf(point.rows);
  return {
    name: `${point.scheduler}, ${point.workers} worker${point.workers === 1 ? "" : "s"}`,
    scheduler: point.scheduler,
    x: at,
    y: share.map((value) => ({ value, low: value, high: value })),
  };
}
