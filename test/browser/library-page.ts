/** @file A page that uses the library as it is shipped, by its address: what it found is sent to the server of the test. */
import type * as Library from "../../src/browser/index.ts";
import { answersOf, failureOf } from "./questions.ts";

// The bundler leaves the address as it is; its types are those of the source.
const address = "/anygiven/browser.js";
const { load, InputError } = (await import(address)) as typeof Library;
const wasm = "/onnxruntime-web/";

async function file(name: string): Promise<File> {
  return new File([await (await fetch(`/survey/${name}`)).arrayBuffer()], name);
}

async function complaintOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => (error instanceof InputError ? `InputError: ${error.message}` : String(error)),
  );
}

async function asked(): Promise<unknown> {
  const model = await load("/survey", { wasm });
  const ofAddress = await answersOf(model);
  const files = [await file("weights.safetensors"), await file("config.json")];
  const ofFiles = await answersOf(await load(files, { wasm }));
  const complaints = [
    await complaintOf(load("/nowhere", { wasm })),
    await complaintOf(load([files[1]], { wasm })),
  ];
  // What a worker fetches is not among the page's own resources.
  const fetched = () => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
  const runsInWorker = !fetched().some((path) => path.endsWith(".wasm"));
  const inPage = await answersOf(await load("/survey", { wasm, worker: false }));
  const runsInPage = fetched().some((path) => path.endsWith(".wasm"));
  return {
    ...{ isolated: crossOriginIsolated, ofAddress, ofFiles, inPage, complaints },
    ...{ runsInWorker, runsInPage, requests: fetched() },
  };
}

const told = await asked().catch(failureOf);
await fetch("/told", { method: "POST", body: JSON.stringify(told) });
