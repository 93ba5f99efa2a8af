/** @file What each command writes is in the unit of the column that it is about: FITS has a place for it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/cli.ts";
import { anygivenHere } from "../../test/cli-here.ts";
import { readTable } from "../table/files/read.ts";
import { writeTable } from "../table/files/write.ts";
import { tableFromRows } from "../table/from-values.ts";

const folder = temporaryFolder("written-units");
mkdirSync(folder, { recursive: true });
const stars = join(folder, "stars.csv");
await writeTable(
  tableFromRows([
    { teff: 4700, logg: null },
    { teff: 5800, logg: 4.4 },
  ]),
  stars,
);

test.each([
  [
    ["predict", stars, "--of", "teff", "--quantiles", "0.05", "--modes"],
    { teff: "K", teff_sd: "K", teff_q05: "K", teff_mode_1: "K" },
  ],
  [["density", stars, "--of", "teff"], { teff_mean: "K", teff_sd: "K", teff_q50: "K" }],
  [["sample", stars, "--of", "logg", "--size", "1"], { logg: "dex" }],
  [["impute", stars], { logg: "dex", logg_low: "dex" }],
  [["synthesize", "--rows", "5"], { teff: "K", logg: "dex" }],
])("%j", async ([verb, ...words], units) => {
  const out = join(folder, `${verb}.fits`);
  const { code, stderr } = await anygivenHere(verb, "models/survey", ...words, "--out", out);
  expect([code, stderr]).toEqual([0, expect.anything()]);
  const { columns } = await readTable(out, { columns: Object.keys(units) });
  expect(Object.fromEntries(columns.map(({ name, unit }) => [name, unit]))).toEqual(units);
});
