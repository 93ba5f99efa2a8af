/**
 * @file What does it cost to answer for a table that is read and written as it is answered? Seconds for the questions
 * alone, from a table in memory, beside those of reading, answering and writing Parquet to Parquet; peak memory of
 * each. A model of size small, trained for one epoch. One JSON line for each number of rows, each measurement in a
 * process of its own.
 *
 * "files" is reading and writing alone, as many columns but nobody asked: what streaming costs on top. Processor
 * seconds of all threads stand beside wall time, for machines that do something else as well.
 *
 *     npx tsx bench/predict.ts --rows 10000,100000 --seed 1        10^6 rows take minutes, 10^7 an hour
 *     npx tsx bench/predict.ts --rows 100000,10000000 --only files
 */
import "../src/runtime/node/install.ts";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Model } from "../src/model/model.ts";
import { generator } from "../src/numeric/generator.ts";
import type { TableBlocks } from "../src/table/blocks.ts";
import { readTable } from "../src/table/files/read.ts";
import { tableBlocks } from "../src/table/files/table-blocks.ts";
import { openTableWriter } from "../src/table/files/write.ts";
import type { Table } from "../src/table/table.ts";
import { chosenRows } from "../src/table/table.ts";
import { trainTable } from "../src/training/train-table.ts";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "10000,100000" },
    seed: { type: "string", default: "1" },
    ending: { type: "string", default: "parquet" },
    /** "files": leave out the engine. */
    only: { type: "string" },
    measure: { type: "string" },
    folder: { type: "string" },
  },
});
const seed = Number(options.seed);
const question = { of: "y", quantiles: [0.05, 0.95] };
const written = ["y", "y_sd", "y_q05", "y_q95"];

/** Three normal numbers and their noisy sum, a tenth of the cells missing; as many rows as are asked for, from `start`. */
function drawn(rows: number, start: number): Table {
  const random = generator(seed, "rows", start);
  const names = ["a", "b", "c", "y"];
  const columns = names.map((name) => ({ name, values: new Float64Array(rows) }));
  for (let row = 0; row < rows; row++) {
    const [a, b, c] = [random.normal(), random.normal(), random.normal()];
    for (const [i, cell] of [a, b, c, a + b + c + 0.5 * random.normal()].entries()) {
      columns[i].values[row] = random.uniform() < 0.1 ? Number.NaN : cell;
    }
  }
  return { source: "random", rows, columns };
}

async function writeRows(path: string, rows: number): Promise<void> {
  const writer = await openTableWriter(path, ["a", "b", "c", "y"]);
  for (let start = 0; start < rows; start += 100_000) {
    const { columns } = drawn(Math.min(100_000, rows - start), start);
    await writer.append(Object.fromEntries(columns.map(({ name, values }) => [name, values])));
  }
  await writer.close();
}

/** The answers that were written for some rows are those of these rows alone, to rounding. */
async function check(model: Model, table: Table, answers: Table): Promise<void> {
  if (answers.rows !== table.rows) throw new Error(`${answers.rows} answers for ${table.rows} rows`);
  const random = generator(seed, "checked");
  const rows = Uint32Array.from({ length: 200 }, () => Math.floor(random.uniform() * table.rows));
  const own = await model.predict(chosenRows(table, rows), question);
  for (const [i, { name, values }] of own.columns.entries()) {
    const found = answers.columns[i];
    if (found.name !== name || new Set(values).size < 50) throw new Error(`no answers: ${name}`);
    rows.forEach((row, k) => {
      if (!(Math.abs(found.values[row] - values[k]) < 1e-3)) throw new Error(`row ${row}: another ${name}`);
    });
  }
}

interface Measured {
  readonly seconds: number;
  readonly processorSeconds: number;
  /** Resident memory of the whole process in MB, before (program, model, threads) and at its peak. */
  readonly startMegabytes: number;
  readonly peakMegabytes: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const megabytes = () => Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);
  const startMegabytes = megabytes();
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, processorSeconds: (user + system) / 1e6, startMegabytes, peakMegabytes: megabytes() };
}

/** Writes what is made of the blocks of a table. */
async function stream(path: string, out: string, answers: (blocks: TableBlocks) => AsyncIterable<Table>) {
  const blocks = await tableBlocks(path);
  const writer = await openTableWriter(out, written);
  for await (const { columns } of answers(blocks)) {
    await writer.append(Object.fromEntries(columns.map(({ values }, i) => [written[i], values])));
  }
  await writer.close();
  await blocks.close();
}

async function measure(what: string, folder: string): Promise<Measured> {
  const [path, out] = ["table", "answers"].map((name) => join(folder, `${name}.${options.ending}`));
  if (what === "files") return measured(() => stream(path, out, (blocks) => blocks));
  const model = await Model.load(join(folder, "model"));
  await model.predict(drawn(6000, -1), question); // starts sessions and threads
  try {
    if (what === "engine") {
      const table = await readTable(path);
      return await measured(async () => {
        await model.predict(table, question);
      });
    }
    const found = await measured(() => stream(path, out, (blocks) => model.predict(blocks, question)));
    await check(model, await readTable(path), await readTable(out, { errorNames: false }));
    return found;
  } finally {
    await model.dispose();
  }
}

if (options.measure !== undefined) {
  process.stdout.write(JSON.stringify(await measure(options.measure, options.folder!)));
} else {
  const folder = mkdtempSync(join(tmpdir(), "anygiven-bench-"));
  try {
    const isWhole = options.only !== "files";
    if (isWhole) await trainTable(drawn(4000, -2), { out: join(folder, "model"), epochs: 1, seed });
    const self = fileURLToPath(import.meta.url);
    const tsx = fileURLToPath(new URL("../node_modules/.bin/tsx", import.meta.url));
    for (const rows of options.rows.split(",").map(Number)) {
      await writeRows(join(folder, `table.${options.ending}`), rows);
      const run = (what: string) => {
        const args = [
          "--measure",
          what,
          "--folder",
          folder,
          "--ending",
          options.ending,
          "--seed",
          options.seed,
        ];
        return JSON.parse(execFileSync(tsx, [self, ...args], { encoding: "utf8" })) as Measured;
      };
      const line = { bench: "predict", file: options.ending, rows };
      const files = run("files");
      const alone = { filesSeconds: files.seconds, filesProcessorSeconds: files.processorSeconds };
      if (!isWhole) {
        const { startMegabytes, peakMegabytes } = files;
        process.stdout.write(`${JSON.stringify({ ...line, ...alone, startMegabytes, peakMegabytes })}\n`);
        continue;
      }
      const [engine, streamed] = [run("engine"), run("streamed")];
      const compared = {
        ...{ engineSeconds: engine.seconds, streamedSeconds: streamed.seconds },
        ratio: streamed.seconds / engine.seconds,
        processorRatio: streamed.processorSeconds / engine.processorSeconds,
        ...{ startMegabytes: streamed.startMegabytes, peakMegabytes: streamed.peakMegabytes },
      };
      process.stdout.write(`${JSON.stringify({ ...line, ...compared, ...alone })}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
