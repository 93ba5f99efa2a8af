/** @file Files of formats that are not read, under their own names and under those of tables: a sentence with the way out. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { readTable } from "./read.ts";
import { writeTable } from "./write.ts";

const folder = temporaryFolder("known-bytes");
const latin1 = (text: string) => Buffer.from(text, "latin1");

const sas = Buffer.concat([
  Buffer.alloc(12),
  Buffer.from([0xc2, 0xea, 0x81, 0x60, 0xb3, 0x14]),
  Buffer.alloc(64),
]);
const ods = zipSync({ mimetype: strToU8("application/vnd.oasis.opendocument.spreadsheet") }, { level: 0 });
const npz = zipSync({ "x.npy": latin1("\x93NUMPY\x01\0v\0"), "y.npy": latin1("\x93NUMPY\x01\0v\0") });

describe("is refused by its name and under that of a CSV:", () => {
  test.each([
    ["x.dta", latin1("<stata_dta><header>"), "a file of Stata", "pandas.read_stata"],
    ["x.sav", latin1("$FL2@(#) SPSS DATA FILE"), "a file of SPSS", "pandas.read_spss"],
    ["x.sas7bdat", sas, "a file of SAS", "pandas.read_sas"],
    [
      "x.xpt",
      latin1("HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"),
      "a transport file of SAS",
      "read_sas",
    ],
    ["x.mat", latin1("MATLAB 5.0 MAT-file, Platform: GLNXA64"), "a file of MATLAB", "writetable"],
    ["x.rds", gzipSync(latin1("X\n\0\0\0\x03\0\x04")), "a file of R", "write.csv"],
    ["x.RData", gzipSync(latin1("RDX3\nX\n")), "a file of R", "write.csv"],
    ["x.feather", latin1("ARROW1\0\0"), "an Arrow", "pandas.read_feather"],
    ["x.npy", latin1("\x93NUMPY\x01\0v\0"), "an array of NumPy", "numpy.load"],
    ["x.npz", npz, "arrays of NumPy", "numpy.load"],
    ["x.pkl", latin1("\x80\x04\x95"), "a pickle", "pandas.read_pickle"],
    ["x.sqlite", latin1("SQLite format 3\0"), "a SQLite database", "sqlite3 -csv"],
    ["x.xls", latin1("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an Excel file of before 2007", "save it as CSV"],
    ["x.ods", ods, "an OpenDocument spreadsheet", "save it as CSV"],
    ["x.arff", latin1("% iris\n@relation iris\n@attribute a numeric\n"), "a file of Weka", "loadarff"],
    ["x.csv.bz2", latin1("BZh91AY&SY"), "compressed with bzip2", "bunzip2"],
    ["x.csv.xz", latin1("\xfd7zXZ\0"), "compressed with xz", "unxz"],
    ["x.csv.zst", latin1("(\xb5/\xfd"), "compressed with zstd", "unzstd"],
  ])("%s", async (name, bytes, what, remedy) => {
    for (const each of [name, `${name}.csv`]) {
      const path = join(folder, each);
      writeFileSync(path, bytes);
      const said = await readTable(path).then(
        () => "it was read",
        (error: Error) => error.message,
      );
      expect(said).toContain(what);
      expect(said).toContain(remedy);
    }
  });
});

test("what is read is read whatever its name, but text of no known name is asked about", async () => {
  const [parquet, other] = [join(folder, "x.parquet"), join(folder, "table.snapshot")];
  await writeTable({ columns: [{ name: "a", values: Float64Array.of(1, 2) }] }, parquet);
  writeFileSync(other, readFileSync(parquet));
  expect([...(await readTable(other)).columns[0].values]).toEqual([1, 2]);
  writeFileSync(join(folder, "rows.dump"), gzipSync('[{"a":1},{"a":2}]'));
  expect([...(await readTable(join(folder, "rows.dump"))).columns[0].values]).toEqual([1, 2]);
  writeFileSync(join(folder, "text.dump"), "a\n1\n");
  await expect(readTable(join(folder, "text.dump"))).rejects.toThrow(
    /^Cannot tell the format of .*text\.dump/,
  );
});
