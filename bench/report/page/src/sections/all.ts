// The sections in the order in which they are read.
import type { Section } from "../view";
import { counters } from "./counters";
import { fairness } from "./fairness";
import { load } from "./load";
import { manifest } from "./manifest";
import { rows } from "./rows";
import { speedUp } from "./speed_up";
import { steals } from "./steals";
import { tail } from "./tail";
import { timelines } from "./timelines";
import { verdicts } from "./verdicts";

export const sections: Section[] = [
  verdicts, load, tail, speedUp, timelines, steals, fairness, counters, manifest, rows,
];
