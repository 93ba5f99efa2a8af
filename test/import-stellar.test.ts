/** @file A folder of the shape of the published stellar models, whose weights can't be had here, is imported. */
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { PublishedConfig } from "../src/import/pytorch/published-config.ts";
import {
  OrderedDictionary,
  publishedWeightsFixture,
  smallPublishedConfig,
  writePublishedFolder,
} from "../src/import/pytorch/torch-fixture.ts";
import { load } from "../src/index.ts";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("import-stellar");
const out = join(folder, "imported");

const coefficients = (band: string) => Array.from({ length: 55 }, (_, i) => `${band}${i}`);
const LABELS = ["bprp", "jh", "jk", "teff", "logg", "m_h", "logebv", "g_fakemag"];
const NAMES = [...coefficients("bp"), ...coefficients("rp"), ...LABELS];
/** The published models were trained to answer for all but these. */
const GIVEN_ONLY = ["bprp", "jk"];
const SCALES: Readonly<Record<string, readonly [number, number]>> = {
  teff: [4746.3, 487.8],
  logg: [2.57, 1.31],
};

const stellar: PublishedConfig = {
  ...smallPublishedConfig,
  embeddingDim: 192,
  heads: 24,
  ffnDim: 2048,
  encoderLayers: 2,
  diffusion: {
    ...smallPublishedConfig.diffusion,
    conditionDim: 192,
    headDim: 512,
    headLayers: 5,
    steps: 120,
  },
  columns: NAMES.map((name, i) => {
    const [center, scale] = SCALES[name] ?? [0.01 * i, 1e-3 * (i + 1)];
    return { name, token: i + 1, center, scale, standardised: true };
  }),
};

describe("a model of the published stellar shape", () => {
  let report: { parameters: number; epoch: number; config: { columns: { name: string; output: boolean }[] } };
  beforeAll(async () => {
    const checkpoint = new OrderedDictionary([
      ["model_state_dict", new OrderedDictionary([...publishedWeightsFixture(stellar)])],
      ["current_epoch", 10_240],
    ]);
    writePublishedFolder(join(folder, "published"), stellar, new Map([[10_240, checkpoint]]));
    const outputs = NAMES.filter((name) => !GIVEN_ONLY.includes(name)).join(",");
    const { code, stdout, stderr } = await anygivenHere(
      ...["import", join(folder, "published"), "--out", out, "--outputs", outputs, "--json"],
    );
    expect(code, stderr).toBe(0);
    report = JSON.parse(stdout);
  });

  test("has its 3,774,465 parameters, 1,853,441 of them in the head, and its 118 columns in order", async () => {
    expect([report.parameters, report.epoch]).toEqual([3_774_465, 10_240]);
    expect(report.config.columns.map(({ name }) => name)).toEqual(NAMES);
    expect(NAMES).toHaveLength(118);
    const givenOnly = report.config.columns.filter(({ output }) => !output).map(({ name }) => name);
    expect(givenOnly).toEqual(GIVEN_ONLY);
    const info = JSON.parse((await anygivenHere("info", out, "--json")).stdout);
    expect(info.model.parametersOfHead).toBe(1_853_441);
  });

  test("answers for a density and for samples, whatever is given", async () => {
    const model = await load(out);
    const given = { bp0: 0.02, rp54: 1e-3, jk: 0.7, teff: 4700 };
    const logg = await model.density({ of: "logg", given });
    const free = await model.density({ of: "logg" });
    if (logg.kind !== "number" || free.kind !== "number") throw new Error("logg is no number");
    expect(logg.cdf(logg.median())).toBeCloseTo(0.5, 3);
    expect(logg.median()).not.toBe(free.median());
    for (const method of ["flow", "ancestral"] as const) {
      const {
        samples: { teff },
      } = await model.sample({ of: "teff", given: { logg: 2.5 }, size: 20, method });
      expect(teff).toHaveLength(20);
      expect(teff.every(Number.isFinite)).toBe(true);
      expect(new Set(teff).size).toBe(20);
    }
    await expect(model.density({ of: "jk" })).rejects.toThrow(/trained to answer for/);
    await model.dispose();
  });
});
