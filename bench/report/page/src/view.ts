// What every section is given: the results as filtered, and how schedulers look.
import type { Filters } from "./filters";
import type { ReportData, Source } from "./model";
import type { Condition, Point } from "./points";
import type { Looks } from "./theme";

export interface View {
  data: ReportData;
  filters: Filters;
  looks: Looks;
  /** Of result files, as the filters let them through. */
  points: Point[];
}

export interface Section {
  id: string;
  title: string;
  /** What one sees, in a sentence. */
  lead: string;
  /** null: the results hold nothing for it, and `missing` says how to get it. */
  content: (view: View) => HTMLElement | null;
  missing: string;
  /** Whether colours stand in its markup, so that it is made anew when the theme changes. */
  repaints?: boolean;
}

export function shows(view: View, point: Point): boolean {
  return view.filters.shows({
    clock: point.condition.clock,
    file: point.condition.source.file,
    scheduler: point.scheduler,
    workload: point.workload,
    workers: point.workers,
  });
}

/** "full.json, costs reference": what sets a chart apart from its like. */
export function place(view: View, condition: Condition): string {
  const words = [];
  if (view.data.sources.filter((source) => source.kind === "results").length > 1) {
    words.push(condition.source.file);
  }
  if (condition.costs) words.push(`costs ${condition.costs}`);
  if (condition.size === "small") words.push("small size");
  return words.join(", ");
}

export function host(source: Source): string {
  const { cpu_model: model, num_cpus: cpus } = source.context;
  return [model, cpus ? `${String(cpus)} CPUs` : ""].filter(Boolean).join(", ");
}
