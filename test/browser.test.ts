/**
 * @file The core in a page: bundled for browsers as it is, asked in headless Chromium by onnxruntime-web, it answers what
 * Node answers. Chromium is not installed from here; .ci/run does it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Model } from "../src/model/model.ts";
import { answersOf, LEVELS } from "./browser/questions.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const chromium = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));
if (!chromium) {
  console.warn(
    "test/browser.test.ts is skipped: there is no Chromium here (Debian: apt-get install chromium).",
  );
}

type Answers = Readonly<Record<string, readonly number[]>>;
type Told = { readonly own: Answers; readonly fetched: Answers } | { readonly failure: string };

/** Bundled without a shim: an import of Node, or of a library for Node, fails here. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "test/browser/page.ts")],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["onnxruntime-web-use-extern-wasm"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

const TYPES: Readonly<Record<string, string>> = {
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** Serves the page, the model and onnxruntime-web. @returns the server and what the page will tell. */
function served(script: string): { server: Server; told: Promise<Told> } {
  let tell: (told: Told) => void;
  const told = new Promise<Told>((resolve) => {
    tell = resolve;
  });
  const folders = {
    "/survey/": join(root, "models/survey"),
    "/onnxruntime-web/": join(root, "node_modules/onnxruntime-web/dist"),
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method === "POST") {
      let text = "";
      for await (const piece of request) text += piece;
      response.end();
      tell(JSON.parse(text));
      return;
    }
    const send = (type: string, content: string | Uint8Array) => {
      response.setHeader("content-type", type);
      response.end(content);
    };
    if (pathname === "/") return send("text/html", '<script type="module" src="/page.js"></script>');
    if (pathname === "/page.js") return send("text/javascript", script);
    const [folder] = Object.entries(folders).filter(([prefix]) => pathname.startsWith(prefix));
    const path = folder && join(folder[1], pathname.slice(folder[0].length));
    if (path && existsSync(path))
      return send(TYPES[extname(path)] ?? "application/octet-stream", readFileSync(path));
    response.statusCode = 404;
    response.end();
  });
  return { server, told };
}

describe.skipIf(!chromium)("in headless Chromium", () => {
  let server: Server;
  let browser: ChildProcess;
  let profile: string;
  let told: Told;

  beforeAll(async () => {
    const page = served(await bundled());
    server = page.server;
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    profile = mkdtempSync(join(tmpdir(), "anygiven-chromium-"));
    const { port } = server.address() as AddressInfo;
    browser = spawn(
      chromium as string,
      [
        "--headless",
        "--no-sandbox", // containers run as root
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        `--user-data-dir=${profile}`,
        `http://127.0.0.1:${port}/`,
      ],
      { stdio: "ignore" },
    );
    const ended = new Promise<Told>((resolve) => {
      browser.on("exit", (code) => resolve({ failure: `Chromium ended with ${code}` }));
    });
    told = await Promise.race([page.told, ended]);
  });

  afterAll(async () => {
    if (browser.exitCode === null) {
      const gone = new Promise((resolve) => browser.on("exit", resolve));
      browser.kill();
      await gone;
    }
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  test("the quantiles are Node's, to 1e-5 of the distance of the quartiles", async () => {
    const model = await Model.load("survey");
    const truth = await answersOf(model);
    await model.dispose();
    if ("failure" in told) throw new Error(told.failure);
    const { own, fetched } = told;
    expect(Object.keys(own)).toEqual(Object.keys(truth));
    for (const [question, quantiles] of Object.entries(truth)) {
      const spread = quantiles[LEVELS.indexOf(0.75)] - quantiles[LEVELS.indexOf(0.25)];
      quantiles.forEach((quantile, i) => {
        const answer = own[question][i];
        const difference = Math.abs(answer - quantile) / spread;
        expect(difference, `${question}: ${answer} for ${quantile}`).toBeLessThan(1e-5);
      });
    }
    expect(fetched).toEqual(own);
  });
});
