/** @file A page that trains as it is shipped: what it was told and what its models answer is sent to the server of the test. */
import type * as Library from "../../src/browser/index.ts";
import { failureOf } from "./questions.ts";
import { SETTINGS, trainingRows, trainingText } from "./training-table.ts";

// The bundler leaves the address as it is; its types are those of the source.
const address = "/anygiven/browser.js";
const { train, load, savedZip, savedFiles } = (await import(address)) as typeof Library;
const wasm = "/onnxruntime-web/";

async function answersOf(model: Library.Model): Promise<number[]> {
  const mass = await model.density({ of: "mass", given: { size: 0.5, kind: "red" } });
  const size = await model.density({ of: "size", given: { mass: 1 } });
  if (!("quantile" in mass && "quantile" in size)) throw new Error("these are no numbers");
  return [0.05, 0.25, 0.5, 0.75, 0.95].flatMap((level) => [mass.quantile(level), size.quantile(level)]);
}

/** A training of rows: what is told on the way, a model before its end, how long the page stood still. */
async function ofRows() {
  const losses: [step: number, loss: number][] = [];
  let early: Promise<number[]> | undefined;
  let [longest, last] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 20);
  const training = train(trainingRows(), {
    ...{ ...SETTINGS, wasm, modelSeconds: 0.5 },
    onProgress: ({ step, loss }) => losses.push([step, loss]),
    onModel: (model) => {
      early ??= answersOf(model);
    },
  });
  const model = await training.finished;
  clearInterval(timer);
  const zip = await savedZip(model, "small");
  return {
    ...{
      losses,
      longest,
      isolated: crossOriginIsolated,
      answers: await answersOf(model),
      early: await early,
    },
    isNewest: training.model === model,
    again: await answersOf(await load([zip], { wasm })),
    half: await answersOf(await load([await savedZip(model, "half", { weights: 16 })], { wasm })),
    files: await answersOf(await load(await savedFiles(model), { wasm })),
    zip: Array.from(new Uint8Array(await zip.arrayBuffer())),
  };
}

/** A training of a file that would never end is stopped. */
async function ofFile() {
  const notices: string[] = [];
  const inspected: Record<string, string> = {};
  const file = new File([trainingText()], "stars.csv", { type: "text/csv" });
  const training = train(file, {
    ...{ ...SETTINGS, epochs: 100_000, wasm },
    onNotice: (notice) => notices.push(notice),
    onInspection: ({ columns }) => {
      for (const { name, kind } of columns) inspected[name] = kind;
    },
    onProgress: ({ step }) => {
      if (step >= 12) void training.stop();
    },
  });
  const model = await training.finished;
  return { notices, inspected, report: model.training, answers: await answersOf(model) };
}

async function complaints() {
  const why = (table: Library.TableSource, settings = {}) =>
    train(table, { wasm, ...settings }).finished.then(
      () => "nothing",
      (error: unknown) => String(error),
    );
  const cancelled = train(trainingRows(), { wasm });
  cancelled.cancel();
  return [
    await why(new File(["x,y\n1,2\n2,b\n3,4\n5,6\n7,8\n"], "small.csv")),
    await why("/nowhere.csv"),
    await why(trainingRows(), { epoch: 3 }),
    await cancelled.finished.catch(String),
  ];
}

const told = await (async () => ({
  rows: await ofRows(),
  file: await ofFile(),
  complaints: await complaints(),
}))().catch(failureOf);
await fetch("/told", { method: "POST", body: JSON.stringify(told) });
