// What the reader wants to see. A filter keeps what is left out, so that nothing new hides by
// itself; the address keeps it, too, so that a view can be passed on.
import { h } from "./dom";
import type { Clock } from "./model";

export type Dimension = "clock" | "file" | "scheduler" | "workload" | "workers";
export const DIMENSIONS: Dimension[] = ["clock", "file", "scheduler", "workload", "workers"];

const TITLES: Record<Dimension, string> = {
  clock: "Time",
  file: "File",
  scheduler: "Scheduler",
  workload: "Workload",
  workers: "Workers",
};

export interface Subject {
  clock?: Clock;
  file?: string;
  scheduler?: string;
  workload?: string;
  workers?: number;
}

export class Filters {
  private readonly hidden = new Map<Dimension, Set<string>>();
  private readonly listeners = new Set<() => void>();
  readonly element: HTMLElement;

  constructor(private readonly values: Map<Dimension, string[]>) {
    for (const dimension of DIMENSIONS) this.hidden.set(dimension, new Set());
    this.readAddress();
    this.element = h("div", { class: "filters", role: "group", "aria-label": "Filters" });
    this.draw();
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** What a subject does not say cannot leave it out. */
  shows(subject: Subject): boolean {
    return DIMENSIONS.every((dimension) => {
      const value = subject[dimension];
      return value === undefined || !this.hidden.get(dimension)?.has(String(value));
    });
  }

  any(): boolean {
    return [...this.hidden.values()].some((set) => set.size > 0);
  }

  reset(): void {
    for (const set of this.hidden.values()) set.clear();
    this.changed();
  }

  private set(dimension: Dimension, hidden: Iterable<string>): void {
    this.hidden.set(dimension, new Set(hidden));
    this.changed();
  }

  private changed(): void {
    this.writeAddress();
    this.draw();
    for (const listener of this.listeners) listener();
  }

  private draw(): void {
    const open = this.element.querySelector("details[open]")?.getAttribute("data-dimension");
    const focus = (document.activeElement as HTMLElement | null)?.dataset["focus"];
    const scroll = this.element.querySelector("details[open] .choices")?.scrollTop ?? 0;
    const boxes = DIMENSIONS.filter((dimension) => (this.values.get(dimension)?.length ?? 0) > 1);
    this.element.replaceChildren(
      ...boxes.map((dimension) => this.box(dimension, dimension === open)),
      h("button", {
        type: "button",
        class: "reset",
        "data-focus": "reset",
        disabled: !this.any(),
        onclick: () => this.reset(),
      }, "Show all"),
    );
    if (focus) {
      this.element.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
    }
    const choices = this.element.querySelector("details[open] .choices");
    if (choices) choices.scrollTop = scroll;
  }

  private box(dimension: Dimension, open: boolean): HTMLElement {
    const values = this.values.get(dimension) ?? [];
    const hidden = this.hidden.get(dimension) ?? new Set<string>();
    const shown = values.filter((value) => !hidden.has(value)).length;
    const label = shown === values.length ? "all" : `${shown} of ${values.length}`;
    const box = h(
      "details",
      { class: "filter", "data-dimension": dimension, open, name: "filter" },
      h(
        "summary",
        { "data-focus": dimension, class: shown < values.length ? "active" : undefined },
        `${TITLES[dimension]}: `,
        h("b", {}, label),
      ),
      h(
        "div",
        { class: "choices" },
        h("div", { class: "choice-tools" },
          h("button", { type: "button", "data-focus": `${dimension}/all`,
            onclick: () => this.set(dimension, []) }, "all"),
          h("button", { type: "button", "data-focus": `${dimension}/none`,
            onclick: () => this.set(dimension, values) }, "none")),
        ...values.map((value) => this.choice(dimension, value, hidden, values)),
      ),
    );
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      box.removeAttribute("open");
      box.querySelector("summary")?.focus();
    });
    return box;
  }

  private choice(
    dimension: Dimension, value: string, hidden: Set<string>, values: string[],
  ): HTMLElement {
    const box = h("input", {
      type: "checkbox",
      "data-focus": `${dimension}=${value}`,
      onchange: () => {
        const next = new Set(hidden);
        if (!next.delete(value)) next.add(value);
        this.set(dimension, next);
      },
    }) as HTMLInputElement;
    box.checked = !hidden.has(value);
    return h(
      "div",
      { class: "choice" },
      h("label", {}, box, " ", value),
      h("button", {
        type: "button",
        "data-focus": `${dimension}/${value}`,
        "aria-label": `only ${value}`,
        onclick: () => this.set(dimension, values.filter((other) => other !== value)),
      }, "only"),
    );
  }

  private readAddress(): void {
    const stated = new URLSearchParams(location.hash.slice(1));
    for (const dimension of DIMENSIONS) {
      const known = new Set(this.values.get(dimension));
      const hidden = stated.getAll(`no-${dimension}`).filter((value) => known.has(value));
      this.hidden.set(dimension, new Set(hidden));
    }
  }

  private writeAddress(): void {
    const stated = new URLSearchParams();
    for (const [dimension, set] of this.hidden) {
      for (const value of set) stated.append(`no-${dimension}`, value);
    }
    const text = stated.toString();
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  }
}
