// What `loopsteal report` puts into the page, as bench/report/document.cpp writes it.

export type Clock = "real" | "virtual";

export interface Histogram {
  relative_error: number;
  upper_ns: number[];
  counts: number[];
}

/** A row of a results file; results/README.md says what its fields mean. */
export interface Row {
  name: string;
  scheduler: string;
  scheduler_spec: string;
  workload: string;
  workload_spec: string;
  machine: string;
  workers: number;
  size?: string;
  costs?: string;
  load?: number;
  makespan_ns?: number;
  makespan_ci95_ns?: number;
  error_occurred?: boolean;
  error_message?: string;
  peer?: string;
  steals?: number;
  steal_matrix?: number[][];
  sojourn_histogram?: Histogram;
  worker_busy_ns_per_worker?: number[];
  worker_searching_ns_per_worker?: number[];
  worker_parked_ns_per_worker?: number[];
  [field: string]: unknown;
}

export interface Quantity {
  quantity: string;
  expected: number | null;
  got: number | null;
  half_width?: number | null;
  band: number | null;
  verdict: string;
}

/** The simulator beside an exact answer. */
export interface Check {
  id: string;
  what: string;
  parameters: string;
  verdict: string;
  quantities: Quantity[];
}

export interface Source {
  file: string;
  kind: "results" | "peers" | "checks";
  clock: Clock;
  context: Record<string, unknown>;
  /** What is wrong with the file, as a sentence; "" for a whole one. */
  flaw: string;
  rows: Row[];
  checks: Check[];
}

/** With its 95 % interval. One run alone has none, and exact numbers need none. */
export interface Ratio {
  value: number;
  low: number | null;
  high: number | null;
}

export interface VerdictLine {
  workload: string;
  scheduler: string;
  workers: number;
  /** What is compared: "makespan", "p99 sojourn" or "mean sojourn". */
  measure: string;
  runs: number;
  /** Why the numbers have no interval: "exact for this trace"; "" where they have one. */
  exact: string;
  time_ns: number;
  ratio: Ratio | null;
  /** The ratio with its direction and interval: "2.00x as fast [1.98, 2.02]". */
  words: string | null;
  verdict: "higher" | "lower" | "tie" | "undecided" | "failed" | "baseline";
  /** Why it failed. */
  error: string;
}

/** Schedulers beside a baseline, under one clock, from one file. */
export interface Verdicts {
  source: number;
  clock: Clock;
  costs: string;
  size: string;
  workers: number;
  baseline: string;
  findings: string[];
  caveats: string[];
  lines: VerdictLine[];
}

export interface PeerLine {
  source: number;
  work: string;
  operation: string;
  peer: string;
  workers: number;
  ours_ns: number | null;
  theirs_ns: number | null;
  ratio: Ratio | null;
  rounds: number;
  at_most: number | null;
  verdict: "met" | "not met" | "tie" | "seen" | "failed";
  note: string;
}

/** A timeline; numbers are packed as bench/report/timeline.cpp says. */
export interface PackedTrack {
  name: string;
  gap: number[];
  length: number[];
  kind: number[];
  from: number[];
  waited: number[];
}

export interface PackedTimeline {
  file: string;
  title: string;
  clock: Clock;
  scheduler: string;
  workload: string;
  workers: number;
  end_ns: number;
  /** Events that the run itself could not keep. */
  dropped: number;
  /** Slices that are in the file and not in the page, which ends at end_ns. */
  left_out: number;
  kinds: string[];
  tracks: PackedTrack[];
  arrows: Record<"steal" | "from" | "to" | "at" | "until" | "jobs", number[]>;
}

export interface ReportData {
  schema: string;
  /** Names of the catalog, in its order. */
  schedulers: string[];
  program: string;
  command: string;
  written: string;
  sources: Source[];
  verdicts: Verdicts[];
  peers: PeerLine[];
  timelines: PackedTimeline[];
}

export function readData(): ReportData {
  const text = document.getElementById("report-data")?.textContent ?? "";
  const data: unknown = JSON.parse(text);
  if (typeof data !== "object" || data === null) {
    throw new Error("This is the empty page: `loopsteal report` puts results into it.");
  }
  return data as ReportData;
}

export function clockOf(row: Row): Clock {
  return row.machine === "sim" ? "virtual" : "real";
}
