/** @file VOTables as services and Astropy write them, through the real reader. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, strToU8 } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import type { ReadOptions } from "../read.ts";
import { tableBlocks } from "../table-blocks.ts";
import { complaintOf } from "../testing/complaint-fixture.ts";
import { toldReading } from "../testing/told-reading.ts";
import { openTableWriter } from "../write.ts";

const folder = mkdtempSync(join(tmpdir(), "votable-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(content: string | Uint8Array, ending = "vot"): string {
  const path = join(folder, `file${files++}.${ending}`);
  writeFileSync(path, content);
  return path;
}

const mistake = (content: string | Uint8Array, options: ReadOptions = {}) =>
  complaintOf(file(content), options, [`${folder}/`]);

const document = (inside: string) =>
  `<?xml version="1.0"?>\n<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n${inside}\n</VOTABLE>\n`;
const results = (inside: string) => document(`<RESOURCE type="results">\n${inside}\n</RESOURCE>`);
const rows = (cells: readonly (readonly string[])[]) =>
  `<DATA><TABLEDATA>\n${cells.map((row) => `<TR>${row.map((cell) => `<TD>${cell}</TD>`).join("")}</TR>`).join("\n")}\n</TABLEDATA></DATA>`;
const stream = (kind: string, bytes: Buffer) =>
  `<DATA><${kind}><STREAM encoding="base64">\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n</STREAM></${kind}></DATA>`;

const FIELDS = `
<FIELD ID="ID_UPPER" name="id" datatype="long"><VALUES null="-1"/></FIELD>
<FIELD name="byte" datatype="unsignedByte"/>
<FIELD name="short" datatype="short"><DESCRIPTION>with a null</DESCRIPTION><VALUES null="-32768"><MIN value="0"/></VALUES></FIELD>
<FIELD name="int" datatype="int"/>
<FIELD name="float" datatype="float" unit="mag" ucd="phot.mag"/>
<FIELD name="double" datatype="double" unit="mas.yr**-1"/>
<FIELD name="bool" datatype="boolean"/>
<FIELD name="bit" datatype="bit"/>
<FIELD name="word" datatype="char" arraysize="*"/>
<FIELD name="code" datatype="char" arraysize="3"/>
<FIELD name="letters" datatype="unicodeChar" arraysize="5*"/>
<FIELD name="vec" datatype="short" arraysize="2" unit="s"/>
<FIELD name="open" datatype="float" arraysize="*"/>
<FIELD name="flags" datatype="bit" arraysize="10"/>`;

const CELLS = {
  ...{ id: [5, -7, null], byte: [0, 255, 3], short: [null, 12, -5], int: [-2147483648, 7, 8] },
  ...{ float: [1.5, null, -0.25], double: [0.1, null, 1e300], bool: [1, 0, null], bit: [1, 0, 1] },
  ...{ word: ["MARCS & co", null, "A"], code: ["007", "012", "007"], letters: ["Köln", null, "Ω"] },
  ...{ vec0: [1, 3, 5], vec1: [2, -4, 6], open0: [0.5, null, 2.5], open1: [1.5, null, 3.5] },
  flags0: [1, 0, 0],
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((i) => [`flags${i}`, [0, 0, 0]])),
  ...{ flags8: [0, 0, 0], flags9: [1, 0, 1] },
};

const TEXT = rows([
  [
    "5",
    "0",
    "",
    "-2147483648",
    "1.5",
    "0.1",
    "T",
    "1",
    "MARCS &amp; co",
    "007",
    "Köln",
    "1 2",
    "0.5 1.5",
    "1 0 0 0 0 0 0 0 0 1",
  ],
  ["-7", "0xff", "12", "7", "NaN", "", "false", "0", "", "012", "", "3 -4", "", "0 0 0 0 0 0 0 0 0 0"],
  [
    "-1",
    "3",
    "-5",
    "8",
    "-0.25",
    "1e300",
    "?",
    "1",
    "<![CDATA[A]]>",
    "007",
    "&#937;",
    "5\n6",
    "2.5 3.5",
    "0000000001",
  ],
]);

type Row = readonly (readonly [
  kind: "B" | "h" | "i" | "q" | "f" | "d" | "s" | "u" | "n",
  value: number | bigint | string,
])[];

/** Bytes of rows: whole numbers of 1, 2, 4, 8 bytes, floating-point ones, texts of one and two bytes a character, counts. */
function bytesOfRows(all: readonly Row[], flags: readonly (readonly number[])[] = []): Buffer {
  const made: Buffer[] = all.flatMap((row, r) => [Buffer.from(flags[r] ?? []), ...row.map(bytesOfCell)]);
  return Buffer.concat(made);
}

