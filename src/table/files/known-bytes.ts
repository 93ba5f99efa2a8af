/** @file What a file is by its first bytes, whatever its name says: read as that, or a sentence with the way out. */
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { Unzip, UnzipInflate } from "fflate";
import { InputError } from "../../base/errors.ts";
import type { UnpackedBytes } from "../../files/unpacking.ts";
import type { TableFormat } from "./source.ts";

/** Formats that tables come in and that are not read: how their files begin, and what to do. */
const OTHERS: readonly (readonly [beginnings: readonly string[], what: string, remedy: string])[] = [
  [
    ["\xd0\xcf\u0011\xe0"],
    "an Excel file of before 2007 (.xls)",
    "open it in a spreadsheet program and save it as CSV or .xlsx",
  ],
  [
    ["SQLite format 3"],
    "a SQLite database",
    'export a table: sqlite3 -csv -header FILE "SELECT * FROM table" > table.csv',
  ],
  [
    ["ARROW1", "\xff\xff\xff\xff"],
    "an Arrow (Feather) file",
    'convert it: pandas.read_feather(FILE).to_parquet("table.parquet")',
  ],
  [
    ["\x93NUMPY"],
    "an array of NumPy (.npy)",
    'convert it: pandas.DataFrame(numpy.load(FILE)).to_csv("table.csv", index=False)',
  ],
  [
    ["RDX2", "RDX3", "RDA2", "RDA3", "X\n\0\0\0"],
    "a file of R",
    'write it in R: write.csv(table, "table.csv", row.names = FALSE)',
  ],
  [
    ["\x80\u0003", "\x80\u0004", "\x80\u0005"],
    "a pickle of Python",
    'convert it: pandas.read_pickle(FILE).to_parquet("table.parquet")',
  ],
  [
    ["$FL2@", "$FL3@"],
    "a file of SPSS",
    'convert it: pandas.read_spss(FILE).to_csv("table.csv", index=False)',
  ],
  [
    ["<stata_dta>"],
    "a file of Stata",
    'convert it: pandas.read_stata(FILE).to_csv("table.csv", index=False)',
  ],
  [
    [`${"\0".repeat(12)}\xc2\xea\x81\x60`],
    "a file of SAS",
    'convert it: pandas.read_sas(FILE, encoding="utf-8").to_csv("table.csv", index=False)',
  ],
  [
    ["HEADER RECORD*******LIBRARY HEADER RECORD"],
    "a transport file of SAS",
    'convert it: pandas.read_sas(FILE, encoding="utf-8").to_csv("table.csv", index=False)',
  ],
  [
    ["MATLAB 5.0 MAT-file", "MATLAB 7.3 MAT-file"],
    "a file of MATLAB",
    'write its table there: writetable(T, "table.csv")',
  ],
  [["Obj\u0001"], "an Avro file", "convert it to Parquet or CSV, for example with DuckDB or Spark"],
  [["%PDF-"], "a PDF", "export the table from its source as CSV"],
  [["BZh91AY&SY"], "compressed with bzip2", "unpack it first: bunzip2 FILE"],
  [["\xfd7zXZ"], "compressed with xz", "unpack it first: unxz FILE"],
  [["(\xb5/\xfd"], "compressed with zstd", "unpack it first: unzstd FILE"],
  [["7z\xbc\xaf", "Rar!"], "an archive", "unpack it first"],
  [["\x89PNG", "\xff\xd8\xff", "GIF8"], "a picture", "name the file of the table"],
  [["version https://git-lfs"], "a pointer of Git LFS, not the file itself", "fetch it first: git lfs pull"],
];

const MARKUP = /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|table|body)\b/i;
const XML = /^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype|([\w.-]+:)?votable)/i;
const VOTABLE = /<([\w.-]+:)?VOTABLE\b/;

