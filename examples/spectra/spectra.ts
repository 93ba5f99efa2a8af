/**
 * @file Spectra of 110 coefficients: trains one model on 118 columns and asks it both ways.
 *
 *     npx tsx examples/spectra/spectra.ts
 *     npx tsx examples/spectra/spectra.ts --seconds 1200 --stars 50000
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { train } from "../../src/index.ts";
import { type ThemeName, writeFigure } from "../../src/plot/index.ts";
import { CONTEXT, demonstrateSpectra } from "./demonstration.ts";
import { simulateSpectra } from "./simulate-spectra.ts";

const { values } = parseArgs({
  options: {
    stars: { type: "string", default: "20000" },
    seconds: { type: "string", default: "420" }, // of training
    seed: { type: "string", default: "1" },
    theme: { type: "string", default: "light" },
    out: { type: "string", default: join(import.meta.dirname, "pictures") },
  },
});
const table = simulateSpectra({ stars: Number(values.stars), seed: 1 });
const missing = table.columns.map((column) => Array.from(column.values).filter(Number.isNaN).length);
console.log(
  `${table.rows} stars, ${table.columns.length} columns, ${((100 * missing.reduce((a, b) => a + b)) / table.rows / table.columns.length).toFixed(0)} % of the cells missing`,
);
const model = await train(table, {
  seconds: Number(values.seconds),
  // The default for so many columns is larger, and wants hours.
  size: "small",
  contextRange: [0, CONTEXT],
  seed: Number(values.seed),
  onEpoch: async ({ epoch, loss, validationLoss }) => {
    console.log(`epoch ${epoch}: loss ${loss.toFixed(4)}, validation ${validationLoss.toFixed(4)}`);
  },
});
const fresh = simulateSpectra({ stars: 1000, seed: 2 });
const { figures, ...numbers } = await demonstrateSpectra(model, fresh, { theme: values.theme as ThemeName });
for (const [name, number] of Object.entries(numbers)) console.log(`${name.padEnd(24)} ${number.toFixed(3)}`);
await mkdir(values.out, { recursive: true });
for (const [file, figure] of Object.entries(figures))
  await writeFigure(figure, join(values.out, `${file}.svg`));
console.log(`The pictures are in ${values.out}.`);
await model.dispose();
