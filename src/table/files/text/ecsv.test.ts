/** @file ECSV, Gaia's bulk CSVs and arrays in cells of CSV, through the real reader. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, strToU8 } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { type ReadOptions, readTable } from "../read.ts";
import { tableBlocks } from "../table-blocks.ts";
import { complaintOf } from "../testing/complaint-fixture.ts";
import { toldReading } from "../testing/told-reading.ts";
import { openTableWriter } from "../write.ts";

const folder = mkdtempSync(join(tmpdir(), "ecsv-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(content: string | Uint8Array, ending = "ecsv"): string {
  const path = join(folder, `file${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const mistake = (content: string, options: ReadOptions = {}) =>
  complaintOf(file(content), options, [`${folder}/`]);

/** As Astropy writes it: flow style. */
const FLOW = `# %ECSV 1.0
# ---
# datatype:
# - {name: id, datatype: int64, description: 'a "quote'}
# - {name: mag, unit: mag, datatype: float32}
# - {name: seen, datatype: bool}
# - {name: zip, datatype: string}
# delimiter: ','
# schema: astropy-2.0
id,mag,seen,zip
1,1.5,True,01
2,nan,False,02
3,,,
`;

/** As the Gaia archive writes it: block style, and a description of the query that is no sound YAML. */
const BLOCK = `# %ECSV 1.0
# ---
# delimiter: ','
# meta: !!omap
# - A: {\\tt broken
# datatype:
# -
#   name: source_id
#   datatype: int64
#   meta:
#     ucd: meta.id;meta.main
# -
#   name: pmra
#   datatype: float64
#   unit: mas.yr**-1
# -
#   name: variable
#   datatype: bool
# -
#   name: library
#   datatype: string
source_id,pmra,variable,library
5937083312263887616,-2.5,True,MARCS
4611686018427387905,null,null,null
5405570973190252288,1.25,False,PHOENIX
`;

describe("what an ECSV file declares", () => {
  test("is believed: numbers, true and false, text of digits, units", async () => {
    const { cells, units, kinds, report, notices } = await toldReading(file(FLOW));
    expect(cells).toEqual({
      id: [1, 2, 3],
      mag: [1.5, null, null],
      seen: [1, 0, null],
      zip: ["01", "02", null],
    });
    expect(kinds).toEqual({ id: "number", mag: "number", seen: "boolean", zip: "category" });
    expect(units).toEqual({ mag: "mag" });
    expect(report).toMatchObject({ format: "ecsv", separator: { mark: ",", ground: "marked" } });
    expect(notices).toEqual([]);
  });

  test("is believed of columns without any cell", async () => {
    const empty = FLOW.replace(/^[123],.*$/gm, (row) => `${row.slice(0, 1)},,,`);
    expect((await toldReading(file(empty))).kinds).toMatchObject({ mag: "number", seen: "boolean" });
  });

  test("may stand in block style, with a meta section of any kind; null is missing", async () => {
    const { cells, units, notices } = await toldReading(file(BLOCK));
    expect(cells).toEqual({
      pmra: [-2.5, null, 1.25],
      variable: [1, null, 0],
      library: ["MARCS", null, "PHOENIX"],
    });
    expect(units).toEqual({ pmra: "mas.yr**-1" });
    expect(notices.join("\n")).toMatch(/"source_id" is left out.*longer than a number can hold/);
  });

  test("counts whatever the file is called, compressed or not", async () => {
    const { cells } = await toldReading(file(FLOW));
    expect((await toldReading(file(FLOW, "csv"))).cells).toEqual(cells);
    expect((await toldReading(file(gzipSync(strToU8(FLOW)), "csv.gz"))).cells).toEqual(cells);
    expect((await toldReading(file(gzipSync(strToU8(FLOW)), "ecsv.gz"))).cells).toEqual(cells);
    expect((await toldReading(file(FLOW.replaceAll("\n", "\r\n"), "txt"))).cells).toEqual(cells);
    expect((await toldReading(file(`\uFEFF${FLOW}`, "txt"))).cells).toEqual(cells);
  });

  test("counts not where the user says how lines are read", async () => {
    const { kinds } = await toldReading(file(FLOW), { comment: "#" });
    expect(kinds.zip).toBe("number");
  });

  test("parts cells by blanks where it says so", async () => {
    const blanks = FLOW.replace("delimiter: ','", "delimiter: ' '")
      .replace(/^(id|\d),.*$/gm, (row) =>
        row
          .split(",")
          .map((cell) => cell || '""')
          .join(" "),
      )
      .replace("01", '"a b"');
    expect((await toldReading(file(blanks))).cells).toEqual({
      id: [1, 2, 3],
      mag: [1.5, null, null],
      seen: [1, 0, null],
      zip: ["a b", "02", null],
    });
    const defaulted = blanks.replace("# delimiter: ' '\n", "");
    expect((await toldReading(file(defaulted))).cells.mag).toEqual([1.5, null, null]);
  });

  test("lets the user say otherwise", async () => {
    expect((await toldReading(file(FLOW), { kinds: { zip: "number", id: "category" } })).kinds).toMatchObject(
      {
        id: "category",
        zip: "number",
      },
    );
  });

  test("leaves its last row a row, whatever it says", async () => {
    const notes = `# %ECSV 1.0
# ---
# datatype:
# - {name: note, datatype: string}
# - {name: x, datatype: int64}
note x
"a" 1
"Note: the last" 2
`;
    expect((await toldReading(file(notes))).cells).toEqual({ note: ["a", "Note: the last"], x: [1, 2] });
  });

  test("reads dates of text as dates", async () => {
    const dated = FLOW.replace(",01", ",2020-01-31").replace(",02", ",2020-02-01");
    expect((await toldReading(file(dated))).kinds.zip).toBe("date");
  });
});

