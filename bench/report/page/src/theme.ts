// Light, dark and paper. Colours of series are Okabe and Ito's, which the colour-blind tell apart
// ("Color Universal Design", 2008); in the dark the same hues, lighter. No meaning is in colour
// alone: series differ in symbol and dash as well.

export interface Colours {
  background: string;
  text: string;
  faint: string;
  line: string;
  series: string[];
  local: string;
  moved: string;
  parked: string;
  searching: string;
  steal: string;
  wake: string;
  theory: string;
  better: string;
  worse: string;
}

const LIGHT: Colours = {
  background: "#ffffff",
  text: "#1c2733",
  faint: "#5b6875",
  line: "#d9dfe5",
  series: [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#B3A600",
  ],
  local: "#0072B2",
  moved: "#E69F00",
  parked: "#D5DAE0",
  searching: "#E69F00",
  steal: "#B2182B",
  wake: "#6A51A3",
  theory: "#444444",
  better: "#0072B2",
  worse: "#D55E00",
};

const DARK: Colours = {
  background: "#151b22",
  text: "#e4eaf0",
  faint: "#9aa7b4",
  line: "#33404d",
  series: [
    "#4BA3DB", "#F08A45", "#2FC29A", "#E3A0C6", "#9AD4F7", "#F2BE4A", "#F4F4F4", "#F0E442",
  ],
  local: "#4BA3DB",
  moved: "#F2BE4A",
  parked: "#3A4653",
  searching: "#F2BE4A",
  steal: "#FF8A8A",
  wake: "#BBA6F0",
  theory: "#B8B8B8",
  better: "#4BA3DB",
  worse: "#F08A45",
};

/** The first four are filled, the others hollow. */
const SHAPES = ["circle", "rect", "triangle", "diamond"];
const DASHES: (number[] | "solid")[] = [
  "solid", [7, 3], [7, 2, 1.5, 2], [10, 2], [3, 2], [4, 2, 1, 2, 1, 2], [1.5, 2], [10, 4, 4, 4],
];

export type Mode = "auto" | "light" | "dark";
const MODES: Mode[] = ["auto", "light", "dark"];
const KEY = "loopsteal-theme";

const listeners = new Set<() => void>();
const asked = matchMedia("(prefers-color-scheme: dark)");
let mode: Mode = stored();
let paper = false;

// Storage may be closed to files; then the choice lasts as long as the page.
function stored(): Mode {
  try {
    const found = localStorage.getItem(KEY) as Mode | null;
    return found && MODES.includes(found) ? found : "auto";
  } catch {
    return "auto";
  }
}

export function currentMode(): Mode {
  return mode;
}

export function isDark(): boolean {
  return !paper && (mode === "dark" || (mode === "auto" && asked.matches));
}

export function colours(): Colours {
  return isDark() ? DARK : LIGHT;
}

/** auto, light, dark, auto... */
export function nextMode(): Mode {
  mode = MODES[(MODES.indexOf(mode) + 1) % MODES.length] ?? "auto";
  try {
    localStorage.setItem(KEY, mode);
  } catch {
    // As above.
  }
  apply();
  return mode;
}

export function setPaper(on: boolean): void {
  paper = on;
  apply();
}

export function onTheme(listener: () => void): void {
  listeners.add(listener);
}

export function apply(): void {
  document.documentElement.dataset["theme"] = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

asked.addEventListener("change", apply);

/** How a scheduler looks, everywhere and under every filter. */
export class Looks {
  private readonly places = new Map<string, number>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      if (!this.places.has(name)) this.places.set(name, this.places.size);
    }
  }

  private place(name: string): number {
    return this.places.get(name) ?? 0;
  }
  order(one: string, other: string): number {
    return this.place(one) - this.place(other);
  }
  colour(name: string): string {
    const series = colours().series;
    return series[this.place(name) % series.length] ?? "#888888";
  }
  symbol(name: string): string {
    return SHAPES[this.place(name) % SHAPES.length] ?? "circle";
  }
  /** Of a symbol in a chart or legend. */
  paint(name: string): { fill: string; stroke: string } {
    const stroke = this.colour(name);
    const hollow = this.place(name) % (2 * SHAPES.length) >= SHAPES.length;
    return { fill: hollow ? colours().background : stroke, stroke };
  }
  itemStyle(name: string): { color: string; borderColor: string; borderWidth: number } {
    const { fill, stroke } = this.paint(name);
    return { color: fill, borderColor: stroke, borderWidth: 1.6 };
  }
  dash(name: string): number[] | "solid" {
    return DASHES[this.place(name) % DASHES.length] ?? "solid";
  }
}
