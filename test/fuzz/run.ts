/** @file Some mutants of a target, one after the other, each drawn from the seed, the target's name and its number. */
import { generator } from "../../src/numeric/generator.ts";
import { type Outcome, outcomeOf, type StartedTarget, type Target } from "./target.ts";

/** A mutant that had an outcome which is not allowed. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly number: number;
  readonly said: string;
  readonly bytes: Uint8Array;
}

export interface Counts {
  tried: number;
  read: number;
  refused: number;
}

export interface Watcher {
  /** Before each mutant. */
  readonly onBegin?: (number: number) => void;
  readonly onFinding: (finding: Finding) => void;
}

/** The mutant of a number. */
function mutant(target: Target, started: StartedTarget, seed: number, number: number): Uint8Array {
  return started.make(generator(seed, "fuzz", target.name, number));
}

/**
 * Tries mutants from a number on, for as long as `goesOn`.
 * @returns the number of the next.
 */
export async function tryMutants(
  target: Target,
  started: StartedTarget,
  { seed, from, counts }: { readonly seed: number; readonly from: number; readonly counts: Counts },
  goesOn: (tried: number) => boolean,
  { onBegin, onFinding }: Watcher,
): Promise<number> {
  let number = from;
  for (; goesOn(number - from); number++) {
    onBegin?.(number);
    const bytes = mutant(target, started, seed, number);
    const outcome: Outcome = await outcomeOf(started, bytes);
    counts.tried++;
    if (outcome.kind === "wrong") onFinding({ target: target.name, seed, number, said: outcome.said, bytes });
    else counts[outcome.kind]++;
  }
  return number;
}
