/** @file Tables and options that a program without types gives the library: one sentence says what is wrong with them. */
import { join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../src/index.ts";
import { temporaryFolder, writeExampleTable } from "./cli.ts";

const folder = temporaryFolder("library-tables");
const file = writeExampleTable(join(folder, "table.csv"), 30);
const x = Float64Array.from({ length: 30 }, (_, row) => row + 0.5);
const table = library.tableFromColumns({ x, y: x.map((value) => value ** 2) });
const columns = (values: Readonly<Record<string, Float64Array>>) =>
  Object.entries(values).map(([name, values]) => ({ name, values }));

test.each<[string, object, object, RegExp]>([
  ["columns alone", { x, y: x }, {}, /this one has no columns; tableFromColumns/],
  ["lengths", { ...table, columns: columns({ x, y: x.slice(1) }) }, {}, /30 and 29 rows \("x", "y"\)/],
  ["the number of rows", { ...table, rows: 29 }, {}, /said to have 29 rows, but its column "x" has 30/],
  ["no name", { ...table, columns: columns({ x, "": x }) }, {}, /Column 2 of the table has no name/],
  [
    "a name twice",
    { ...table, columns: [...table.columns, table.columns[0]] },
    {},
    /Two columns are named "x"/,
  ],
  ["an option", table, { exclud: ["x"] }, /no option "exclud"; did you mean "exclude"/],
  ["an option of reading", { files: file, mising: [1] }, {}, /no option "mising"; did you mean "missing"/],
  ["a column", table, { kinds: { z: "category" } }, /no column "z"; the columns are: x, y/],
  ["one row", library.tableFromRows([{ x: 1, y: 2 }]), {}, /only one row, of which nothing can be learnt/],
])("inspect and train tell of %s", async (_, wrong, options, sentence) => {
  await expect(library.inspect(wrong as library.Table, options)).rejects.toThrow(sentence);
  await expect(library.train(wrong as library.Table, options)).rejects.toThrow(sentence);
});

test("reading tells of an option that there isn't", async () => {
  await expect(library.readTable(file, { rows: [1] } as object)).rejects.toThrow(
    /no option "rows"; did you mean "row"/,
  );
  await expect(library.tableBlocks(file, { blocksize: 9 } as object)).rejects.toThrow(
    /no option "blocksize"/,
  );
});
