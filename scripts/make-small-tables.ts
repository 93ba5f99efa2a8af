/**
 * @file Writes the two small tables of the explorer that come with the package, data/penguins.csv and data/moons.csv:
 * `npx tsx scripts/make-small-tables.ts penguins.csv`. The penguins are those of the package palmerpenguins (CC0; Gorman, Williams & Fraser 2014,
 * PLoS ONE 9(3): e90081), without the units in the names of its columns.
 */
import "../src/runtime/node/install.ts";
import { fileURLToPath } from "node:url";
import { generator } from "../src/numeric/generator.ts";
import { readTable } from "../src/table/files/read.ts";
import { writeTable } from "../src/table/files/write.ts";
import type { Table } from "../src/table/table.ts";

const data = (name: string) => fileURLToPath(new URL(`../data/${name}.csv`, import.meta.url));

const WHOLE = ["flipper_length_mm", "body_mass_g", "year"];

/** "bill_length_mm" is "bill_length". */
const plainName = (name: string) => name.replace(/_(mm|g)$/, "");

async function penguins(path: string): Promise<Table> {
  const { columns, ...table } = await readTable(path);
  return {
    ...table,
    columns: columns.map((column) => ({
      ...column,
      name: plainName(column.name),
      ...(WHOLE.includes(column.name) && { isWhole: true }),
    })),
  };
}

/** Two half circles, one in the other, with noise. */
function moons(rows: number): Table {
  const random = generator(1, "moons");
  const [x, y, moon] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  const rounded = (value: number) => Number(value.toFixed(3));
  for (let row = 0; row < rows; row++) {
    const isLower = random.uniform() < 0.5;
    const angle = Math.PI * random.uniform();
    x[row] = rounded((isLower ? 1 - Math.cos(angle) : Math.cos(angle)) + 0.1 * random.normal());
    y[row] = rounded((isLower ? 0.5 - Math.sin(angle) : Math.sin(angle)) + 0.1 * random.normal());
    moon[row] = Number(!isLower);
  }
  const names = { name: "moon", kind: "category", categories: ["lower", "upper"], values: moon } as const;
  return { source: "moons", rows, columns: [{ name: "x", values: x }, { name: "y", values: y }, names] };
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("name the file penguins.csv of the package palmerpenguins");
await writeTable(await penguins(source), data("penguins"));
await writeTable(moons(4000), data("moons"));
