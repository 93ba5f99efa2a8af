/**
 * @file California Housing: trains on it (or asks a published checkpoint) and draws nine marginals and two conditionals.
 *
 *     npx tsx examples/california/california.ts                          # the table is downloaded; seven minutes of training
 *     npx tsx examples/california/california.ts --data california.csv --seconds 300
 *     npx tsx examples/california/california.ts --published             # the published recipe, all of its 512 epochs
 *     npx tsx examples/california/california.ts --checkpoint FOLDER     # a folder of the original PyTorch code
 */
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  getDataset,
  importPublished,
  load,
  type Model,
  readTable,
  type Table,
  train,
} from "../../src/index.ts";
import { type ThemeName, writeFigure } from "../../src/plot/index.ts";
import { demonstrateCalifornia } from "./demonstration.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" }, // a file with the nine columns instead of the download
    seconds: { type: "string", default: "400" },
    published: { type: "boolean", default: false },
    checkpoint: { type: "string" },
    seed: { type: "string", default: "1" },
    theme: { type: "string", default: "light" },
    out: { type: "string", default: join(import.meta.dirname, "pictures") },
  },
});

const table = values.data
  ? await readTable(values.data, { errorNames: false })
  : await getDataset("california");
const model = await modelFor(table);
const { figures, marginals, conditionals } = await demonstrateCalifornia(model, table, {
  theme: values.theme as ThemeName,
});
for (const { name, ks, perfect } of marginals)
  console.log(`${name.padEnd(12)} KS ${ks.toFixed(4)} (a perfect model: below ${perfect.toFixed(4)})`);
for (const { question, ks, perfect, rows } of conditionals)
  console.log(
    `HouseValue given ${JSON.stringify(question.given)}: KS ${ks.toFixed(3)} on ${rows} rows (below ${perfect.toFixed(3)})`,
  );
await mkdir(values.out, { recursive: true });
for (const [file, figure] of Object.entries(figures))
  await writeFigure(figure, join(values.out, `${file}.svg`));
console.log(`The pictures are in ${values.out}.`);
await model.dispose();

async function modelFor(houses: Table): Promise<Model> {
  if (values.checkpoint !== undefined) {
    const folder = join(await mkdtemp(join(tmpdir(), "anygiven-")), "model");
    await importPublished(values.checkpoint, folder);
    return load(folder);
  }
  const length = values.published
    ? { preset: "paper" as const, epochs: 512 }
    : { seconds: Number(values.seconds) };
  return train(houses, {
    ...length,
    seed: Number(values.seed),
    onEpoch: async ({ epoch, validationLoss }) => {
      if (epoch % 10 === 0) console.log(`epoch ${epoch}: validation loss ${validationLoss.toFixed(4)}`);
    },
  });
}