function bytesOfCell([kind, value]: Row[number]): Buffer {
  const bytes = Buffer.alloc({ B: 1, h: 2, i: 4, n: 4, q: 8, f: 4, d: 8, s: 0, u: 0 }[kind]);
  switch (kind) {
    case "B":
      bytes.writeUInt8(Number(value));
      break;
    case "h":
      bytes.writeInt16BE(Number(value));
      break;
    case "i":
    case "n":
      bytes.writeInt32BE(Number(value));
      break;
    case "q":
      bytes.writeBigInt64BE(BigInt(value));
      break;
    case "f":
      bytes.writeFloatBE(Number(value));
      break;
    case "d":
      bytes.writeDoubleBE(Number(value));
      break;
    case "s":
      return Buffer.from(String(value), "utf8");
    case "u":
      return Buffer.from(String(value), "utf16le").swap16();
  }
  return bytes;
}

const text = (value: string): Row => [
  ["n", value.length],
  ["s", value],
];
const wide = (value: string): Row => [
  ["n", value.length],
  ["u", value],
];
const row = (...[id, byte, short, int, float, double, bool, bit]: (number | string)[]): Row => [
  ...([
    ["q", BigInt(id)],
    ["B", byte],
    ["h", short],
    ["i", int],
    ["f", float],
    ["d", double],
  ] as const),
  ...([
    ["s", bool],
    ["B", bit],
  ] as const),
];
const ROWS: readonly Row[] = [
  [
    ...row(5, 0, -32768, -2147483648, 1.5, 0.1, "T", 0x80),
    ...text("MARCS & co"),
    ["s", "007"],
    ...wide("Köln"),
    ["h", 1],
    ["h", 2],
    ["n", 2],
    ["f", 0.5],
    ["f", 1.5],
    ["B", 0x80],
    ["B", 0x40],
  ],
  [
    ...row(-7, 255, 12, 7, Number.NaN, Number.NaN, "0", 0),
    ...text(""),
    ["s", "012"],
    ...wide(""),
    ["h", 3],
    ["h", -4],
    ["n", 0],
    ["B", 0],
    ["B", 0],
  ],
  [
    ...row(-1, 3, -5, 8, -0.25, 1e300, "?", 0x80),
    ...text("A"),
    ["s", "007"],
    ...wide("Ω"),
    ["h", 5],
    ["h", 6],
    ["n", 2],
    ["f", 2.5],
    ["f", 3.5],
    ["B", 0],
    ["B", 0x40],
  ],
];