test("ids of 64 bits pass through to the file that is written, letter by letter", async () => {
  const table = await tableBlocks(file(BLOCK), { columns: ["pmra"], keep: ["source_id"] });
  const out = join(folder, "kept.csv");
  try {
    const writer = await openTableWriter(out, [{ name: "source_id", kept: "source_id" }], {
      kept: table.kept,
    });
    await writer.close();
  } finally {
    await table.close();
  }
  expect(readFileSync(out, "utf8").trim().split("\n")).toEqual([
    "source_id",
    "5937083312263887616",
    "4611686018427387905",
    "5405570973190252288",
  ]);
});

const ARRAYS = `# %ECSV 1.0
# ---
# datatype:
# - {name: n, datatype: int16}
# - {name: vec, datatype: string, subtype: 'float64[3]', unit: s}
# - {name: vec_err, datatype: string, subtype: 'float64[3]'}
# - {name: matrix, datatype: string, subtype: 'int32[2,2]'}
# - {name: same, datatype: string, subtype: 'float32[null]'}
# - {name: ragged, datatype: string, subtype: 'float32[null]'}
# - {name: words, datatype: string, subtype: 'string[2]'}
# - {name: object, datatype: string, subtype: json}
# delimiter: ','
# schema: astropy-2.0
n,vec,vec_err,matrix,same,ragged,words,object
1,"[1.5,NaN,null]","[0.1,0.2,0.3]","[[1,2],[3,4]]","[1,2]","[1]","[""a"",""b""]","{""a"": 1}"
2,,null,"[[5,6],[7,8]]","[3, 4]","[1,2]","[""c"",""d""]","{}"
`;

