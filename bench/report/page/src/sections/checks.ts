// The simulator compared with exact answers.
import { h } from "../dom";
import { plural } from "../format";
import type { Check, Source } from "../model";
import { tableBehind, tableElement, type Table } from "../panel";
import type { View } from "../view";
import { head } from "./cards";

export function checks(view: View, source: Source): HTMLElement | null {
  if (source.checks.length === 0) return null;
  if (!view.filters.shows({ clock: source.clock, file: source.file })) return null;
  const number = (verdict: string) =>
    source.checks.filter((check) => check.verdict === verdict).length;
  const [passed, undone] = [number("passed"), number("not done")];
  const done = source.checks.length - undone;
  return h(
    "article",
    { class: `card ${source.clock}`, "data-kind": "checks" },
    head("The simulator beside theory", source.clock, [source.file]),
    h("ul", { class: "findings" }, h("li", {},
      `${passed} of ${plural(done, "check")} passed` +
        (undone ? `; ${undone} were not done.` : "."))),
    h("div", { class: "table-box", tabindex: 0, role: "region", "aria-label": "Checks" },
      tableElement(checkTable(source.checks))),
    tableBehind(() => checkData(source.checks), "checks"),
  );
}

function checkTable(found: Check[]): Table {
  return {
    columns: ["", "check", "parameters", "verdict"],
    rows: found.map((check) => [check.id, check.what, check.parameters,
      check.verdict === "passed" ? "✓ passed"
        : check.verdict === "not done" ? "– not done" : `✗ ${check.verdict}`]),
  };
}

function checkData(found: Check[]): Table {
  const rounded = (value: number | null | undefined): number | null =>
    typeof value === "number" ? Number(value.toPrecision(6)) : null;
  return {
    columns: ["check", "quantity", "expected", "got", "half-width", "band", "verdict"],
    rows: found.flatMap((check) => check.quantities.map((one) => [
      check.id, one.quantity, rounded(one.expected), rounded(one.got), rounded(one.half_width),
      rounded(one.band), one.verdict])),
  };
}
