/**
 * @file How long is `anygiven sample` from the start of the process to its answer?
 *
 *     npm run build && npx tsx bench/cold-start.ts
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inBench, measure, outputOf } from "./suite/children.ts";
import { inTurn } from "./suite/rounds.ts";
import { atMost, skipped } from "./suite/rows.ts";
import { type Question, runAlone } from "./suite/run-questions.ts";

const AT_MOST_SECONDS = 0.7;
const COMMAND = inBench("../dist/cli.js");
/** Starts of a round. */
const STARTS = 2;

/** A question of a model in a folder, or of the shipped one by its name. */
interface Asked {
  readonly model: string;
  readonly of: string;
  readonly given: string;
}

export const coldStart: Question = {
  name: "cold-start",
  async rows({ rounds, seed }) {
    if (!existsSync(COMMAND)) {
      return [
        skipped("anygiven sample, start to answer", "dist/cli.js is not there: run `npm run build` first"),
      ];
    }
    const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-"));
    try {
      const random = join(folder, "model");
      await measure("ours/saved-model.ts", ["--out", random, "--seed", String(seed)]);
      const small = { model: random, of: "c0", given: "c1=0.5" };
      const survey = { model: "survey", of: "logg", given: "teff=4700" };
      // The first start reads the files from the disk, which is not ours to measure.
      for (const asked of [small, survey]) await start(asked, seed);
      const seconds = await inTurn(STARTS * rounds, {
        small: (round) => start(small, seed + round),
        survey: (round) => start(survey, seed + round),
      });
      const note =
        "10,000 samples of one column, one other given; dist/cli.js in a fresh process, files cached";
      return [
        atMost("anygiven sample, small random model", "s", seconds.small, AT_MOST_SECONDS, note),
        atMost("anygiven sample, shipped survey model", "s", seconds.survey, AT_MOST_SECONDS, note),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** @returns seconds. @throws if the answer isn't one. */
async function start({ model, of, given }: Asked, seed: number): Promise<number> {
  const began = performance.now();
  const args = [COMMAND, "sample", model, "--of", of, "--given", given, "--seed", String(seed), "--json"];
  const lines = await outputOf(process.execPath, args);
  const seconds = (performance.now() - began) / 1000;
  checkAnswer(JSON.parse(lines.join("\n")) as Answer, of);
  return seconds;
}

interface Answer {
  readonly of: Readonly<Record<string, { readonly samples?: readonly number[] }>>;
}

function checkAnswer(answer: Answer, of: string): void {
  const samples = answer.of[of]?.samples ?? [];
  const different = new Set(samples).size;
  if (samples.length === 10_000 && different > 9000 && samples.every(Number.isFinite)) return;
  throw new Error(`${different} different samples of ${samples.length} where 10,000 were asked`);
}

await runAlone(import.meta.url, coldStart);
