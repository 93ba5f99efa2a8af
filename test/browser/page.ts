/** @file What runs in the browser: three questions to models/survey, whose answers are sent to the server of the test. */
import { Model } from "../../src/model/model.ts";
import { usePlatform } from "../../src/runtime/platform.ts";
import { webPlatform } from "../../src/runtime/web/web-platform.ts";
import { answersOf, failureOf } from "./questions.ts";

async function bytes(address: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(address)).arrayBuffer());
}

async function asked(): Promise<unknown> {
  usePlatform(webPlatform({ wasm: new URL("/onnxruntime-web/", location.href).href }));
  const [config, weights] = await Promise.all([
    bytes("/survey/config.json"),
    bytes("/survey/weights.safetensors"),
  ]);
  const own = await answersOf(Model.fromBytes({ config, weights }));
  const fetched = await answersOf(await Model.load("/survey"));
  return { own, fetched };
}

const told = await asked().catch(failureOf);
await fetch("/told", { method: "POST", body: JSON.stringify(told) });
