/** @file The published model's probability flow, against numbers computed with the original. */
import { beforeAll, describe, expect, test } from "vitest";
import { columnIndex } from "../src/columns/encoding.ts";
import { fromPublished, type Imported } from "../src/import/from-published.ts";
import { readPublishedModel } from "../src/import/pytorch/published-model.ts";
import { questionTable } from "../src/model/question-table.ts";
import { ConditionEncoder } from "../src/networks/leung-bovy/conditions.ts";
import { questionsOf } from "../src/networks/leung-bovy/context-layout.ts";
import { encodeForLeungBovy } from "../src/networks/leung-bovy/encode.ts";
import { ProbabilityFlow } from "../src/networks/leung-bovy/probability-flow.ts";
import { isShared, NEEDS_SHARED, sharedJson, sharedPath } from "./reference.ts";

interface Case {
  readonly given: Readonly<Record<string, number>>;
  readonly request: string;
  readonly probabilityFlow: { readonly steps: number; readonly z: number[]; readonly value: number[] };
}

const FOLDER = "reference/california";
const isHere = isShared(FOLDER);
const cases = isHere ? sharedJson<{ cases: Case[] }>(`${FOLDER}/predictions.json`).cases : [];
const named = cases.map((c) => [`${c.request} given ${JSON.stringify(c.given)}`, c] as const);

describe.skipIf(!isHere)(`the probability flow of the imported model ${NEEDS_SHARED}:`, () => {
  let imported: Imported;
  beforeAll(async () => {
    imported = fromPublished(await readPublishedModel(sharedPath(FOLDER)));
  });

  test.each(named)("%s, to 1e-3 of the column's scale", async (_, { given, request, probabilityFlow }) => {
    const { config, weights } = imported;
    const index = columnIndex(config.columns, request);
    const encoder = await ConditionEncoder.load(config.network, weights, {});
    const rows = { table: questionTable(config, given), given: Object.keys(given), start: 0, rows: 1 };
    const questions = questionsOf(encodeForLeungBovy(rows, config.columns), [index]);
    const conditions = await encoder.encode(questions, 1);
    const flow = await ProbabilityFlow.load(config.network, weights, {});
    const values = await flow.values(conditions, 1, Float32Array.from(probabilityFlow.z));
    const { center, scale } = config.columns[index].encoding;
    probabilityFlow.value.forEach((value, i) => {
      const found = center + scale * values[i];
      expect(Math.abs(found - value) / Math.max(Math.abs(value), scale)).toBeLessThan(1e-3);
    });
  });
});
