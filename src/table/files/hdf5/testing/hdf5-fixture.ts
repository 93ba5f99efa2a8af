/** @file What the tests of HDF5 share: new files, those made by other software, tables as plain objects, complaints. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { Table } from "../../../table.ts";
import type { ReadOptions } from "../../read.ts";
import { complaintOf } from "../../testing/complaint-fixture.ts";
import { writeHdf5 } from "./write-hdf5.ts";

export const folder = mkdtempSync(join(tmpdir(), "hdf5-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A new file of its own with these datasets. */
export async function file(
  ...content: Parameters<typeof writeHdf5> extends [string, ...infer Rest] ? Rest : never
) {
  const path = join(folder, `file${files++}.h5`);
  await writeHdf5(path, ...content);
  return path;
}
export const made = (name: string) => fileURLToPath(new URL(`fixtures/${name}.h5`, import.meta.url));

export const cells = (table: Table) =>
  Object.fromEntries(table.columns.map(({ name, values }) => [name, [...values]]));
/** Columns with the names of categories instead of their indices. */
export const words = ({ columns }: Table) =>
  Object.fromEntries(
    columns.map(({ name, values, categories }) => [
      name,
      [...values].map((value) => (categories && !Number.isNaN(value) ? categories[value] : value)),
    ]),
  );
export const errors = ({ columns }: Table) =>
  Object.fromEntries(columns.flatMap(({ name, errors }) => (errors ? [[name, [...errors]]] : [])));
export const kinds = ({ columns }: Table) =>
  Object.fromEntries(columns.map(({ name, kind }) => [name, kind ?? "number"]));

/** The message with which reading fails, the folders of tests cut off. */
export function complaint(source: string | string[], options?: ReadOptions): Promise<string> {
  return complaintOf(source, options, [`${folder}/`, made("x").replace("x.h5", "")]);
}
export const gone = Number.NaN;
