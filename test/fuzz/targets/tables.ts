/** @file Tables in all formats that are read, damaged: text, JSON, Parquet, FITS, VOTable, HDF5, spreadsheets and what packs them. */
import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { csvParseRows } from "d3-dsv";
import { zipSync } from "fflate";
import { InputError } from "../../../src/base/errors.ts";
import { gunzipped } from "../../../src/files/unpacking.ts";
import { openZip } from "../../../src/files/zip-file.ts";
import { type Generator, generator } from "../../../src/numeric/generator.ts";
import type { ReadingReport } from "../../../src/table/file-report.ts";
import { writeHdf5 } from "../../../src/table/files/hdf5/testing/write-hdf5.ts";
import { readTable } from "../../../src/table/files/read.ts";
import { GuardedReader } from "../../../src/table/files/reader/guarded-reader.ts";
import { writeTable } from "../../../src/table/files/write.ts";
import type { Column, Table } from "../../../src/table/table.ts";
import { mutatedBytes, mutatedText, ODD_TEXTS, oneOf } from "../mutations.ts";
import { Lie, type StartedTarget, type Target } from "../target.ts";

const ROWS = 24;

/** A table of a column of each kind. */
function things(seed: number, rows = ROWS): Column[] {
  const random = generator(seed, "fuzzed table");
  const draw = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row));
  return [
    {
      name: "width",
      values: draw(() => random.normal() * 100),
      unit: "m",
      errors: draw(() => random.uniform()),
    },
    { name: "count", values: draw(() => random.integer(1000)) },
    {
      name: "kind",
      kind: "category",
      categories: ["oak", "pine", "fir tree"],
      values: draw(() => random.integer(3)),
    },
    { name: "day", kind: "date", values: draw((row) => 19_000 + row) },
    { name: "sound", kind: "boolean", values: draw(() => random.integer(2)) },
    { name: "gap", values: draw((row) => (row % 3 ? random.normal() : Number.NaN)) },
  ];
}

/** A whole file of the table, by its ending. */
async function written(folder: string, name: string, seed = 1): Promise<Buffer> {
  const path = join(folder, `whole-${name}`);
  await writeTable({ columns: things(seed) }, path);
  return readFileSync(path);
}

/** Reads mutants as tables. */
function reading(
  folder: string,
  name: string,
  check?: (table: Table, report: ReadingReport | undefined, bytes: Uint8Array) => void,
) {
  const path = join(folder, name);
  return async (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    let report: ReadingReport | undefined;
    const table = await readTable(path, {
      maxSeconds: 10,
      identifiers: "leave out",
      onReport: (told) => {
        report = told;
      },
    });
    checkWhole(table);
    check?.(table, report, bytes);
  };
}

/** What is true of every table. */
function checkWhole(table: Table): void {
  for (const { name, values, categories } of table.columns) {
    if (values.length !== table.rows) throw new Lie(`${name} has ${values.length} of ${table.rows} cells`);
    for (const value of values) {
      if (Math.abs(value) === Number.POSITIVE_INFINITY) throw new Lie(`${name} has an infinite cell`);
      if (categories && !Number.isNaN(value) && categories[value] === undefined)
        throw new Lie(`${name} has a cell of no category`);
    }
  }
}

const WORDS_OF_TEXT = [
  ",",
  ";",
  "\t",
  '"',
  "\n",
  "\r\n",
  "\n\n",
  "#",
  "# ",
  "width",
  "gap",
  "-",
  "Total",
  "mean",
  "(m)",
];
const PLAIN = /^-?\d{1,12}(\.\d{1,12})?$/;

/**
 * Columns of which d3-dsv finds a plain number in every row: they are these numbers, or something is told of the file.
 * (Whether a row is none is a matter of judgement: notes, units, totals. Whoever leaves one out says so.)
 */
