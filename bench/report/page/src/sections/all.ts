// The sections in the order in which they are read.
import type { Section } from "../view";
import { load } from "./load";
import { speedUp } from "./speed_up";
import { tail } from "./tail";
import { timelines } from "./timelines";
import { verdicts } from "./verdicts";

export const sections: Section[] = [verdicts, load, tail, speedUp, timelines];