/** What the bytes of a text file's beginning say that it is; undefined where they say nothing else. */
export function formatOfBytes(
  start: Uint8Array,
  label: string,
  format: TableFormat,
): TableFormat | "zip" | undefined {
  const text = Buffer.from(start).toString("latin1");
  if (text.startsWith("PK\u0003\u0004") || text.startsWith("PK\u0005\u0006")) return zipOf(text, label);
  if (text.startsWith("PAR1")) return "parquet";
  if (text.startsWith("\x89HDF\r\n\x1a\n")) return "hdf5";
  if (text.startsWith("SIMPLE  =")) return "fits";
  const other = OTHERS.find(([beginnings]) => beginnings.some((each) => text.startsWith(each)));
  if (other) throw new InputError(`${label} is ${other[1]}, which cannot be read; ${other[2]}.`);
  if (ARFF.test(text))
    throw new InputError(
      `${label} is a file of Weka (ARFF), which cannot be read; convert it: pandas.DataFrame(scipy.io.arff.loadarff(FILE)[0]).to_csv("table.csv", index=False).`,
    );
  if (MARKUP.test(text)) {
    throw new InputError(
      `${label} is a web page (HTML), not a table; perhaps a login or an error was saved in place of the file: fetch it again, or save the page's table as CSV.`,
    );
  }
  if (XML.test(text)) {
    if (VOTABLE.test(text)) return "votable";
    throw new InputError(`${label} is XML, but no VOTable, which cannot be read; export it as CSV.`);
  }
  const plain = text.replace(/^\xef\xbb\xbf/, "");
  if (format !== "json" && /^\s*\[\s*\{\s*"/.test(plain)) return "json";
  if (format === "csv" && /^\s*\{\s*"[^"]*"\s*:/.test(plain)) return "jsonl";
  return undefined;
}

/** What is in an archive, by the names of its first files. */
function zipOf(text: string, label: string): "xlsx" | "zip" {
  if (text.includes("opendocument.spreadsheet"))
    throw new InputError(
      `${label} is an OpenDocument spreadsheet (.ods), which cannot be read; save it as CSV or .xlsx.`,
    );
  if (text.includes(".npy"))
    throw new InputError(
      `${label} holds arrays of NumPy (.npz), which cannot be read; convert it: pandas.DataFrame(dict(numpy.load(FILE))).to_csv("table.csv", index=False).`,
    );
  return text.includes("xl/") || text.includes("[Content_Types].xml") ? "xlsx" : "zip";
}

const ARFF = /^(\s*%[^\n]*\n)*\s*@relation\b/i;

/** The first bytes of a file, by which its format is known. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** fflate unpacks a piece as a whole: of so few bytes not more than 16 MB can come. */
const ZIP_PIECE = 1 << 14;

/** Names in an archive that are no tables: folders, what systems leave there. */
const BESIDES = /\/$|(^|\/)(\.|__MACOSX\/|readme|license)/i;

/**
 * Unpacks the only table of a zip archive. @returns its name there.
 * @throws InputError where there is none or more than one.
 */
export async function unzipTable(
  path: string,
  label: string,
  copy: string,
  unpacked: UnpackedBytes,
): Promise<string> {
  const names: string[] = [];
  const file = openSync(copy, "w");
  try {
    const archive = new Unzip((entry) => {
      if (BESIDES.test(entry.name)) return;
      names.push(entry.name);
      if (names.length > 1) return;
      entry.ondata = (error, data) => {
        if (error) throw error;
        unpacked.add(data.length);
        writeSync(file, data);
      };
      entry.start();
    });
    archive.register(UnzipInflate);
    for await (const piece of createReadStream(path, { highWaterMark: ZIP_PIECE }))
      archive.push(piece as Buffer);
    archive.push(new Uint8Array(), true);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new InputError(
      `${label} is a zip archive that cannot be unpacked; it is damaged, fetch it again.`,
      {
        cause: error,
      },
    );
  } finally {
    closeSync(file);
  }
  if (names.length === 1) return names[0];
  throw new InputError(
    names.length === 0
      ? `${label} is a zip archive without a file in it; name the file of the table.`
      : `${label} is a zip archive of ${names.length} files (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}); unpack it and name the one to read.`,
  );
}
