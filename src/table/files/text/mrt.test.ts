/** @file Machine-readable tables of journals and of the CDS, byte by byte as they describe themselves, and as Astropy reads them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/cli.ts";
import { printedJson, pythonWith } from "../../../../test/python.ts";
import { readTable } from "../read.ts";
import { toldReading } from "../testing/told-reading.ts";

const folder = temporaryFolder("mrt");

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const MRT = `Title: Masses of some giants
Authors: Someone A., Other B.
Table: Table 3
================================================================================
Byte-by-byte Description of file: datafile3.txt
--------------------------------------------------------------------------------
   Bytes Format Units   Label   Explanations
--------------------------------------------------------------------------------
   1-  4 A4     ---     ID      Identifier
   6- 13 F8.5   deg     RAdeg   Right Ascension in decimal
                                 degrees 12- 20 (J2000)
      15 A1     ---     l_Mass  Limit flag on Mass
  16- 19 F4.2   Msun    Mass    [0.1/9]?=9.99 Mass
  21- 24 F4.2   Msun  E_Mass    ? Upper error
  26- 29 F4.2   Msun  e_Mass    ? Lower error (1)
  31- 32 I2     ---     N       ?=-9 Number of spectra
--------------------------------------------------------------------------------
Note (1): Half of the distance between the 16th and
    the 84th percentile.
--------------------------------------------------------------------------------
0012 10.68474  1.23 0.10 0.20  3
0013 10.70000 <9.99           -9
"14" 11.00000  1.50 0.30 0.30 12
`;

const expected = {
  ID: ["0012", "0013", '"14"'],
  RAdeg: [10.684_74, 10.7, 11],
  l_Mass: [null, "<", null],
  Mass: [1.23, null, 1.5],
  N: [3, null, 12],
};

test("names, types, units, what is missing, errors to either side", async () => {
  const path = file("table3.txt", MRT);
  const { cells, units, report } = await toldReading(path);
  expect(cells).toEqual(expected);
  expect(units).toEqual({ RAdeg: "deg", Mass: "Msun" });
  expect(report).toMatchObject({ format: "mrt", header: { ground: "marked" } });
  const { columns } = await readTable(path, { columns: ["Mass"], precision: "float64" });
  expect(columns[0].errors?.[0]).toBeCloseTo(Math.sqrt((0.1 ** 2 + 0.2 ** 2) / 2), 12);
});

test("a ReadMe of several files, or without rows, is no such table", async () => {
  const [before] = MRT.split("0012 10");
  const { report } = await toldReading(
    file("several.txt", `${MRT}Byte-by-byte Description of file: b.dat\n`),
    {
      header: "none",
      ragged: "skip",
      separator: "tab",
    },
  ).catch(() => ({ report: { format: "csv" } }));
  expect(report.format).not.toBe("mrt");
  await expect(readTable(file("readme.txt", before))).rejects.toThrow();
});

const python = pythonWith("astropy.table", "src/table/files/text/mrt.test.ts: with Astropy");

test.skipIf(!python)("Astropy reads the same, and what it writes is read here", async () => {
  const found = printedJson(
    python ?? "",
    `
import sys, json
import numpy as np
from astropy.table import Table, MaskedColumn
cells = lambda c: [None if v is np.ma.masked or v is None else v.item() if hasattr(v, "item") else str(v) for v in c]
ours = Table.read(sys.argv[1] + "/table3.txt", format="ascii.mrt")
t = Table(dict(name=["a b", "c", "d"], x=[1.25, -0.5, 2.75], n=MaskedColumn([1, 2, 3], mask=[False, True, False])))
t["x"].unit = "mag"
t.write(sys.argv[1] + "/theirs.txt", format="ascii.mrt", overwrite=True)
print(json.dumps({n: cells(ours[n]) for n in ["ID", "RAdeg", "l_Mass", "Mass", "N"]}))
`,
    folder,
  );
  expect(found).toEqual(expected);
  const { cells, units } = await toldReading(join(folder, "theirs.txt"));
  expect(cells).toEqual({ name: ["a b", "c", "d"], x: [1.25, -0.5, 2.75], n: [1, null, 3] });
  expect(units).toEqual({ x: "mag" });
});
