/** @file Options of every benchmark. */
import { parseArgs } from "node:util";

export interface Options {
  /** Times that every side is measured, in turn; the table shows medians. */
  readonly rounds: number;
  /** One round, the newest peer alone, less work. */
  readonly quick: boolean;
  readonly seed: number;
  /** Threads of either side. */
  readonly threads: number;
  readonly json: boolean;
  /** Only questions whose name contains this. */
  readonly only: string;
}

export const USAGE = `npm run bench -- [--only NAME] [--rounds 5] [--quick] [--seed 1] [--threads 2] [--json]
  --only     only the questions whose name contains NAME
  --rounds   how often every side is measured, in turn; the table shows medians
  --quick    one round, the newest PyTorch alone, less of everything: rough
  --seed     of all random data, weights and context lengths
  --threads  of either side
  --json     JSON instead of a table
`;

/** Fewer are too few for a median: the table says so. */
export const ENOUGH_ROUNDS = 5;

/** @throws for an option that isn't one, or a number that can't be. */
export function readOptions(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      threads: { type: "string", default: "2" },
      json: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { quick, json, only } = values;
  return {
    rounds: whole("rounds", values.rounds ?? (quick ? "1" : String(ENOUGH_ROUNDS)), 1),
    seed: whole("seed", values.seed, 0),
    threads: whole("threads", values.threads, 1),
    quick,
    json,
    only,
  };
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${name} is "${text}"; it must be a whole number of at least ${least}.`);
}
