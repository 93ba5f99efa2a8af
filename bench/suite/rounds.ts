/** @file Measuring several sides in turn, so that a machine that slows down or is shared hits all of them alike. */
import { median } from "./median.ts";

/** What one side measures in a round. */
export type Side = (round: number) => Promise<number>;

/** For each side what it measured, round by round; in every round each side has its turn once. */
export async function inTurn<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, Side>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const value = await sides[name](round);
      measured[name].push(value);
      process.stderr.write(`  round ${round + 1} of ${rounds}: ${name} ${value.toPrecision(4)}\n`);
    }
  }
  return measured;
}

/** The median of the ratios of each round: sides of the same round had the same work and the same machine. */
export function pairedRatio(over: readonly number[], under: readonly number[]): number {
  if (over.length !== under.length) throw new Error(`${over.length} rounds against ${under.length}`);
  return median(over.map((value, round) => value / under[round]));
}
