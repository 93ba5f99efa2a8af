/** @file A few hundred damaged inputs of every kind: each is read rightly or refused in one sentence (`npm run fuzz` tries many more). */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { type Finding, tryMutants } from "./fuzz/run.ts";
import { TARGETS } from "./fuzz/targets/all.ts";

const folder = temporaryFolder("fuzz");

/** So many that a target takes about two seconds: a thousand of each would take minutes. */
const MUTANTS: Readonly<Record<string, number>> = {
  gz: 300,
  zip: 100,
  safetensors: 1000,
  config: 1000,
  checkpoint: 300,
  pt: 300,
};
const MUTANTS_OF_OTHERS = 25;

test.each(TARGETS.map((target) => [target.name, target] as const))("%s", async (name, target) => {
  const own = join(folder, name);
  mkdirSync(own);
  const started = await target.start(own);
  const counts = { tried: 0, read: 0, refused: 0 };
  const findings: Pick<Finding, "number" | "said">[] = [];
  const many = MUTANTS[name] ?? MUTANTS_OF_OTHERS;
  await tryMutants(target, started, { seed: 1, from: 0, counts }, (tried) => tried < many, {
    onFinding: ({ number, said }) => findings.push({ number, said }),
  });
  await started.stop?.();
  expect(findings).toEqual([]);
  expect(counts.tried).toBe(many);
});
