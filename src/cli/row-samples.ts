/** @file Samples for every row of a table, written to a file: `size` lines for each row. */
import { encodingOfColumn } from "../columns/encoding.ts";
import { columnLike } from "../columns/kinds.ts";
import type { ChainOrder } from "../model/joint.ts";
import type { Model } from "../model/model.ts";
import { openTableWriter } from "../table/files/write.ts";
import type { Table } from "../table/table.ts";
import { onRows, print, printJson, type RowWork } from "./output.ts";

interface RowSamples {
  readonly of: readonly string[];
  readonly given?: readonly string[] | undefined;
  readonly size: number;
  readonly seed: number;
  readonly method: "flow" | "ancestral";
  readonly joint: boolean;
  readonly order?: ChainOrder;
  readonly out: string;
  readonly json?: boolean | undefined;
}

export async function writeRowSamples(
  model: Model,
  table: Table,
  { of, given, method, joint, order, out, json, ...drawing }: RowSamples,
): Promise<void> {
  const answers = of.map((name) => columnLike(name, encodingOfColumn(model.config, name)));
  const columns = [{ name: "row" }, ...answers, ...(joint ? [{ name: "log_density" }] : [])];
  const writer = await openTableWriter(out, columns);
  const { size } = drawing;
  const append = async (work: RowWork) => {
    const question = { of, ...(given && { given }), ...drawing, ...work };
    const batches = joint
      ? model.sample(table, { ...question, joint, ...(order !== undefined && { order }) })
      : model.sample(table, { ...question, method });
    for await (const { start, rows, samples, logPdf } of batches) {
      const row = Float64Array.from({ length: rows * size }, (_, i) => start + 1 + Math.floor(i / size));
      await writer.append({ row, ...samples, ...(logPdf && { log_density: logPdf }) });
    }
  };
  try {
    await onRows(table.rows, append, () => writer.close());
  } finally {
    await writer.abort();
  }
  const written = columns.map(({ name }) => name);
  if (json) printJson({ out, rows: table.rows, size, columns: written });
  else print(`${size} samples for each of ${table.rows} rows are in ${out}: ${written.join(", ")}.`);
}
