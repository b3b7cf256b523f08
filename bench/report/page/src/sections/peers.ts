// Ours compared with other runtimes. Rows that miss their target come first.
import { h } from "../dom";
import { duration, plural, times } from "../format";
import type { PeerLine, Source } from "../model";
import { figureElement, type Table } from "../panel";
import { colours } from "../theme";
import { host, type View } from "../view";
import { head } from "./cards";
import { forest, interval, orNull } from "./forest";

const PEER_ORDER = ["failed", "not met", "tie", "met", "seen"];
const PEER_WORDS: Record<PeerLine["verdict"], string> = {
  failed: "✗ failed", "not met": "▼ not met", tie: "= tie", met: "▲ met", seen: "no aim",
};

export function peers(view: View, source: Source, index: number): HTMLElement | null {
  const lines = view.data.peers
    .filter((line) => line.source === index && view.filters.shows({
      clock: source.clock, file: source.file, scheduler: line.peer, workload: line.work,
      workers: line.workers }))
    .sort((a, b) => PEER_ORDER.indexOf(a.verdict) - PEER_ORDER.indexOf(b.verdict));
  if (lines.length === 0) return null;
  const number = (verdict: string) => lines.filter((line) => line.verdict === verdict).length;
  const aims = lines.length - number("seen");
  const barred = lines.filter((line) => line.ratio);
  return h(
    "article",
    { class: `card ${source.clock}`, "data-kind": "peers" },
    head("Compared with the peers", source.clock, [source.file, host(source)]),
    h("ul", { class: "findings" }, h("li", {},
      `Of ${plural(aims, "aim")}, ${number("met")} are met, ${number("tie")} are ties (the ` +
      `interval holds the aim), ${number("not met")} are not met` +
      (number("failed") ? `, ${number("failed")} failed.` : "."))),
    h("div", { class: "table-box", tabindex: 0, role: "region",
      "aria-label": "Compared with the peers" }, peerTable(lines)),
    h("details", { class: "behind" }, h("summary", {}, "Intervals"), figureElement({
      title: "Our time over theirs",
      clock: source.clock,
      summary: `${barred.length} ratios with 95 % intervals; below 1 ours is faster`,
      height: 60 + barred.length * 18,
      option: () => forest(barred.map((line) => ({
        label: `${line.work} · ${line.peer} · ${line.workers}`, scheduler: line.peer,
        ratio: line.ratio!, verdict: line.verdict,
      })), (bar) => (bar.verdict === "not met" ? colours().worse : colours().better), 1),
      table: () => peerData(lines),
      wide: true,
    })),
  );
}

function peerData(lines: PeerLine[]): Table {
  return {
    columns: ["work", "peer", "workers", "ours (ns/op)", "theirs (ns/op)", "ours/theirs", "low",
      "high", "at most", "verdict", "rounds"],
    rows: lines.map((line) => [
      line.work, line.peer, line.workers, orNull(line.ours_ns), orNull(line.theirs_ns),
      orNull(line.ratio?.value), orNull(line.ratio?.low), orNull(line.ratio?.high), line.at_most,
      line.note ? `${line.verdict}: ${line.note}` : line.verdict, line.rounds]),
  };
}

function peerTable(lines: PeerLine[]): HTMLElement {
  const classes: Record<string, string> = { met: "higher", "not met": "lower", failed: "failed" };
  return h("table", { class: "matrix" },
    h("thead", {}, h("tr", {}, ...["work", "workers", "peer", "ours", "theirs", "ours/theirs",
      "95 % interval", "aim", "verdict"].map((name) => h("th", {}, name)))),
    h("tbody", {}, ...lines.map((line) => h("tr", {},
      h("th", { scope: "row", title: line.operation }, line.work),
      h("td", {}, String(line.workers)),
      h("td", {}, line.peer),
      h("td", {}, line.ours_ns === null ? "–" : duration(line.ours_ns)),
      h("td", {}, line.theirs_ns === null ? "–" : duration(line.theirs_ns)),
      h("td", {}, line.ratio ? times(line.ratio.value) : "–"),
      h("td", {}, line.ratio ? interval(line.ratio) : "–"),
      h("td", {}, line.at_most === null ? "–" : `≤ ${line.at_most}`),
      h("td", { class: `plain ${classes[line.verdict] ?? "tie"}`, title: line.note },
        PEER_WORDS[line.verdict])))));
}
