// A timeline as the page keeps it: sorted columns, so that a window of it is found and summed up
// without looking at the rest.
import type { PackedTimeline, PackedTrack } from "../model";

export interface Track {
  name: string;
  begin: Float64Array;
  end: Float64Array;
  kind: Uint8Array;
  from: Uint16Array;
  waited: Float64Array;
}

export interface Arrow {
  steal: boolean;
  from: number;
  to: number;
  begin: number;
  end: number;
  jobs: number;
}

export interface Timeline {
  packed: PackedTimeline;
  tracks: Track[];
  arrows: Arrow[];
  slices: number;
}

/** What a worker is shown doing; parked is kind 0 of every timeline. */
export const STATES = ["local", "moved", "parked"] as const;
export type State = (typeof STATES)[number];

export function unpack(packed: PackedTimeline): Timeline {
  const tracks = packed.tracks.map(unpackTrack);
  const { steal, from, to, at, until, jobs } = packed.arrows;
  const arrows = at.map((begin, i) => ({
    steal: steal[i] === 1,
    from: from[i] ?? 0,
    to: to[i] ?? 0,
    begin,
    end: until[i] ?? begin,
    jobs: jobs[i] ?? 0,
  }));
  const slices = tracks.reduce((sum, track) => sum + track.begin.length, 0);
  return { packed, tracks, arrows, slices };
}

function unpackTrack(packed: PackedTrack): Track {
  const size = packed.gap.length;
  const begin = new Float64Array(size);
  const end = new Float64Array(size);
  let at = 0;
  for (let i = 0; i < size; ++i) {
    at += packed.gap[i]!;
    begin[i] = at;
    at += packed.length[i]!;
    end[i] = at;
  }
  return {
    name: packed.name,
    begin,
    end,
    kind: Uint8Array.from(packed.kind),
    from: Uint16Array.from(packed.from),
    waited: Float64Array.from(packed.waited),
  };
}

export function stateOf(track: Track, own: number, i: number): State {
  if (track.kind[i] === 0) return "parked";
  return track.from[i] === own ? "local" : "moved";
}

/** The first slice that ends behind `at`. */
export function firstAfter(track: Track, at: number): number {
  let low = 0;
  let high = track.end.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (track.end[middle]! > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The slice at a time, or the nearest within `reach`; -1 if there is none. */
export function sliceAt(track: Track, at: number, reach: number): number {
  const i = firstAfter(track, at);
  if (i < track.begin.length && track.begin[i]! <= at + reach) return i;
  if (i > 0 && at - track.end[i - 1]! <= reach) return i - 1;
  return -1;
}

/** Rectangles to fill, four numbers each. */
export type Rectangles = Record<State, number[]>;

/** The slices of a window as rectangles of `width` pixels and unit height. What is wider than a
 * pixel is drawn; of the rest each column shows which share of its time went where. */
export function rectangles(
  track: Track, own: number, from: number, to: number, width: number,
): Rectangles {
  const found: Rectangles = { local: [], moved: [], parked: [] };
  const scale = width / (to - from);
  const columns = Math.ceil(width);
  const shares: Record<State, Float64Array> = {
    local: new Float64Array(columns),
    moved: new Float64Array(columns),
    parked: new Float64Array(columns),
  };
  let small = false;
  for (let i = firstAfter(track, from); i < track.begin.length; ++i) {
    if (track.begin[i]! >= to) break;
    const left = Math.max(0, (track.begin[i]! - from) * scale);
    const right = Math.min(width, (track.end[i]! - from) * scale);
    const state = stateOf(track, own, i);
    if (right - left >= 1.5) {
      // A hairline between neighbours, so that one can count them.
      const gap = right - left > 6 ? 0.5 : 0;
      found[state].push(left, 0, right - left - gap, 1);
    } else {
      small = true;
      spread(shares[state], left, Math.max(right, left + 0.02));
    }
  }
  if (small) stack(found, shares, columns);
  return found;
}

function spread(columns: Float64Array, left: number, right: number): void {
  for (let column = Math.floor(left); column < right && column < columns.length; ++column) {
    const share = Math.min(right, column + 1) - Math.max(left, column);
    columns[column] = Math.min(1, columns[column]! + share);
  }
}

/** Work at the bottom, sleep above it. Neighbours of one height become one rectangle. */
function stack(found: Rectangles, shares: Record<State, Float64Array>, columns: number): void {
  const below = new Float64Array(columns);
  for (const state of STATES) {
    const share = shares[state];
    let begin = 0;
    for (let column = 1; column <= columns; ++column) {
      const same = column < columns && Math.abs(share[column]! - share[begin]!) < 0.02 &&
        Math.abs(below[column]! - below[begin]!) < 0.02;
      if (same) continue;
      const height = Math.min(share[begin]!, 1 - below[begin]!);
      if (height > 0.004) {
        found[state].push(begin, 1 - below[begin]! - height, column - begin, height);
      }
      begin = column;
    }
    for (let column = 0; column < columns; ++column) {
      below[column] = below[column]! + share[column]!;
    }
  }
}

/** Arrows with an end in the window. */
export function arrowsIn(timeline: Timeline, from: number, to: number): Arrow[] {
  return timeline.arrows.filter((arrow) => arrow.end >= from && arrow.begin <= to);
}

/** How many slices a window has. */
export function slicesIn(timeline: Timeline, from: number, to: number): number {
  return timeline.tracks.reduce((sum, track) => {
    const last = firstBegin(track, to);
    return sum + Math.max(0, last - firstAfter(track, from));
  }, 0);
}

function firstBegin(track: Track, at: number): number {
  let low = 0;
  let high = track.begin.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (track.begin[middle]! >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}