describe("arrays in cells", () => {
  test("of one length become a column for each element, with their unit", async () => {
    const { cells, units, notices } = await toldReading(file(ARRAYS), { errorColumns: "none" });
    expect(cells).toEqual({
      n: [1, 2],
      ...{ vec0: [1.5, null], vec1: [null, null], vec2: [null, null] },
      ...{ vec0_err: [0.1, null], vec1_err: [0.2, null], vec2_err: [0.3, null] },
      ...{ matrix0_0: [1, 5], matrix0_1: [2, 6], matrix1_0: [3, 7], matrix1_1: [4, 8] },
      ...{ same0: [1, 3], same1: [2, 4] },
    });
    expect(units).toEqual({ vec0: "s", vec1: "s", vec2: "s" });
    expect(notices).toEqual([
      expect.stringContaining(
        'column "ragged" is left out, as its cells are arrays of different lengths (1 to 2 numbers).',
      ),
      expect.stringContaining('column "words" is left out, as its cells are arrays of texts.'),
      expect.stringContaining('column "object" is left out, as its cells are objects or lists.'),
    ]);
  });

  test("meet their errors element by element", async () => {
    const { columns } = await readTable(file(ARRAYS), { columns: ["vec1"], precision: "float64" });
    expect(columns.map(({ name, errors }) => [name, [...(errors ?? [])]])).toEqual([
      ["vec1", [0.2, Number.NaN]],
    ]);
  });

  test("of another length than the others are refused with their line", async () => {
    const wrong = `${ARRAYS}3,"[1,2]",,,,,,\n`;
    expect(await mistake(wrong, { columns: ["vec2"] })).toMatch(
      /^file\d+\.ecsv, row 3 \(line 17\), column "vec2": "\[1,2\]" is not a number/,
    );
  });

  test("may hold what is no number only where it says so", async () => {
    const infinite = ARRAYS.replace("[1.5,", "[Infinity,");
    expect(await mistake(infinite)).toMatch(/row 1 \(line 15\), column "vec0": Infinity is infinite/i);
    expect((await toldReading(file(infinite), { missing: ["inf"] })).cells.vec0).toEqual([null, null]);
    expect(await mistake(ARRAYS.replace("[1.5,", "[x,"))).toMatch(
      /row 1 \(line 15\), column "vec0": "x" is not a number/,
    );
  });

  test("of a plain CSV are found, and told", async () => {
    const csv = 'id,flux,range\n1,"(1.5, -2e3, NaN)","[20,30]"\n2,"(2.5, 3, 4)","[30,40]"\n3,,\n';
    const { cells, notices } = await toldReading(file(csv, "csv"));
    expect(cells).toEqual({
      id: [1, 2, 3],
      ...{ flux0: [1.5, 2.5, null], flux1: [-2000, 3, null], flux2: [null, 4, null] },
      range: ["[20,30]", "[30,40]", null],
    });
    expect(notices).toEqual([expect.stringMatching(/flux: arrays of 3 numbers, read as flux0 to flux2\.$/)]);
  });

  test("that are long are left out, told, and never taken apart", async () => {
    const long = `[${Array.from({ length: 1001 }, (_, i) => i).join(",")}]`;
    const csv = `a,long\n1,"${long}"\n2,"${long}"\n`;
    const { cells, notices } = await toldReading(file(csv, "csv"));
    expect(cells).toEqual({ a: [1, 2] });
    expect(notices[0]).toMatch(/column "long" is left out, as its cells are arrays of 1,001 numbers\.$/);
    expect(await complaintOf(file(csv, "csv"), { columns: ["long"] }, [`${folder}/`])).toMatch(
      /^Column "long" of file\d+\.csv holds arrays of 1,001 numbers/,
    );
  });
});

describe("a damaged file is refused with", () => {
  test.each<[string, string, RegExp]>([
    [
      "the line of a row too short",
      `${FLOW}4,2.5\n`,
      /^file\d+\.ecsv, line 14 \(row 4\) has 2 cells, but the header has 4/,
    ],
    [
      "the line of a word among numbers",
      FLOW.replace(",1.5,", ",bright,"),
      /row 1 \(line 11\), column "mag": "bright" is not a number/,
    ],
    [
      "the name that is not the declared one",
      FLOW.replace("id,mag,", "id,teff,"),
      /line 10: the header of ECSV declares 4 columns, number 2 is mag, but there it has teff/,
    ],
    [
      "the line of YAML that is none",
      FLOW.replace("{name: id,", "{name: id: [,"),
      /line 4: its header of ECSV is no YAML/,
    ],
    [
      "a sentence where no columns are declared",
      "# %ECSV 1.0\n# ---\n# delimiter: ','\na,b\n1,2\n",
      /declares no columns/,
    ],
    [
      "a sentence where the delimiter is another",
      FLOW.replace("','", "';'"),
      /says that ";" parts the cells/,
    ],
    [
      "a sentence where there are no rows",
      `${FLOW.split("\n").slice(0, 10).join("\n")}\n`,
      /has column names but no rows/,
    ],
  ])("%s", async (_, content, expected) => {
    expect(await mistake(content)).toMatch(expected);
  });

  test("a way out where it is to be written", async () => {
    await expect(openTableWriter(join(folder, "out.ecsv"), [])).rejects.toThrow(/ECSV is only read/);
  });
});
