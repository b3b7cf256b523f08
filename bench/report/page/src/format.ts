// Numbers as people read them, and specs taken apart.

const UNITS: [number, string][] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];

/** Three digits that mean something: 1.23 ms. */
export function duration(ns: number): string {
  if (!Number.isFinite(ns)) return "–";
  if (ns === 0) return "0";
  const size = Math.abs(ns);
  const [factor, unit] = UNITS.find(([least]) => size >= least) ?? [1, "ns"];
  return `${digits(ns / factor)} ${unit}`;
}

export function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  return size >= 10 ? trimmed(value.toFixed(1)) : trimmed(value.toPrecision(3));
}

function trimmed(text: string): string {
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
export const count = (value: number): string => COUNT.format(value);

/** 12.3 k, for axes and small places. */
export function short(value: number): string {
  for (const [factor, unit] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (Math.abs(value) >= factor) return `${digits(value / factor)} ${unit}`;
  }
  return digits(value);
}

export function times(ratio: number): string {
  return `${digits(ratio)}×`;
}

export function percent(share: number): string {
  return `${digits(share * 100)} %`;
}

export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** The settings of "name:key=value,key=value". */
export function knobs(spec: string): Map<string, string> {
  const rest = spec.slice(spec.indexOf(":") + 1);
  if (!spec.includes(":")) return new Map();
  return new Map(
    rest.split(",").map((setting) => {
      const at = setting.indexOf("=");
      return [setting.slice(0, at), setting.slice(at + 1)];
    }),
  );
}

export function withoutKnob(spec: string, name: string): string {
  const kept = [...knobs(spec)].filter(([key]) => key !== name);
  const bare = spec.split(":", 1)[0] ?? spec;
  return kept.length ? `${bare}:${kept.map(([k, v]) => `${k}=${v}`).join(",")}` : bare;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** A value of a manifest. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length ? value.map(shown).join(", ") : "–";
  if (typeof value === "object") {
    return Object.entries(value).map(([key, one]) => `${key}: ${shown(one)}`).join("; ");
  }
  return String(value);
}
