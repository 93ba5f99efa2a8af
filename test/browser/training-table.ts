/** @file A small table that both a page and Node train on: numbers, a category, missing cells, as rows or as CSV; the same in every run. */
import { generator } from "../../src/numeric/generator.ts";

export const SETTINGS = { seed: 3, epochs: 3, batchSize: 64, workers: 2 } as const;

export function trainingRows(rows = 700): Readonly<Record<string, number | string | null>>[] {
  const random = generator(7, "rows of a test");
  return Array.from({ length: rows }, () => {
    const size = random.normal();
    const kind = random.uniform() < 0.4 ? "red" : "blue";
    const mass = 2 * size + (kind === "red" ? 3 : 0) + 0.3 * random.normal();
    const isMissing = random.uniform() < 0.1;
    return { size, kind, mass: isMissing ? null : mass, age: Math.exp(0.4 * random.normal()) };
  });
}

/** The same as a CSV file, with a column of names that is of no use. */
export function trainingText(): string {
  const rows = trainingRows();
  const lines = rows.map(({ size, kind, mass, age }, i) =>
    [`star ${i}`, size, kind, mass ?? "NA", age].join(","),
  );
  return `name,size,kind,mass,age\n${lines.join("\n")}\n`;
}
