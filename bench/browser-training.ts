/**
 * @file Training in a page beside training in Node: California Housing, the same steps in headless Chromium's WebAssembly and
 * in ONNX Runtime for Node, seconds of a step and CRPS of held-out rows, two threads each. The two sides take turns, so that a
 * busy machine is busy for both.
 *
 *     npm run build && npx tsx bench/browser-training.ts --epochs 40 --rounds 1
 */
import "../src/runtime/node/install.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evaluate } from "../src/evaluation/evaluate.ts";
import { Model } from "../src/model/model.ts";
import { tableFromColumns } from "../src/table/from-values.ts";
import type { Table } from "../src/table/table.ts";
import { trainTable } from "../src/training/train-table.ts";
import { chromium, toldBy } from "../test/browser/chromium.ts";
import { california } from "./densities/data/california.ts";

const { values: options } = parseArgs({
  options: {
    epochs: { type: "string", default: "40" },
    rounds: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
  },
});
const SEED = 1;
const settings = { seed: SEED, epochs: Number(options.epochs), workers: Number(options.workers) };

interface Side {
  readonly seconds: number;
  readonly steps: number;
  readonly crps: Readonly<Record<string, number>>;
}

async function scored(model: Model, heldOut: Table): Promise<Side["crps"]> {
  const { columns } = await evaluate(model, heldOut, { seed: SEED, bootstrap: 0, baseline: false });
  return Object.fromEntries(
    columns.flatMap((column) => (column.kind === "number" ? [[column.name, column.crps.value]] : [])),
  );
}

async function inNode(table: Table, heldOut: Table): Promise<Side> {
  let [began, ended, steps] = [0, 0, 0];
  const run = await trainTable(table, {
    ...settings,
    onStep: () => {
      ended = performance.now();
      began ||= ended;
      steps++;
    },
  });
  return {
    seconds: (ended - began) / 1000,
    steps: steps - 1,
    crps: await scored(new Model(run.model), heldOut),
  };
}

/** The page's own clock, from the first step to the last. */
const PAGE = `
  const { train, savedZip } = await import("/anygiven/browser.js");
  let began, ended, first, steps;
  const tell = (told) => fetch("/told", { method: "POST", body: JSON.stringify(told) });
  try {
    const table = await (await fetch("/table.json")).json();
    const columns = Object.entries(table).map(([name, cells]) => ({ name, values: Float64Array.from(cells) }));
    const training = train({ source: "California", rows: columns[0].values.length, columns }, { ...SETTINGS, wasm: "/onnxruntime-web/",
      onProgress: ({ step }) => { ended = performance.now(); began ??= ended; first ??= step; steps = step - first; } });
    const zip = await savedZip(await training.finished);
    await tell({ seconds: (ended - began) / 1000, steps, isolated: crossOriginIsolated, zip: Array.from(new Uint8Array(await zip.arrayBuffer())) });
  } catch (error) { await tell({ failure: String(error) }); }`;

async function inPage(table: Table, heldOut: Table, folder: string): Promise<Side> {
  const cells = Object.fromEntries(table.columns.map(({ name, values }) => [name, Array.from(values)]));
  const told = await toldBy<{ seconds: number; steps: number; zip: readonly number[] }>({
    scripts: {
      "/page.js": PAGE.replace("...SETTINGS", `...${JSON.stringify(settings)}`),
      "/table.json": JSON.stringify(cells),
    },
    isolated: true,
  });
  if ("failure" in told) throw new Error(told.failure);
  const path = join(folder, "page.zip");
  writeFileSync(path, Uint8Array.from(told.zip));
  return { seconds: told.seconds, steps: told.steps, crps: await scored(await Model.load(path), heldOut) };
}

const data = await california();
if (!data)
  throw new Error(
    "California Housing is not there: set ANYGIVEN_BENCH_DATA to a folder that holds california_housing",
  );
if (!chromium) throw new Error("there is no Chromium here (Debian: apt-get install chromium)");
// Both sides get the same cells.
const plain = ({ source, columns }: Table) =>
  tableFromColumns(Object.fromEntries(columns.map(({ name, values }) => [name, Float64Array.from(values)])), {
    source,
  });
const [table, heldOut] = [plain(data.train), plain(data.heldOut)];
const folder = mkdtempSync(join(tmpdir(), "anygiven-page-training-"));
try {
  for (let round = 1; round <= Number(options.rounds); round++) {
    const node = await inNode(table, heldOut);
    const page = await inPage(table, heldOut, folder);
    const [ofNode, ofPage] = [node, page].map(({ seconds, steps }) => (1000 * seconds) / steps);
    const ratios = Object.keys(node.crps).map((name) => page.crps[name] / node.crps[name]);
    const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    console.log(
      `round ${round}: ${node.steps + 1} steps; a step in Node ${ofNode.toFixed(1)} ms, in the page ${ofPage.toFixed(1)} ms ` +
        `(${(ofPage / ofNode).toFixed(2)} times); page ${page.seconds.toFixed(0)} s in all`,
    );
    console.log(
      `  CRPS of HouseValue: Node ${node.crps.HouseValue.toFixed(4)}, page ${page.crps.HouseValue.toFixed(4)}`,
    );
    console.log(
      `  CRPS of the page over Node's, mean of ${ratios.length} columns: ${mean.toFixed(4)}, worst ${Math.max(...ratios).toFixed(4)}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
