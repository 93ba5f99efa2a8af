/** @file The stars example's numbers, of the model that comes with the package; and its catalogues and luminosities. */

import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  type Column,
  chosenRows,
  type Distribution,
  load,
  type NumberDistribution,
  type Table,
  train,
} from "../../src/index.ts";
import { writeHdf5 } from "../../src/table/files/hdf5/testing/write-hdf5.ts";
import { temporaryFolder } from "../../test/cli.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "../../test/reference.ts";
import { COEFFICIENTS, simulateSpectra } from "../spectra/simulate-spectra.ts";
import { catalogueOf } from "./catalogue.ts";
import * as figures from "./figures.ts";
import { fakemagOf, logLuminosity, luminosityDistribution } from "./luminosity.ts";
import { simulateSurvey } from "./simulator/survey.ts";

const folder = temporaryFolder("stars-example");
const model = await load("survey");
afterAll(() => model.dispose());
const stars = simulateSurvey({ rows: 1000, seed: 2 });
const survey = simulateSurvey({ rows: 20_000, seed: 3 });

const numberOf = (answer: Distribution) => answer as NumberDistribution;

describe("luminosity", () => {
  test("the Sun's absolute magnitude is one solar luminosity", () => {
    // M = 5 log10(F) - 10 = 4.67
    expect(logLuminosity(10 ** (14.67 / 5))).toBeCloseTo(0, 12);
    // Brighter by 5 magnitudes: a hundredfold.
    expect(logLuminosity(10 ** (9.67 / 5))).toBeCloseTo(2, 12);
    expect(logLuminosity(fakemagOf(1.25))).toBeCloseTo(1.25, 12);
    expect(logLuminosity(-1)).toBeNaN();
  });

  test("its distribution is that of g_fakemag in other coordinates", async () => {
    const fakemag = numberOf(await model.density({ of: "g_fakemag" }));
    const luminosity = luminosityDistribution(fakemag);
    for (const p of [0.05, 0.3, 0.5, 0.8, 0.99])
      expect(luminosity.cdf(luminosity.quantile(p))).toBeCloseTo(p, 6);
    const h = 1e-4;
    const slope = (luminosity.cdf(0.3 + h) - luminosity.cdf(0.3 - h)) / (2 * h);
    expect(luminosity.pdf(0.3) / slope).toBeCloseTo(1, 2);
  });
});

test("marginals fit held-out stars", async () => {
  const { ks } = await figures.marginals(model, stars, {});
  expect(ks).toBeLessThan(0.06); // a perfect model's is below 0.043 with 1,000 stars
});

test("gravity given temperature has the stars' shares of giants", async () => {
  const { shares, figure } = await figures.gravityGivenTemperature(model, survey, {});
  expect(shares.map(({ given }) => given.teff)).toEqual([3700, 4700, 5700]);
  for (const { model: answered, stars: found, count } of shares) {
    expect(count).toBeGreaterThan(100);
    expect(Math.abs(answered - found)).toBeLessThan(0.12);
  }
  expect(figure.svg).toContain("teff = 4700");
});

test("behind more dust a star of 3800 K is more often a giant", async () => {
  const { shares } = await figures.gravityGivenReddening(model, survey, {});
  const [little, some, much] = shares.map(({ model: answered }) => answered);
  expect(little).toBeLessThan(some);
  expect(some).toBeLessThan(much);
  expect(much).toBeGreaterThan(0.5);
});

test("labels given all else are calibrated", async () => {
  const some = chosenRows(
    stars,
    Array.from({ length: 400 }, (_, row) => row),
  );
  const { scores } = await figures.calibration(model, some, {});
  expect(scores.ks.value).toBeLessThan(0.08);
  for (const { mass, coverage } of scores.intervals)
    expect(Math.abs(coverage.value - mass)).toBeLessThan(0.08);
});

test("temperature is known better from everything than from one colour", async () => {
  const all = model.columns.filter((name) => name !== "teff");
  const everything = await figures.prediction(model, stars, all, {});
  const little = await figures.prediction(model, stars, ["jh"], {});
  expect(everything.scatter).toBeLessThan(130);
  expect(little.scatter).toBeGreaterThan(1.5 * everything.scatter);
});

