/** @file Timing training steps: ours and each peer's, padded as the original pads and cropped. */

import { type Measured, measure, numberOf } from "./children.ts";
import { contextLengths } from "./context-lengths.ts";
import { measurePeer, type Peer } from "./peers.ts";
import { inTurn, type Side } from "./rounds.ts";
import { comparison, type PeerRounds, type Row } from "./rows.ts";
import type { Asked } from "./run-questions.ts";

export interface StepSides {
  readonly config: "california" | "stellar";
  /** Most columns given. */
  readonly most: number;
  /** Timed steps of a round: an even number; both sides take the same context lengths. */
  readonly steps: number;
  readonly warmup: number;
  /** Largest ratio between the losses of the first step: start values, noise and dropout are drawn anew by each side. */
  readonly lossRatio: number;
  /** The rate of matrix products, measured in the same rounds. */
  readonly rate?: Side;
}

export interface MeasuredSteps {
  /** The context lengths of each round. */
  readonly lengths: readonly (readonly number[])[];
  /** Mean milliseconds of a step, by round. */
  readonly ours: readonly number[];
  readonly padded: readonly PeerRounds[];
  readonly cropped: readonly PeerRounds[];
  /** Operations a second, where they were asked for. */
  readonly rates: readonly number[];
}

/** Measures steps in turn. @throws if the two sides' losses are not those of one objective. */
export async function measureSteps(
  { rounds, seed, threads, peers }: Asked,
  { config, most, steps, warmup, lossRatio, rate }: StepSides,
): Promise<MeasuredSteps> {
  const lengths = Array.from({ length: rounds }, (_, round) => contextLengths(steps, most, seed, round));
  const common = (round: number) => [
    ["--config", config],
    ["--context", lengths[round].join(",")],
    ["--steps", String(steps)],
    ["--warmup", String(warmup)],
    ["--seed", String(seed + round)],
  ];
  const losses: number[] = [];
  const figureOf = (measured: Measured) => {
    losses.push(numberOf(measured, "firstLoss"));
    return numberOf(measured, "meanMilliseconds");
  };
  const peerSide =
    (peer: Peer, padding: readonly string[]): Side =>
    async (round) => {
      const args = [...common(round).flat(), "--threads", String(threads), ...padding];
      return figureOf(await measurePeer(peer, "bench_step.py", args));
    };
  const sides: Record<string, Side> = {
    anygiven: async (round) =>
      figureOf(await measure("ours/step.ts", [...common(round).flat(), "--workers", String(threads)])),
  };
  for (const peer of peers) {
    sides[`${peer.name}, padded`] = peerSide(peer, ["--padded-to", String(most)]);
    sides[`${peer.name}, cropped`] = peerSide(peer, []);
  }
  if (rate) sides["matrix products"] = rate;
  const measured = await inTurn(rounds, sides);
  checkLosses(losses, lossRatio);
  const of = (padding: string) =>
    peers.map((peer) => ({ peer, rounds: measured[`${peer.name}, ${padding}`] }));
  return {
    lengths,
    ours: measured.anygiven,
    padded: of("padded"),
    cropped: of("cropped"),
    rates: measured["matrix products"] ?? [],
  };
}

/** The two rows of a step question. @param atLeast the ratios wanted against the newest PyTorch. */
export function stepRows(
  { config, most }: StepSides,
  { ours, padded, cropped }: MeasuredSteps,
  atLeast: { readonly padded: number; readonly cropped: number },
): Row[] {
  const row = (name: string, peers: readonly PeerRounds[], least: number, note: string) =>
    comparison({
      name: `training step, ${config}, ${name}`,
      unit: "ms",
      better: "less",
      ours,
      peers,
      atLeast: least,
      note,
    });
  return [
    row(
      "PyTorch padded",
      padded,
      atLeast.padded,
      `PyTorch pads every row to ${most} columns, as the original does`,
    ),
    row(
      "PyTorch cropped",
      cropped,
      atLeast.cropped,
      "PyTorch is given each batch without padding, which the original doesn't do",
    ),
  ];
}

function checkLosses(losses: readonly number[], largest: number): void {
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  if (low > 0 && high / low <= largest) return;
  throw new Error(
    `losses of the first step lie between ${low} and ${high}, more than ${largest} times apart: the sides don't do the same step`,
  );
}