function checkAgainstParse(table: Table, report: ReadingReport | undefined, bytes: Uint8Array): void {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return;
  }
  // d3-dsv knows no other marks; and it takes a quote within a cell for one that opens.
  if (/[;\t|#'\\\0]|\r(?!\n)|[^,\n]"(?![,\n"\r])/.test(text)) return;
  const [header = [], ...rows] = csvParseRows(text.replace(/\r\n/g, "\n"));
  if (new Set(header).size !== header.length || rows.length < 3) return;
  if (rows.some((row) => row.length !== header.length)) return;
  if (rows.length !== table.rows) {
    const isTold = report !== undefined && report.notices.length > 0;
    if (!isTold) throw new Lie(`${table.rows} rows of ${rows.length}, and nothing is told`);
    return;
  }
  for (const [i, name] of header.entries()) {
    if (!rows.every((row) => PLAIN.test(row[i]))) continue;
    const column = table.columns.find((each) => each.name === name);
    if (column === undefined || (column.kind ?? "number") !== "number") continue;
    for (const [row, cells] of rows.entries()) {
      const right = Number(cells[i]);
      const value = column.values[row];
      if (Number.isNaN(value)) continue; // a code for missing, which is told
      if (Math.abs(value - right) > 1e-6 * Math.max(1e-30, Math.abs(right)))
        throw new Lie(`${name}, row ${row + 1}: ${value} for ${cells[i]}`);
    }
  }
}

const csv: Target = {
  name: "csv",
  start: async (folder) => {
    const seeds = [await written(folder, "a.csv"), await written(folder, "b.csv", 2)].map(String);
    return {
      make: (random) =>
        random.integer(3) === 0
          ? styledText(random)
          : mutatedText(random, oneOf(random, seeds), WORDS_OF_TEXT),
      read: reading(folder, "mutant.csv", checkAgainstParse),
    };
  },
};

/** A text of odd cells, as programs write it in many styles. */
function styledText(random: Generator): Uint8Array {
  const [separator, end] = [oneOf(random, [",", ";", "\t", "|"]), oneOf(random, ["\n", "\r\n"])];
  const quotes = random.integer(3) === 0;
  const cell = (text: string) =>
    quotes || /[",;\t|\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const columns = 2 + random.integer(4);
  const kinds = Array.from({ length: columns }, () => random.integer(3));
  const row = () =>
    kinds.map((kind) => {
      if (random.integer(40) === 0) return cell(oneOf(random, ODD_TEXTS));
      if (kind === 0) return cell((random.normal() * 50).toFixed(random.integer(5)));
      return cell(
        kind === 1
          ? String(random.integer(500))
          : oneOf(random, ["red", "green", "deep blue", 'so "called"', "a, b"]),
      );
    });
  const lines = [kinds.map((_, i) => cell(`c${i}`)), ...Array.from({ length: 8 + random.integer(20) }, row)];
  const text = lines.map((cells) => cells.join(separator)).join(end);
  const mark = random.integer(8) === 0 ? "\ufeff" : "";
  return new TextEncoder().encode(mark + text + (random.integer(3) ? end : ""));
}

const gz: Target = {
  name: "gz",
  start: async (folder) => {
    const text = await written(folder, "a.csv");
    const half = text.length >> 1;
    const seeds = [
      gzipSync(text),
      Buffer.concat([gzipSync(text.subarray(0, half)), gzipSync(text.subarray(half))]),
      Buffer.concat([gzipSync(text), Buffer.alloc(300)]),
    ];
    const path = join(folder, "mutant.csv.gz");
    return {
      make: (random) => mutatedBytes(random, oneOf(random, seeds)),
      read: async (bytes) => {
        writeFileSync(path, bytes);
        const right = unpackedByNode(bytes);
        const pieces: Buffer[] = [];
        try {
          for await (const piece of gunzipped(path, "mutant.csv.gz")) pieces.push(piece);
        } catch (error) {
          if (error instanceof InputError || String((error as { code?: string }).code).startsWith("Z_"))
            return;
          throw error;
        }
        if (right !== undefined && !Buffer.concat(pieces).equals(right))
          throw new Lie("other bytes than zlib's own");
        if (bytes[0] === 0x1f && bytes[1] === 0x8b) await readTable(path);
      },
    };
  },
};

function unpackedByNode(bytes: Uint8Array): Buffer | undefined {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

const zip: Target = {
  name: "zip",
  start: async (folder) => {
    const text = new Uint8Array(await written(folder, "a.csv"));
    const seeds = [
      zipSync({ "a.csv": text }),
      zipSync({ "a.csv": [text, { level: 0 }] }),
      zipSync({ "x/b.csv": text, "readme.txt": text }),
    ];
    const path = join(folder, "mutant.zip");
    return {
      make: (random) => mutatedBytes(random, oneOf(random, seeds)),
      read: async (bytes) => {
        writeFileSync(path, bytes);
        const file = await open(path);
        try {
          const opened = await openZip(file, "mutant.zip");
          for (const entry of opened.entries.values())
            if (entry.size === text.length && !Buffer.from(await opened.read(entry)).equals(text))
              throw new Lie(`other bytes of ${entry.name}`);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        } finally {
          await file.close();
        }
        await readTable(path);
      },
    };
  },
};

const jsonl: Target = {
  name: "jsonl",
  start: async (folder) => {
    const seeds = [
      String(await written(folder, "a.jsonl")),
      String(await written(folder, "a.json")),
      '{"a":{"b":1,"c":[1,2]},"d":true}\n{"a":{"b":2,"c":[3,4]},"d":null}\n',
    ];
    const words = [
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      '"',
      '""',
      "null",
      "true",
      '{"a":1}',
      "[[1]]",
      "\\u0000",
      "\\ud800",
      '"width"',
    ];
    const read = reading(folder, "mutant.jsonl", checkAgainstJson);
    return { make: (random) => mutatedText(random, oneOf(random, seeds), words), read };
  },
};

/** Where each line is an object, columns of plain numbers are JSON's own. */
function checkAgainstJson(table: Table, _report: ReadingReport | undefined, bytes: Uint8Array): void {
  let rows: Record<string, unknown>[];
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    rows = text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line));
  } catch {
    return;
  }
  if (rows.some((row) => typeof row !== "object" || row === null || Array.isArray(row))) return;
  if (rows.length !== table.rows) throw new Lie(`${table.rows} rows of ${rows.length}`);
  for (const { name, kind = "number", values } of table.columns) {
    if (kind !== "number" || !rows.every((row) => typeof row[name] === "number")) continue;
    for (const [i, row] of rows.entries()) {
      const right = row[name] as number;
      if (Number.isNaN(values[i]) || Math.abs(right) > 1e15) continue;
      if (Math.abs(values[i] - right) > 1e-6 * Math.max(1e-30, Math.abs(right)))
        throw new Lie(`${name}, row ${i + 1}: ${values[i]} for ${right}`);
    }
  }
}

