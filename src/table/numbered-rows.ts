/** @file Answers about the rows of a table as columns of a file: each line with the number of its row. */
import type { TableBlocks } from "./blocks.ts";
import type { WrittenColumn } from "./files/written-cells.ts";

/** The number of the row, the columns that are kept of the table, the answers. @param kept their names. */
export function numberedLayout(
  columns: readonly WrittenColumn[],
  kept: readonly string[] = [],
): { readonly layout: WrittenColumn[]; readonly rowName: string } {
  const answered = columns.map(({ name }) => name);
  const rowName = [...answered, ...kept].includes("row") ? "row_number" : "row";
  const passed = kept.map((name) => ({
    name: answered.includes(name) ? `${name}_in_table` : name,
    kept: name,
  }));
  return { layout: [{ name: rowName, isWhole: true }, ...passed, ...columns], rowName };
}

/** The numbers of the rows that the next lines are about; 1 is the first row of the table, or of that which it is a part of. */
export function numbersOfRows(
  { kept, firstRow = 0 }: Pick<TableBlocks, "kept" | "firstRow">,
  times: number,
): (lines: number) => Float64Array {
  let line = 0;
  return (lines) =>
    Float64Array.from({ length: lines }, () => {
      const row = Math.floor(line++ / times);
      return 1 + (kept?.rowIndices?.[row] ?? firstRow + row);
    });
}
