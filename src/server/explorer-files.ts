/** @file The explorer as a page of the server: its own files, and those of the models that are served. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { MODEL_FILES, modelFile, pageFiles, pageFolder, siteList } from "../explorer/write-site.ts";
import type { ModelShelf } from "./model-shelf.ts";
import { Refusal } from "./refusals.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

let listed: Promise<readonly string[]> | undefined;

/** @param path beneath /explore/, as the request has it. @throws Refusal (404) for a file that there is not. */
export async function explorerFile(shelf: ModelShelf, path: string): Promise<Response> {
  const name = path === "" ? "index.html" : path;
  const file = await fileOf(shelf, name);
  const headers = {
    "content-type": TYPES[extname(name)] ?? "application/octet-stream",
    // A model may change; the program of ONNX Runtime does not.
    "cache-control": name.startsWith("ort/") ? "max-age=86400" : "no-cache",
  };
  return new Response(file, { headers });
}

async function fileOf(shelf: ModelShelf, name: string): Promise<string | Uint8Array<ArrayBuffer>> {
  if (name === "site.json")
    return JSON.stringify(siteList(shelf.names.map((each) => ({ name: each, command: { model: each } }))));
  for (const [i, { folder }] of siteList(shelf.names.map((each) => ({ name: each }))).models.entries()) {
    const file = MODEL_FILES.find((each) => name === `${folder}/${each}`);
    if (file) return modelFile(shelf.folderOf(shelf.names[i]), file);
  }
  listed ??= pageFiles();
  if ((await listed).includes(name)) return bytesOf(join(pageFolder(), name));
  throw new Refusal(404, `The explorer has no file ${name.slice(0, 200)}.`);
}

const bytesOf = async (path: string) => new Uint8Array(await readFile(path));