/** A format whose bytes are changed, or its words. */
function plainTarget(
  name: string,
  ending: string,
  words?: readonly string[],
  more: readonly string[] = [],
): Target {
  return {
    name,
    start: async (folder): Promise<StartedTarget> => {
      const seeds: Uint8Array[] = more.map((text) => new TextEncoder().encode(text));
      if (more.length === 0)
        seeds.push(await written(folder, `a.${ending}`), await written(folder, `b.${ending}`, 2));
      const make = (random: Generator) => {
        const seed = oneOf(random, seeds);
        return words && random.integer(4) > 0
          ? mutatedText(random, Buffer.from(seed).toString("latin1"), words)
          : mutatedBytes(random, seed);
      };
      return { make, read: reading(folder, `mutant.${ending}`) };
    },
  };
}

const ECSV = `# %ECSV 1.0
# ---
# datatype:
# - {name: ra, unit: deg, datatype: float64}
# - {name: name, datatype: string}
# - {name: v, datatype: string, subtype: 'float64[2]'}
# - {name: flag, datatype: bool}
ra name v flag
${Array.from({ length: 12 }, (_, i) => `${i * 1.5} "star ${i}" [${i},${i + 1}] ${i % 2 ? "True" : "False"}`).join("\n")}
`;
const IPAC = `\\catalog = "x"
|  ra    | name |  k  |
| double | char | int |
|  deg   |      |     |
|  null  | null | -9  |
${Array.from({ length: 12 }, (_, i) => `  ${(i * 1.5).toFixed(3).padEnd(7)} s${String(i).padEnd(5)}${String(i).padStart(4)} `).join("\n")}
`;

