/** @file Files of results that lie beside the tables: what others published, and what was measured with other methods. */
import { readTable } from "../../../src/table/files/read.ts";

/** One line of such a file, its cells as texts, by column. */
export type PublishedLine = Readonly<Record<string, string>>;

/** The lines of a file of results, of these columns alone, in its order. */
export async function publishedLines(path: string, columns: readonly string[]): Promise<PublishedLine[]> {
  const table = await readTable(path, { columns, errorNames: false, limits: "none", precision: "float64" });
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(
      table.columns.map(({ name, categories, values }) => [
        name,
        categories?.[values[row]] ?? `${values[row]}`,
      ]),
    ),
  );
}