test("generated stars lie where stars lie", async () => {
  const { kl } = await figures.generatedKiel(model, stars, {});
  expect(kl).toBeLessThan(0.25);
  expect(kl).toBeGreaterThan(-0.2); // the estimate's own noise
});

describe.skipIf(!isShared("data/stars_green2020"))(`real stars ${NEEDS_SHARED}`, () => {
  test("come in the survey's columns, errors and all", async () => {
    const { train, heldOut } = await catalogueOf(sharedPath("data/stars_green2020"));
    expect([train.rows, heldOut.rows]).toEqual([9000, 1000]);
    expect(train.columns.map(({ name }) => name)).toEqual(survey.columns.map(({ name }) => name));
    const of = (name: string) => heldOut.columns.find((column) => column.name === name)!;
    // The catalogue's first star: B - R = 13.89672 - 12.830153, J - H = 12.04 - 11.699.
    expect(of("bprp").values[0]).toBeCloseTo(1.066567, 5);
    expect(of("jh").values[0]).toBeCloseTo(0.341, 5);
    expect(of("jh").errors![0]).toBeCloseTo(Math.hypot(0.029, 0.02828427), 5);
    expect(of("logebv").values[0]).toBeCloseTo(Math.log(0.311861), 5);
    expect(of("g_fakemag").values[0]).toBeCloseTo(1.5671304 * 10 ** (13.445989 / 5), 1);
  });
});

test("the original's files are drawn as well: a small one of their layout", async () => {
  const spectra = simulateSpectra({ stars: 600, seed: 4 });
  const path = join(folder, "testing_set.h5");
  await writeHdf5(path, originalLayout(spectra));
  const { train: training, heldOut } = await catalogueOf(path);
  expect(training.columns).toHaveLength(118);
  expect(training.rows + heldOut.rows).toBeLessThanOrEqual(600); // those with teff and logg
  const small = await train(training, { epochs: 1, size: "small", batchSize: 16, workers: 2 });
  const some = chosenRows(
    heldOut,
    Array.from({ length: 20 }, (_, row) => row),
  );
  const drawn = [
    (await figures.marginals(small, heldOut, {})).figure,
    (await figures.gravityGivenTemperature(small, training, {})).figure,
    (await figures.gravityGivenReddening(small, training, {})).figure,
    (await figures.calibration(small, some, {})).figure,
    (await figures.prediction(small, some, ["bp0", "bp1"], {})).figure,
    (await figures.generatedKiel(small, heldOut, {})).figure,
  ];
  for (const { svg } of drawn) expect(svg).not.toMatch(/NaN|undefined/);
  await small.dispose();
});

/** Datasets of `raw` as the published files have them: 110 coefficients, their relevancy, labels, all with errors. */
function originalLayout({ columns, rows }: Table) {
  const of = (name: string) => columns.find((column) => column.name === name)!;
  const labels = ["bprp", "jh", "jk", "teff", "logg", "m_h", "logebv", "g_fakemag"];
  const grid = (cell: (column: Column, row: number) => number) => ({
    data: Float64Array.from({ length: rows * 110 }, (_, i) =>
      cell(of(COEFFICIENTS[i % 110]), Math.floor(i / 110)),
    ),
    shape: [rows, 110],
  });
  const values = grid(({ values: cells }, row) => cells[row] || 0);
  const errors = grid(({ errors: cells }, row) => cells![row] || 0);
  const relevant = grid(({ values: cells }, row) => Number(!Number.isNaN(cells[row])));
  const scalars = labels.flatMap((name) => {
    const file = name === "logebv" ? "logc19" : name;
    return [
      [`raw/${file}`, Float64Array.from(of(name).values)],
      [`raw/${file}_err`, Float64Array.from(of(name).errors!)],
    ];
  });
  return {
    "raw/xp_coeffs": values,
    "raw/xp_coeffs_err": errors,
    "raw/xp_coeffs_gnorm": values,
    "raw/xp_coeffs_gnorm_err": errors,
    "raw/xp_relevancy": { data: Uint8Array.from(relevant.data), shape: relevant.shape },
    ...Object.fromEntries(scalars),
  };
}