const hdf5: Target = {
  name: "hdf5",
  start: async (folder) => {
    const numbers = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i));
    const path = join(folder, "whole.h5");
    const chunked = { data: numbers, chunks: [50], compression: 6 };
    await writeHdf5(
      path,
      { "t/a": chunked, "t/b": numbers, "t/c": Int32Array.from(numbers, (x) => 100 * x) },
      { t: { note: "of waves" } },
    );
    const seeds = [readFileSync(path), await written(folder, "a.hdf5")];
    const mutant = join(folder, "mutant.h5");
    // One thread for all, which is started anew only where it was ended.
    const reader = new GuardedReader({ maxSeconds: 5, maxUnpacked: 1e8 });
    const file = { path: mutant, label: "mutant.h5", format: "hdf5" } as const;
    return {
      make: (random) => mutatedBytes(random, oneOf(random, seeds)),
      read: async (bytes) => {
        writeFileSync(mutant, bytes);
        const { columns } = await reader.describe(file, undefined);
        const names = new Set(columns.filter(({ unreadable }) => !unreadable).map(({ name }) => name));
        if (names.size === 0) return;
        for await (const _ of reader.copy(file, undefined, names, folder));
      },
      stop: () => reader.close(),
    };
  },
};

const FITS_WORDS = [
  "SIMPLE",
  "XTENSION",
  "BITPIX",
  "NAXIS",
  "NAXIS1",
  "NAXIS2",
  "TFIELDS",
  "TFORM1",
  "TTYPE1",
  "TDIM1",
  "TNULL1",
  "TZERO1",
  "TSCAL1",
  "PCOUNT",
  "GCOUNT",
  "END",
  "1D",
  "1PE(9)",
  "99999999E",
  "0A",
  "'BINTABLE'",
  "T",
  "-64",
  "=",
];
const VOTABLE_WORDS = [
  "<TR>",
  "</TR>",
  "<TD>",
  "</TD>",
  "<FIELD",
  "datatype=",
  '"int"',
  '"double"',
  '"char"',
  'arraysize="*"',
  'arraysize="99999999"',
  'arraysize="2x3"',
  "<BINARY2>",
  "<STREAM",
  'encoding="base64"',
  "&amp;",
  "&x;",
  "<!DOCTYPE a [<!ENTITY x 'y'>]>",
  "<![CDATA[",
  "]]>",
  'null="0"',
  'ref="a"',
  "<TABLE>",
  "</TABLE>",
];
const VOTABLE = `<?xml version="1.0"?><VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3"><RESOURCE type="results"><TABLE>
<FIELD name="ra" datatype="double" unit="deg"/><FIELD name="n" datatype="int"><VALUES null="-9"/></FIELD><FIELD name="s" datatype="char" arraysize="*"/><FIELD name="v" datatype="float" arraysize="2"/>
<DATA><TABLEDATA>
${Array.from({ length: 10 }, (_, i) => `<TR><TD>${i * 1.5}</TD><TD>${i}</TD><TD>s${i % 3}</TD><TD>${i} ${i + 1}</TD></TR>`).join("\n")}
</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

export const TABLE_TARGETS: readonly Target[] = [
  csv,
  gz,
  zip,
  jsonl,
  plainTarget("parquet", "parquet"),
  hdf5,
  plainTarget("fits", "fits", FITS_WORDS),
  plainTarget("votable", "vot"),
  plainTarget("votable-text", "vot", VOTABLE_WORDS, [VOTABLE]),
  plainTarget(
    "ecsv",
    "ecsv",
    [
      "# ",
      "- {",
      "}",
      "name:",
      "datatype:",
      "float64",
      "string",
      "bool",
      "int64",
      "subtype: json",
      "!!python/object",
      "*a",
      "&a",
      "delimiter: ','",
      '""',
      "[1,2",
    ],
    [ECSV],
  ),
  plainTarget("ipac", "tbl", ["|", "\\", "double", "char", "int", "null", "deg", "---"], [IPAC]),
];
