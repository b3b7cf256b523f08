// The page without a mouse. Letters alone, and none while somebody writes into a field.
import { h } from "./dom";

const KEYS: [string, string][] = [
  ["j, k", "next and previous section"],
  ["f", "filters"],
  ["t", "theme: auto, light, dark"],
  ["d", "downloads of the raw rows"],
  ["?", "these keys"],
  ["Tab, Enter, Space", "through buttons, filters and tables"],
  ["← →", "in the timeline: move by a tenth of what is shown"],
  ["↑ ↓", "in the timeline: to another worker"],
  ["n, p", "in the timeline: next and previous slice of that worker"],
  ["s", "in the timeline: the first steal"],
  ["+ −", "in the timeline: closer, further away"],
  ["Home", "in the timeline: all of it"],
];

export function watchKeys(): void {
  const dialog = h("dialog", { "aria-label": "Keys" },
    h("h2", {}, "Keys"),
    h("dl", {}, ...KEYS.flatMap(([key, what]) => [h("dt", {}, key), h("dd", {}, what)])),
    h("form", { method: "dialog" }, h("button", {}, "Close"))) as HTMLDialogElement;
  document.body.append(dialog);
  document.getElementById("keys")?.addEventListener("click", () => dialog.showModal());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    const target = event.target as HTMLElement;
    if (target.matches("input:not([type=checkbox]), select, textarea")) return;
    const act = ACTIONS[event.key];
    if (event.key === "?") dialog.showModal();
    else if (act) act();
    else return;
    event.preventDefault();
  });
}

const ACTIONS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  f: () => document.querySelector<HTMLElement>(".filters summary")?.focus(),
  t: () => document.getElementById("theme")?.click(),
  d: () => document.querySelector<HTMLElement>("#rows button")?.focus(),
};

/** The section after or before the one at the top of the window. */
function step(by: number): void {
  const all = [...document.querySelectorAll<HTMLElement>("main > section")];
  // Where scrollIntoView puts them.
  const line = (section: Element) => parseFloat(getComputedStyle(section).scrollMarginTop) + 8;
  const above = all.filter((section) =>
    section.getBoundingClientRect().top <= line(section)).length - 1;
  const next = all[Math.min(all.length - 1, Math.max(0, above + by))];
  next?.scrollIntoView();
  next?.focus({ preventScroll: true });
}
