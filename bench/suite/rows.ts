/** @file A line of the table: our figure, the peers', and the target. */
import { median } from "./median.ts";
import type { Peer } from "./peers.ts";
import { pairedRatio } from "./rounds.ts";

export interface Row {
  readonly name: string;
  readonly unit: string;
  /** Our figure; undefined where nothing was measured, and `note` says why. */
  readonly ours: number | undefined;
  readonly peers: readonly PeerFigure[];
  readonly target?: Target | undefined;
  /** What a reader must know of the row: one sentence. */
  readonly note?: string | undefined;
}

interface PeerFigure {
  readonly name: string;
  readonly value: number;
  /** How many times better we are. */
  readonly ratio: number;
}

interface Target {
  readonly text: string;
  /** Undefined where there was nothing to hold us against. */
  readonly met: boolean | undefined;
}

/** A peer and what it measured, as many rounds as we did. */
export interface PeerRounds {
  readonly peer: Peer;
  readonly rounds: readonly number[];
}

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** "less" for times and sizes, "more" for rates. */
  readonly better: "less" | "more";
  readonly ours: readonly number[];
  readonly peers: readonly PeerRounds[];
  /** The ratio wanted over the newest PyTorch. */
  readonly atLeast?: number;
  readonly note?: string;
}

/** A row of medians, and the medians of each round's ratios. */
export function comparison({ name, unit, better, ours, peers, atLeast, note }: Comparison): Row {
  const figures = peers.map(({ peer, rounds }) => ({
    name: peer.name,
    value: median(rounds),
    ratio: better === "less" ? pairedRatio(rounds, ours) : pairedRatio(ours, rounds),
  }));
  const judge = figures[peers.findIndex(({ peer }) => peer.isJudge)];
  return {
    name,
    unit,
    ours: median(ours),
    peers: figures,
    target:
      atLeast === undefined ? undefined : { text: `>= ${atLeast}x`, met: judge && judge.ratio >= atLeast },
    note,
  };
}

/** A row of our own figure, which must not be above a limit. */
export function atMost(
  name: string,
  unit: string,
  ours: readonly number[],
  limit: number,
  note?: string,
): Row {
  const value = median(ours);
  return {
    name,
    unit,
    ours: value,
    peers: [],
    target: { text: `<= ${figure(limit)} ${unit}`, met: value <= limit },
    note,
  };
}

/** A row that could not be measured. @param why one sentence that says how to mend it. */
export function skipped(name: string, why: string): Row {
  return { name, unit: "", ours: undefined, peers: [], note: `skipped: ${why}` };
}

/** A row whose measurement or check failed. */
export function failed(name: string, message: string): Row {
  return { name, unit: "", ours: undefined, peers: [], note: `FAILED: ${message}` };
}

/** Three digits, or all before the point. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
