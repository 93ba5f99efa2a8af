import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writeHdf5 } from "../table/files/hdf5/testing/write-hdf5.ts";
import { tableOf, trainingSourceOf } from "./tables.ts";

const folder = mkdtempSync(join(tmpdir(), "table-options-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("--group names one of the tables of an HDF5 file", async () => {
  const path = join(folder, "stars.h5");
  await writeHdf5(path, { "giants/teff": [4700, 4800], "dwarfs/teff": [5800] });
  expect((await tableOf([path], { group: "giants" })).columns[0].values).toEqual(Float32Array.of(4700, 4800));
  await expect(tableOf([path], {})).rejects.toThrow(
    /\/dwarfs \(teff\), \/giants \(teff\); name one with `group`/,
  );
});

test("the precision of training is not taken for that of reading", async () => {
  const options = { precision: "float16" as "float32", missing: [-9] };
  expect(await trainingSourceOf(["stars.csv"], options)).toEqual({
    files: "stars.csv",
    units: {},
    missing: [-9],
    onReport: expect.any(Function),
  });
});
