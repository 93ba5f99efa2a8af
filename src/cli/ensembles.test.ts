/** @file Distributions that `density --as` writes, as the real qp reads them: the same density and distribution function. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/cli.ts";
import { anygivenHere } from "../../test/cli-here.ts";
import { printedJson, pythonWith } from "../../test/python.ts";
import { Model } from "../model/model.ts";
import { readTable } from "../table/files/read.ts";
import { writeTable } from "../table/files/write.ts";
import { tableFromRows } from "../table/from-values.ts";

const folder = temporaryFolder("ensembles");
const stars = join(folder, "stars.csv");
const rows = [
  { bprp: 1.1, jh: 0.6, logebv: -3 },
  { bprp: 0.7, jh: null, logebv: null },
  { bprp: 2.4, jh: 0.7, logebv: -2 },
];
await writeTable(tableFromRows(rows.map((row, i) => ({ id: 7 + i, ...row }))), stars);

async function written(name: string, ...words: string[]): Promise<string> {
  const out = join(folder, name);
  const said = await anygivenHere("density", "models/survey", stars, ...words, "--keep", "id", "--out", out);
  expect([said.code, said.stderr]).toEqual([0, expect.anything()]);
  return out;
}

/** Densities and distribution functions at values, and quantiles at shares, for each row. */
async function answered(of: string, values: readonly number[], shares: readonly number[]) {
  const model = await Model.load("models/survey");
  const answers = await model.density(await readTable(stars, { columns: ["bprp", "jh", "logebv"] }), {
    of: [of],
  });
  await model.dispose();
  const each = <T>(made: (row: number) => T) => rows.map((_, row) => made(row));
  return {
    pdf: each((row) => values.map((value) => answers[of].pdf(row, value))),
    cdf: each((row) => values.map((value) => answers[of].cdf(row, value))),
    ppf: each((row) => shares.map((share) => answers[of].quantile(row, share))),
  };
}

const python = pythonWith("qp", "src/cli/ensembles.test.ts: reading with qp (pip: qp-prob)");

function asRead(path: string, values: readonly number[], shares: readonly number[]) {
  return printedJson<{
    pdf: number[][];
    cdf: number[][];
    ppf: number[][];
    ancil: Record<string, number[]>;
    name: string;
  }>(
    python ?? "",
    `
import sys, json, qp
values, shares = json.loads(sys.argv[2])
e = qp.read(sys.argv[1])
print(json.dumps(dict(pdf=e.pdf(values).tolist(), cdf=e.cdf(values).tolist(), ppf=e.ppf(shares).tolist(),
    ancil={k: v.tolist() for k, v in e.ancil.items()}, name=e.gen_class.name)))
`,
    path,
    JSON.stringify([values, shares]),
  );
}

const VALUES = Array.from({ length: 61 }, (_, i) => i / 10);
const SHARES = [0.01, 0.16, 0.5, 0.84, 0.99];

/** How far two lists of rows are apart at most, as a part of the greatest value. */
function apart(found: readonly number[][], expected: readonly number[][]): number {
  const most = Math.max(...expected.flat().map(Math.abs));
  return Math.max(...expected.flatMap((row, i) => row.map((each, k) => Math.abs(each - found[i][k])))) / most;
}

test.skipIf(!python)("quantiles are an ensemble of quant, with row numbers and kept columns", async () => {
  const found = asRead(await written("quant.hdf5", "--of", "logg", "--as", "quant"), VALUES, SHARES);
  const expected = await answered("logg", VALUES, SHARES);
  expect(found.name).toBe("quant");
  expect(found.ancil).toEqual({ row: [1, 2, 3], id: [7, 8, 9] });
  expect(apart(found.cdf, expected.cdf)).toBeLessThan(0.002);
  expect(apart(found.ppf, expected.ppf)).toBeLessThan(0.002);
  expect(apart(found.pdf, expected.pdf)).toBeLessThan(0.03);
});

test.skipIf(!python)("densities on a grid are an ensemble of interp", async () => {
  const path = await written("interp.hdf5", "--of", "logg", "--as", "interp", "--grid=-2..8:2001");
  const found = asRead(path, VALUES, SHARES);
  const expected = await answered("logg", VALUES, SHARES);
  expect(found.name).toBe("interp");
  expect(apart(found.pdf, expected.pdf)).toBeLessThan(0.002);
  expect(apart(found.cdf, expected.cdf)).toBeLessThan(0.002);
});

test.skipIf(!python)("several columns are a dictionary of ensembles, by their own quantiles", async () => {
  const path = await written(
    "two.hdf5",
    "--of",
    "teff,logg",
    "--as",
    "quant",
    "--quantiles",
    "0.05,0.25,0.5,0.75,0.95",
  );
  const found = printedJson(
    python ?? "",
    `
import sys, json, qp
e = qp.read_dict(sys.argv[1])
print(json.dumps({k: [int(v.npdf), v.ppf([0.5]).ravel().tolist()] for k, v in e.items()}))
`,
    path,
  );
  const medians = async (of: string) =>
    (await answered(of, [], [0.5])).ppf.map(([each]) => expect.closeTo(each, 2));
  expect(found).toEqual({ teff: [3, await medians("teff")], logg: [3, await medians("logg")] });
});

test.each([
  [["--as", "quant", "--out", "x.csv"], /--as quant writes HDF5: name a file that ends in \.hdf5/],
  [["--as", "interp", "--out", "x.hdf5"], /--as interp needs --grid LOW\.\.HIGH:N/],
  [["--grid", "0..1:5", "--out", "x.hdf5"], /--grid is for --as interp/],
  [["--as", "quant", "--grid", "0..1:5", "--out", "x.hdf5"], /--as quant writes quantiles: leave out --grid/],
  [["--as", "interp", "--grid", "1..0:5", "--out", "x.hdf5"], /is not LOW\.\.HIGH:N, such as 0\.\.3:301/],
])("what doesn't go together is told: %j", async (words, said) => {
  const { code, stderr } = await anygivenHere("density", "models/survey", stars, "--of", "logg", ...words);
  expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
});
