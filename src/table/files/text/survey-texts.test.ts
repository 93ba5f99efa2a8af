/** @file Texts as surveys' archives write them, through the real reader: IPAC tables, VizieR's TSV. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { complaintOf } from "../testing/complaint-fixture.ts";
import { toldReading } from "../testing/told-reading.ts";

const folder = mkdtempSync(join(tmpdir(), "survey-texts-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const IPAC = String.raw`\fixlen = T
\ a remark
|   ra     |  designation     | j_m   | flags | n   |
|  double  |  char            | float | char  | int |
|  deg     |                  | mag   |       |     |
|  null    |  null            | -99.9 | null  | -9  |
  10.684737  00424433+4116085   9.453   000     1
  10.68      "quoted" text      -99.9   null    -9
  null       00424404+4116069  12.1     112     3
`;

test("IPAC tables: columns between bars, types, units, what is missing in each", async () => {
  const { cells, units, notices, report } = await toldReading(file("stars.tbl", IPAC));
  expect(cells).toEqual({
    ra: [10.684737, 10.68, null],
    designation: ["00424433+4116085", '"quoted" text', "00424404+4116069"],
    j_m: [9.453, null, 12.1],
    flags: ["000", null, "112"],
    n: [1, null, 3],
  });
  expect(units).toEqual({ ra: "deg", j_m: "mag" });
  expect(report).toMatchObject({ format: "ipac" });
  expect(notices).toEqual([]);
});

test("IPAC tables with names and types alone, under any name; a wrong cell has its line", async () => {
  const short = "| a   | b    |\n| int | real |\n  1     2.5\n  2     3.5\n";
  expect((await toldReading(file("short.txt", short))).cells).toEqual({ a: [1, 2], b: [2.5, 3.5] });
  expect(await complaintOf(file("wrong.tbl", short.replace("3.5", "x  ")), {}, [`${folder}/`])).toMatch(
    /^wrong\.tbl, row 2 \(line 4\), column "b": "x" is not a number/,
  );
});

test("bars around a plain text are separators as others", async () => {
  expect((await toldReading(file("bars.txt", "a|b\n1|2\n3|4\n"))).cells).toEqual({ a: [1, 3], b: [2, 4] });
});

const VIZIER = `#
#   VizieR Astronomical Server vizier.cds.unistra.fr
#Column\t_RAJ2000\t(F8.4)\tRight ascension
_RAJ2000\tRmag\tName\tn
deg\tmag\t \t 
--------\t------\t--------\t-
010.6847\t12.5\tN 224\t1
287.4300\t  \tN 6744\t2
023.4800\t15.5\t--------\t3

#END#
`;

test("VizieR's TSV: remarks, names, units, a line of dashes", async () => {
  const { cells, units, notices = [] } = await toldReading(file("vizier.tsv", VIZIER));
  expect(cells).toEqual({
    _RAJ2000: [10.6847, 287.43, 23.48],
    Rmag: [12.5, null, 15.5],
    Name: ["N 224", "N 6744", "--------"],
    n: [1, 2, 3],
  });
  expect(units).toEqual({ _RAJ2000: "deg", Rmag: "mag" });
  expect(notices.join("\n")).toMatch(
    /2 lines under the header are no rows and are left out \(line 5: "deg mag/,
  );
});

test("a line of dashes may stand alone under the names", async () => {
  const { cells } = await toldReading(file("ruled.txt", "a;b\n---;-----\n1;2\n3;4\n"));
  expect(cells).toEqual({ a: [1, 3], b: [2, 4] });
});
