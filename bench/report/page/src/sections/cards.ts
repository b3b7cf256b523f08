// What the verdicts have in common: a card that says from where and under which clock.
import { h } from "../dom";
import type { Clock } from "../model";
import { badge } from "../panel";

export function head(title: string, clock: Clock, words: (string | false)[]): HTMLElement {
  return h("header", {}, h("h3", {}, title), badge(clock),
    h("span", { class: "where" }, words.filter(Boolean).join(" · ")));
}
