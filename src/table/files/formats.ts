/** @file The file formats of tables and how a file's name tells them. */
import { InputError } from "../../base/errors.ts";

export const tableFormats = ["csv", "tsv", "parquet", "jsonl", "json", "hdf5"] as const;

/** `jsonl`: one object a line; `json`: one array of objects (read: either); `hdf5` is only read. */
export type TableFormat = (typeof tableFormats)[number];

const endings: Readonly<Record<string, TableFormat>> = {
  ".csv": "csv",
  ".txt": "csv",
  ".tsv": "tsv",
  ".tab": "tsv",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".h5": "hdf5",
  ".hdf5": "hdf5",
  ".hdf": "hdf5",
};

/** The formats whose files may be gzipped as a whole. */
const textFormats: readonly TableFormat[] = ["csv", "tsv", "jsonl", "json"];

/**
 * The format by the file's ending; `.gz` after a text format's ending means compressed.
 * @throws InputError for an ending that is none of these.
 */
export function formatOf(path: string): { readonly format: TableFormat; readonly gzip: boolean } {
  const name = path.toLowerCase();
  const gzip = name.endsWith(".gz");
  const ending = /\.[^./\\]*$/.exec(gzip ? name.slice(0, -3) : name)?.[0] ?? "";
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (format === undefined || (gzip && !textFormats.includes(format))) {
    throw new InputError(
      `cannot tell the format of ${path} by its ending: use one of ${Object.keys(endings).join(", ")} (the text formats also with .gz), or name the format`,
    );
  }
  return { format, gzip };
}
