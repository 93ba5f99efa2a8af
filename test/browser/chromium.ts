/** @file Headless Chromium opens a page that a server of the test gives it, and tells the test by a POST what it found. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The program; undefined where there is none: it is not installed from here, .ci/run does it. */
export const chromium = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));

const TYPES: Readonly<Record<string, string>> = {
  ".mjs": "text/javascript",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** What is served beside the page. */
const FOLDERS = {
  "/survey/": join(root, "models/survey"),
  "/onnxruntime-web/": join(root, "node_modules/onnxruntime-web/dist"),
  "/anygiven/": join(root, "dist"),
};

export interface Page {
  /** Its scripts, of the type "module", by address; the page loads the first. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Whether it is isolated from other sites, as threads need. */
  readonly isolated?: boolean;
  /** Called with each request of the page and its workers, but for what it tells in the end: "GET /page.js". */
  readonly onRequest?: (request: string) => void;
}

/** Opens the page. @returns what it POSTs, or why that did not come. */
export async function toldBy<Told>({
  scripts,
  isolated = false,
  onRequest,
}: Page): Promise<Told | { failure: string }> {
  let tell: (told: Told) => void;
  const told = new Promise<Told>((resolve) => {
    tell = resolve;
  });
  const [first] = Object.keys(scripts);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (request.method !== "POST" || pathname !== "/told") onRequest?.(`${request.method} ${request.url}`);
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
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
    if (pathname === "/") return send("text/html", `<script type="module" src="${first}"></script>`);
    if (Object.hasOwn(scripts, pathname)) return send("text/javascript", scripts[pathname]);
    const [folder] = Object.entries(FOLDERS).filter(([prefix]) => pathname.startsWith(prefix));
    const path = folder && join(folder[1], pathname.slice(folder[0].length));
    if (path && existsSync(path))
      return send(TYPES[extname(path)] ?? "application/octet-stream", readFileSync(path));
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const profile = mkdtempSync(join(tmpdir(), "anygiven-chromium-"));
  const { port } = server.address() as AddressInfo;
  const browser = spawn(
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
    // A group of its own, so that the processes that it starts end with it: one would still write into the profile.
    { stdio: "ignore", detached: true },
  );
  const ended = new Promise<{ failure: string }>((resolve) => {
    browser.on("exit", (code) => resolve({ failure: `Chromium ended with ${code}` }));
  });
  try {
    return await Promise.race([told, ended]);
  } finally {
    if (browser.exitCode === null) {
      const gone = new Promise((resolve) => browser.on("exit", resolve));
      process.kill(-browser.pid!, "SIGKILL");
      await gone;
    }
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
