/** @file Many points cut into blocks that one run of a head's program works on. */
import { blockSize, type HeadWeights } from "../networks/leung-bovy/head-weights.ts";
import type { Executable, Sizes } from "../runtime/executable.ts";
import type { ChainCells } from "../sampling/ddpm-chain.ts";

/** A program for points that share one condition, which is faster, and for points with one each. */
export interface ProgramPair {
  readonly shared: Executable;
  readonly each: Executable;
}

export interface Block {
  /** The first point of the block, and how many there are. */
  readonly first: number;
  readonly points: number;
  readonly executable: Executable;
  readonly sizes: Sizes;
  /** What the conditions add in each layer; see {@link HeadWeights.shifts}. */
  readonly shifts: Readonly<Record<string, ChainCells>>;
}

/**
 * @param conditions one row for all points, one row per point, or none, standardised.
 */
export async function* blocksOf(
  points: number,
  conditions: Float64Array | undefined,
  weights: HeadWeights,
  programs: ProgramPair,
): AsyncGenerator<Block> {
  const { conditionDimension: width } = weights.head;
  const shared = !conditions || conditions.length === width;
  const all = shared ? await weights.shifts(conditions, 1) : undefined;
  const atOnce = blockSize(weights.head);
  for (let first = 0; first < points; first += atOnce) {
    const count = Math.min(atOnce, points - first);
    yield {
      first,
      points: count,
      executable: shared ? programs.shared : programs.each,
      sizes: shared ? { rows: 1, samples: count } : { rows: count, samples: 1 },
      shifts:
        all ?? (await weights.shifts(conditions?.subarray(first * width, (first + count) * width), count)),
    };
  }
}
