/** @file The chain that `sample --as chain` writes, as the real GetDist reads it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/cli.ts";
import { anygivenHere } from "../../test/cli-here.ts";
import { printedJson, pythonWith } from "../../test/python.ts";

const folder = temporaryFolder("chains");
const sample = (...words: string[]) =>
  anygivenHere("sample", "models/survey", "--given", "bprp=1.1", "--size", "2000", ...words);

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

const python = pythonWith("getdist", "src/cli/chains.test.ts: reading with GetDist");

test.skipIf(!python)("GetDist reads names, labels, weights, densities and values", async () => {
  const [chain, table] = ["star.txt", "star.json"].map((name) => join(folder, name));
  const joint = ["--of", "teff,logg", "--joint"];
  expect(await sample(...joint, "--as", "chain", "--out", chain)).toMatchObject({ code: 0 });
  expect(await sample(...joint, "--out", table)).toMatchObject({ code: 0 });
  const found = printedJson<Record<string, unknown>>(
    python ?? "",
    `
import sys, json
from getdist import loadMCSamples
import getdist.chains
getdist.chains.print_load_details = False
s = loadMCSamples(sys.argv[1])
names = s.getParamNames()
print(json.dumps(dict(rows=s.numrows, names=names.list(), labels=names.labels(), means=s.getMeans().tolist(),
    weights=[s.weights.min(), s.weights.max()], density=-s.loglikes.mean())))
`,
    join(folder, "star"),
  );
  const rows = JSON.parse(readFileSync(table, "utf8")) as Record<string, number>[];
  const close = (name: string) => expect.closeTo(mean(rows.map((row) => row[name])), 6);
  expect(found).toEqual({
    ...{ rows: 2000, names: ["teff", "logg"], weights: [1, 1], density: close("log_density") },
    labels: ["\\mathrm{teff}\\ [\\mathrm{K}]", "\\mathrm{logg}\\ [\\mathrm{dex}]"],
    means: [close("teff"), close("logg")],
  });
});

test.each([
  [["--of", "teff", "--out", "x.txt"], /--as chain is for samples that are drawn together: add --joint/],
  [["--of", "teff,logg", "--joint"], /--as chain writes NAME\.txt: name a file that ends in \.txt/],
  [["--of", "teff,logg", "--joint", "--out", "x.csv"], /--as chain writes NAME\.txt/],
])("what it needs is told: %j", async (words, said) => {
  const { code, stderr } = await sample(...words, "--as", "chain");
  expect([code, stderr]).toEqual([2, expect.stringMatching(said)]);
});
