/** @file Answers of the published California model, against numbers computed with the original. */
import { beforeAll, describe, expect, test } from "vitest";
import { columnIndex } from "../src/columns/encoding.ts";
import { fromPublished, type Imported } from "../src/import/from-published.ts";
import { readPublishedModel } from "../src/import/pytorch/published-model.ts";
import { Model } from "../src/model/model.ts";
import { questionTable } from "../src/model/question-table.ts";
import { ConditionEncoder } from "../src/networks/leung-bovy/conditions.ts";
import { questionsOf } from "../src/networks/leung-bovy/context-layout.ts";
import { encodeForLeungBovy } from "../src/networks/leung-bovy/encode.ts";
import { networkParameters } from "../src/networks/leung-bovy/parameters.ts";
import { denoiseProgram, shiftName, shiftProgram, timeName } from "../src/networks/leung-bovy/programs.ts";
import { cells } from "../src/networks/parts/parameter-layout.ts";
import { Executable } from "../src/runtime/executable.ts";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "./reference.ts";

interface Case {
  readonly given: Readonly<Record<string, number>>;
  readonly request: string;
  readonly condition: readonly number[];
  readonly noisePrediction: { readonly x: number[]; readonly t: number[]; readonly eps: number[][] };
  readonly ancestral: {
    readonly samples: number;
    readonly probability: number[];
    readonly quantile: number[];
    readonly mean: number;
    readonly std: number;
  };
}

const FOLDER = "reference/california";
const isHere = isShared(FOLDER);
const cases = isHere ? sharedJson<{ cases: Case[] }>(`${FOLDER}/predictions.json`).cases : [];
const named = cases.map((c) => [`${c.request} given ${JSON.stringify(c.given)}`, c] as const);

describe.skipIf(!isHere)(`the imported model answers as the original ${NEEDS_SHARED}:`, () => {
  let imported: Imported;
  beforeAll(async () => {
    imported = fromPublished(await readPublishedModel(sharedPath(FOLDER)));
  });

  const conditionOf = async ({ given, request }: Case) => {
    const { config, weights } = imported;
    const encoder = await ConditionEncoder.load(config.network, weights, {});
    const rows = { table: questionTable(config, given), given: Object.keys(given), start: 0, rows: 1 };
    const encoded = encodeForLeungBovy(rows, config.columns);
    return encoder.encode(questionsOf(encoded, [columnIndex(config.columns, request)]), 1);
  };

  test.each(named)("condition vector of %s, to 1e-4", async (_, example) => {
    const condition = await conditionOf(example);
    const size = Math.hypot(...example.condition);
    example.condition.forEach((entry, i) => {
      // Relative to the entry, and for entries near zero to a float32 rounding of the vector.
      expect(Math.abs(condition[i] - entry)).toBeLessThan(1e-4 * Math.abs(entry) + 1e-6 * size);
    });
  });

  test.each(named)("predicted noise of %s, to 1e-4", async (_, example) => {
    const { x, t: steps, eps } = example.noisePrediction;
    const { head } = imported.config.network;
    const parameters = networkParameters(imported.config.network);
    const own = Object.fromEntries(parameters.map((p) => [p.name, cells(imported.weights, p)]));
    const shift = await Executable.load(shiftProgram(head));
    const shifts = await shift.run({ ...own, condition: await conditionOf(example) }, { rows: 1 });
    const noise = await Executable.load(denoiseProgram(head, { noiseOnly: true }));
    for (const [i, t] of steps.entries()) {
      const feeds: Record<string, Float32Array> = { ...own, x: Float32Array.from(x) };
      for (let layer = 0; layer < head.layers; layer++) {
        feeds[shiftName(layer)] = shifts[shiftName(layer)] as Float32Array;
        feeds[timeName(layer)] = own[`head.${layer}.time`].subarray(t * head.width, (t + 1) * head.width);
      }
      const found = await noise.run(feeds, { rows: 1, samples: x.length });
      eps[i].forEach((value, k) => {
        expect(Math.abs(found.noise[k] - value), `t ${t}, x ${x[k]}`).toBeLessThan(
          1e-4 * Math.abs(value) + 1e-6 * 3,
        );
      });
    }
  });

  test.each(named)("quantiles of 20,000 ancestral samples of %s", async (_, example) => {
    const { given, request, ancestral } = example;
    const model = new Model(imported);
    const size = 20_000;
    const drawn = await model.sample({ of: request, given, size, seed: 20, method: "ancestral" });
    const samples = drawn.samples[request].sort();
    // The share of our samples below each of the original's quantiles is binomial around its probability.
    ancestral.probability.forEach((p, i) => {
      const below = samples.findIndex((sample) => sample > ancestral.quantile[i]) / size;
      const error = Math.sqrt(p * (1 - p) * (1 / size + 1 / ancestral.samples));
      expect(Math.abs(below - p) / error, `quantile ${p}`).toBeLessThan(4.2);
    });
  });
});