describe("the same table as", () => {
  const written = {
    TABLEDATA: TEXT,
    BINARY: stream("BINARY", bytesOfRows(ROWS)),
    BINARY2: stream(
      "BINARY2",
      bytesOfRows(ROWS, [
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ),
  };
  test.each(Object.entries(written))("%s is read alike", async (_, data) => {
    const { cells, units, kinds, report, notices } = await toldReading(
      file(results(`<TABLE>${FIELDS}${data}</TABLE>`)),
    );
    expect(cells).toEqual(CELLS);
    expect(units).toEqual({ float: "mag", double: "mas.yr**-1", vec0: "s", vec1: "s" });
    expect(kinds).toMatchObject({
      id: "number",
      bool: "boolean",
      bit: "boolean",
      word: "category",
      code: "category",
    });
    expect(report.format).toBe("votable");
    expect(notices).toEqual([]);
  });

  test("BINARY2 may say of any cell that it is missing, whatever stands there", async () => {
    // byte, int, code and vec of the first row; the texts of the third.
    const flags = [
      [0b0101_0000, 0b0101_0000],
      [0, 0],
      [0, 0b1010_0000],
    ];
    const { cells } = await toldReading(
      file(results(`<TABLE>${FIELDS}${stream("BINARY2", bytesOfRows(ROWS, flags))}</TABLE>`)),
    );
    expect(cells).toMatchObject({
      ...{ byte: [null, 255, 3], int: [null, 7, 8], code: [null, "012", "007"] },
      ...{
        vec0: [null, 3, 5],
        vec1: [null, -4, 6],
        word: ["MARCS & co", null, null],
        letters: ["Köln", null, null],
      },
    });
  });
});

describe("the document may", () => {
  const small = `<FIELD name="x" datatype="int"/><FIELD name="y" datatype="char" arraysize="*"/>`;
  const data = rows([
    ["1", "a"],
    ["2", "b"],
  ]);

  test("have any namespace and prefix, and none", async () => {
    const prefixed = results(`<TABLE>${small}${data}</TABLE>`)
      .replace(/<(\/?)(?=[A-Z])/g, "<$1v:")
      .replace("xmlns=", "xmlns:v=");
    const none = results(`<TABLE>${small}${data}</TABLE>`).replace(/ xmlns="[^"]*"/, "");
    for (const each of [prefixed, none, `\uFEFF${none}`, `\n${none.replace(/^<\?.*\n/, "")}`])
      expect((await toldReading(file(each))).cells).toEqual({ x: [1, 2], y: ["a", "b"] });
  });

  test("have any name, and be compressed", async () => {
    const content = results(`<TABLE>${small}${data}</TABLE>`);
    for (const ending of ["xml", "votable", "csv", "txt"])
      expect((await toldReading(file(content, ending))).cells.x).toEqual([1, 2]);
    for (const ending of ["xml.gz", "vot.gz"])
      expect((await toldReading(file(gzipSync(strToU8(content)), ending))).cells.x).toEqual([1, 2]);
  });

  test("be of another encoding, which it names", async () => {
    const content = results(`<TABLE>${small}${rows([["1", "Köln"]])}</TABLE>`).replace(
      '"1.0"?',
      '"1.0" encoding="ISO-8859-1"?',
    );
    expect((await toldReading(file(Buffer.from(content, "latin1")))).cells.y).toEqual(["Köln"]);
    const unknown = content.replace("ISO-8859-1", "EBCDIC-DE");
    await expect(toldReading(file(unknown))).rejects.toThrow(
      /says that its encoding is "EBCDIC-DE", which is not known/,
    );
  });

  test("be longer than a piece, and a slice", async () => {
    const count = 70_000;
    const many = Array.from({ length: count }, (_, i) => i);
    const fields = `<FIELD name="x" datatype="int"/><FIELD name="y" datatype="double"/>`;
    const asText = rows(many.map((i) => [`${i}`, `${i / 4}`]));
    const asBytes = stream(
      "BINARY2",
      bytesOfRows(
        many.map(
          (i): Row => [
            ["i", i],
            ["d", i / 4],
          ],
        ),
        many.map(() => [0]),
      ),
    );
    for (const each of [asText, asBytes]) {
      const { cells } = await toldReading(file(results(`<TABLE>${fields}${each}</TABLE>`)));
      expect(cells.x).toEqual(many);
      expect(cells.y.at(-1)).toBe((count - 1) / 4);
    }
  });

  test("take its fields and nulls from elsewhere in it", async () => {
    const first = `<TABLE ID="first"><FIELD name="x" datatype="int"><VALUES ID="none" null="-9"/></FIELD><FIELD name="z" datatype="int"><VALUES ref="none"/></FIELD>${rows([["1", "-9"]])}</TABLE>`;
    const second = `<TABLE ref="first">${rows([["-9", "3"]])}</TABLE>`;
    expect((await toldReading(file(results(first + second)), { group: "2" })).cells).toEqual({
      x: [null],
      z: [3],
    });
  });

  test("hold other things that are told: complex numbers, arrays of any length, of texts, two columns of one name", async () => {
    const odd = `<FIELD name="x" datatype="int"/><FIELD name="x" datatype="int"/><FIELD name="z" datatype="doubleComplex"/>
      <FIELD name="r" datatype="float" arraysize="*"/><FIELD name="w" datatype="char" arraysize="2x3"/><FIELD name="m" datatype="int" arraysize="3x2"/><FIELD name="q" datatype="quaternion"/>`;
    const { cells, notices } = await toldReading(
      file(
        results(
          `<TABLE>${odd}${rows([
            ["1", "2", "1 0", "1", "abcdef", "1 2 3 4 5 6", "?"],
            ["3", "4", "1 0", "1 2", "abcdef", "7 8 9 10 11 12", ""],
          ])}</TABLE>`,
        ),
      ),
    );
    expect(cells).toEqual({
      x: [1, 3],
      x_2: [2, 4],
      ...{ m0_0: [1, 7], m0_1: [2, 8], m0_2: [3, 9], m1_0: [4, 10], m1_1: [5, 11], m1_2: [6, 12] },
    });
    const told = notices.join("\n");
    expect(told).toMatch(/column 2 is called "x_2", as another column is called "x", too/);
    expect(told).toMatch(/"z" is left out, as its cells are complex numbers/);
    expect(told).toMatch(/"r" is left out, as its cells are arrays of different lengths \(1 to 2 numbers\)/);
    expect(told).toMatch(/"w" is left out, as its cells are arrays of texts/);
    expect(told).toMatch(/"q" is left out, as its cells are of the type quaternion/);
  });
});

describe("of several tables", () => {
  const table = (attributes: string, value: string) =>
    `<TABLE ${attributes}><FIELD name="x" datatype="int"/>${rows([[value], [value]])}</TABLE>`;
  const several = document(
    `<RESOURCE type="meta">${table("", "0")}</RESOURCE><RESOURCE type="results">${table('name="stars"', "1")}</RESOURCE><RESOURCE>${table('ID="t3"', "3")}</RESOURCE>`,
  );

  test("that of the results is read, others by number, name or ID", async () => {
    const path = file(several);
    expect((await toldReading(path)).cells.x).toEqual([1, 1]);
    expect((await toldReading(path, { group: "1" })).cells.x).toEqual([0, 0]);
    expect((await toldReading(path, { group: "stars" })).cells.x).toEqual([1, 1]);
    expect((await toldReading(path, { group: "t3" })).cells.x).toEqual([3, 3]);
  });

  test("the error lists them, and suggests a name", async () => {
    const two = results(`${table('name="stars"', "1")}${table("", "2")}`);
    expect(await mistake(two)).toBe(
      'file.vot holds more than one table: 1 "stars" (2 rows: x), 2 (2 rows: x); name one by its number or name with `group`.'.replace(
        "file.vot",
        `file${files - 1}.vot`,
      ),
    );
    expect(await mistake(two, { group: "star" })).toMatch(/has no table "star"; did you mean "stars"\?/);
  });
});

describe("a service says", () => {
  const table = `<TABLE><FIELD name="x" datatype="int"/>${rows([["1"]])}</TABLE>`;
  test("that the query failed", async () => {
    const failed = results(`<INFO name="QUERY_STATUS" value="ERROR">No such column:\n  tefff.</INFO>`);
    expect(await mistake(failed)).toMatch(
      /is no table but the error of a service: No such column: tefff; mend the query/,
    );
  });
  test("that it cut the table", async () => {
    const cut = results(
      `<INFO name="QUERY_STATUS" value="OK"/>${table}<INFO name="QUERY_STATUS" value="OVERFLOW"/>`,
    );
    const { cells, notices } = await toldReading(file(cut));
    expect(cells).toEqual({ x: [1] });
    expect(notices).toEqual([
      expect.stringMatching(/cut the table at its limit of rows \(QUERY_STATUS OVERFLOW\)/),
    ]);
  });
});

test("ids of 64 bits are left out, told, and passed on exactly", async () => {
  const fields = `<FIELD name="source_id" datatype="long"/><FIELD name="x" datatype="double"/>`;
  const ids = ["5937083312263887616", "-9223372036854775808", "9007199254740993"];
  const path = file(results(`<TABLE>${fields}${rows(ids.map((id, i) => [id, `${i}`]))}</TABLE>`));
  const { cells, notices } = await toldReading(path);
  expect(cells).toEqual({ x: [0, 1, 2] });
  expect(notices).toEqual([
    expect.stringMatching(/"source_id" is left out, as its whole numbers are longer/),
  ]);
  const table = await tableBlocks(path, { keep: ["source_id"] });
  const out = join(folder, "kept.csv");
  try {
    await (
      await openTableWriter(out, [{ name: "source_id", kept: "source_id" }], { kept: table.kept })
    ).close();
  } finally {
    await table.close();
  }
  expect(readFileSync(out, "utf8").trim().split("\n")).toEqual(["source_id", ...ids]);
});

describe("is refused with a sentence:", () => {
  const one = `<FIELD name="x" datatype="int"/>`;
  const plain = results(`<TABLE>${one}${rows([["1"], ["2"]])}</TABLE>`);
  const bytes = bytesOfRows([[["i", 1]], [["i", 2]]]);
  const binary = (content: string) =>
    results(
      `<TABLE>${one}<DATA><BINARY><STREAM encoding="base64">${content}</STREAM></BINARY></DATA></TABLE>`,
    );

  test.each<[string, string, RegExp]>([
    [
      "a document that is cut off",
      plain.slice(0, -40),
      /, line \d+: the XML is damaged or cut off \(unclosed tag: \w+\)/,
    ],
    ["XML that is none", plain.replace("</TD>", "<TD>"), /, line 5: the XML is damaged or cut off/],
    [
      "an entity of its own",
      plain
        .replace("<VOTABLE", '<!DOCTYPE VOTABLE [<!ENTITY a "1"><!ENTITY b "&a;&a;">]>\n<VOTABLE')
        .replace("<TD>1", "<TD>&b;"),
      /, line 6: the XML is damaged or cut off \(undefined entity/,
    ],
    [
      "a word among numbers",
      plain.replace("<TD>2", "<TD>two"),
      /, row 2 \(line 6\), column "x": "two" is no value of the type int/,
    ],
    [
      "a number too large",
      plain.replace("<TD>2", "<TD>2147483648"),
      /, row 2 \(line 6\), column "x": "2147483648" is no value of the type int/,
    ],
    [
      "a cell too many",
      plain.replace("<TD>2", "<TD>3</TD><TD>2"),
      /, row 2 \(line 6\) has 2 cells, but the table has 1 field;/,
    ],
    [
      "a row that breaks off",
      binary(bytes.subarray(0, 6).toString("base64")),
      /, row 2 \(line \d+\) ends in its middle/,
    ],
    [
      "base64 that is none",
      binary(`${bytes.toString("base64").slice(0, 5)}*${bytes.toString("base64").slice(6)}`),
      /the base64 of the rows is damaged/,
    ],
    [
      "a count that cannot be",
      results(
        `<TABLE><FIELD name="w" datatype="char" arraysize="*"/>${stream("BINARY", Buffer.from([0xff, 0xff, 0xff, 0xff]))}</TABLE>`,
      ),
      /, row 1 \(line \d+\), column "w" says that it has -1 items/,
    ],
    [
      "fields without bytes",
      results(
        `<TABLE><FIELD name="w" datatype="char" arraysize="0"/>${stream("BINARY", Buffer.from([1, 2]))}</TABLE>`,
      ),
      /the fields have no bytes/,
    ],
    [
      "bytes of an unknown type",
      results(
        `<TABLE><FIELD name="w" datatype="quaternion"/>${stream("BINARY", Buffer.from([1, 2]))}</TABLE>`,
      ),
      /column "w" is of the type quaternion, whose bytes are unknown/,
    ],
    [
      "rows that lie elsewhere",
      binary("").replace('encoding="base64"', 'href="http://a.b/c" encoding="base64"'),
      /lie elsewhere \(http:\/\/a\.b\/c\)/,
    ],
    ["rows that are gzipped", binary("").replace("base64", "gzip"), /written as gzip; only base64 is read/],
    [
      "FITS within",
      results(`<TABLE>${one}<DATA><FITS><STREAM encoding="base64"></STREAM></FITS></DATA></TABLE>`),
      /are a FITS file within it/,
    ],
    [
      "Parquet beside",
      results(`<TABLE>${one}<DATA><PARQUET><STREAM href="a.parquet"/></PARQUET></DATA></TABLE>`),
      /are a Parquet file beside it/,
    ],
    ["no table", document("<RESOURCE/>"), /holds no table \(a TABLE with FIELDs\)/],
    ["no rows", results(`<TABLE>${one}</TABLE>`), /has column names but no rows/],
    ["other XML", '<?xml version="1.0"?><jobs/>', /is XML, but no VOTable/],
  ])("%s", async (_, content, expected) => {
    expect(await mistake(content)).toMatch(expected);
  });

  test("what is wrong behind a stream of several lines", async () => {
    const long = stream("BINARY", bytesOfRows(Array.from({ length: 100 }, (_, i): Row => [["i", i]])));
    const content = results(`<TABLE>${one}${long}</TABLE>`).replace("</BINARY>", "</BINARY2>");
    const line = content.slice(0, content.indexOf("</BINARY2>")).split("\n").length;
    expect(line).toBeGreaterThan(10);
    expect(await mistake(content)).toMatch(new RegExp(`, line ${line}: the XML is damaged`));
  });

  test("an array of another length", async () => {
    const vec = results(
      `<TABLE><FIELD name="v" datatype="int" arraysize="2"/>${rows([["1 2"], ["1 2 3"]])}</TABLE>`,
    );
    expect(await mistake(vec)).toMatch(
      /, row 2 \(line \d+\), column "v": holds 3 values, but its field says 2/,
    );
  });

  test("a group of a format that has none", async () => {
    expect(await complaintOf(file("a,b\n1,2\n", "csv"), { group: "x" }, [`${folder}/`])).toMatch(
      /holds one table, and has no group "x"/,
    );
  });
});
