/** @file Tables of the sky on the command line: `xmatch`, two tables as one; `plot sky`, a map; and what they say of wrong options. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("xmatch-command");
const at = (name: string) => join(folder, name);
writeFileSync(
  at("a.csv"),
  "source_id,RA_ICRS,DE_ICRS,mag\n4611686018427387905,359.99999,0,12.50\n4611686018427387906,10,20,13\n",
);
writeFileSync(at("b.csv"), "id,ra,dec,mag\nx,0.00001,0,7\ny,10.1,20,8\n");
const xmatch = (...words: string[]) => anygivenHere("xmatch", at("a.csv"), at("b.csv"), ...words);

test("writes both tables' columns as they stood, and how far the rows are apart", async () => {
  const { code, stdout, stderr } = await xmatch("--radius", "0.1arcmin", "--out", at("both.csv"));
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^1 row is in .*both\.csv: 1 of 2 rows of .*a\.csv match 1 of 2 of .*b\.csv\.\n$/);
  const [header, row, ...more] = readFileSync(at("both.csv"), "utf8").trim().split("\n");
  expect(header).toBe("source_id,RA_ICRS,DE_ICRS,mag,id,ra,dec,mag_b,separation");
  expect(row).toMatch(/^4611686018427387905,359\.99999,0,12\.50,x,0\.00001,0,7,0\.07200\d*$/);
  expect(more).toEqual([]);
});

test("takes chosen columns, unmatched rows and JSON", async () => {
  const asked = [
    "--columns-a",
    "source_id",
    "--columns-b",
    "mag",
    "--unmatched",
    "--json",
    "--out",
    at("some.csv"),
  ];
  const { code, stdout, stderr } = await xmatch("--radius", "2", ...asked);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: 2,
    first: { rows: 2, matched: 1 },
    columns: ["source_id", "mag", "separation"],
  });
  expect(readFileSync(at("some.csv"), "utf8")).toMatch(/\n4611686018427387906,,\n$/);
});

test("says what is wrong in one sentence", async () => {
  const complaints = [
    await xmatch("--out", at("n.csv")),
    await xmatch("--out", at("n.csv"), "--radius", "2parsec"),
    await xmatch("--out", at("n.csv"), "--radius", "2", "--epoch-a", "2016"),
    await xmatch("--out", at("n.csv"), "--radius", "2", "--epoch-a", "2016", "--epoch-b", "2000"),
    await xmatch("--out", at("a.csv"), "--radius", "2"),
  ];
  expect(complaints.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
  const said = complaints.map(({ stderr }) => stderr.trim());
  expect(said[0]).toMatch(/Say how near rows must be on the sky, with --radius/);
  expect(said[1]).toMatch(/"2parsec" is no angle such as 2arcsec/);
  expect(said[2]).toMatch(/Proper motions act from one epoch to another/);
  expect(said[3]).toMatch(/Neither .*a\.csv nor .*b\.csv has columns of proper motion/);
  expect(said[4]).toMatch(/a\.csv is the table that is read/);
});

test("a map of the sky is drawn of a table, by its own columns of places", async () => {
  const map = (...words: string[]) => anygivenHere("plot", "sky", at("b.csv"), ...words);
  const drawn = await map("--colour", "mag", "--out", at("map.svg"), "--text", "--frame", "equatorial");
  expect(drawn.code, drawn.stderr).toBe(0);
  expect(readFileSync(at("map.svg"), "utf8")).toMatch(/right ascension and declination; 2 rows in 2 bins/);
  const complaints = [
    await map("--colour", "id", "--out", at("no.svg")),
    await map("--colour", "magg", "--out", at("no.svg")),
    await map("--ra", "mag", "--dec", "x", "--out", at("no.svg")),
    await anygivenHere("plot", "sky", at("a.csv"), "--order", "8", "--out", at("no.svg")),
  ];
  expect(complaints.map(({ code }) => code)).toEqual([2, 2, 2, 2]);
  const said = complaints.map(({ stderr }) => stderr.trim());
  expect(said[0]).toMatch(/"id" holds names, which have no median/);
  expect(said[1]).toMatch(/has no column "magg"; did you mean "mag"/);
  expect(said[2]).toMatch(/has no column "x"/);
  expect(said[3]).toMatch(/Bins of the order 8 are too many/);
});
