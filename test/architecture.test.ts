/** @file docs/architecture.md is true: its table names the folders of src/, and each imports only from those above it. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");
const text = readFileSync(join(root, "docs/architecture.md"), "utf8");
/** The folders in the table's order; index.ts and worker.ts lie in none. */
const order = Array.from(text.matchAll(/^\| `src\/([\w-]+)\/`/gm), ([, folder]) => folder);

const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
  (file) =>
    /\.tsx?$/.test(file) && file.includes("/") && !file.endsWith(".test.ts") && !file.includes("generated"),
);

test("the table names every folder, and no other", () => {
  const folders = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory());
  expect([...order].sort()).toEqual(folders.sort());
});

test("each folder imports only from those above it", () => {
  const upwards = files.flatMap((file) => {
    const imports = readFileSync(join(source, file), "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g);
    return Array.from(imports, ([, path]) => relative(source, join(source, dirname(file), path)))
      .filter((imported) => imported.includes("/") || imported === "index.ts")
      .filter(
        (imported) =>
          order.indexOf(imported.split("/")[0]) > order.indexOf(file.split("/")[0]) ||
          imported === "index.ts",
      )
      .map((imported) => `${file} imports ${imported}`);
  });
  expect(upwards).toEqual([]);
});

test("one file alone loads ONNX Runtime for Node, with its telemetry off, and one that for pages", () => {
  const loading = files.filter((file) =>
    /(?:from|import|require\()\s*\(?"onnxruntime|\("onnxruntime-node"\)/.test(
      readFileSync(join(source, file), "utf8"),
    ),
  );
  expect(loading).toEqual(["runtime/node/onnxruntime.ts", "runtime/web/wasm-sessions.ts"]);
});

test("nothing that is shipped comes from the examples, tests or benchmarks", () => {
  const outside = files.filter((file) => {
    const text = readFileSync(join(source, file), "utf8");
    return Array.from(text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+)"/g), ([, path]) =>
      relative(source, join(source, dirname(file), path)),
    ).some((imported) => imported.startsWith("..") && imported !== "../package.json");
  });
  expect(outside).toEqual([]);
});

test("each file says in its first line what lives there", () => {
  const silent = files.filter((file) => {
    const [first = "", second = ""] = readFileSync(join(source, file), "utf8").split("\n");
    return (
      !/@file/.test(first + second) &&
      !/^#!/.test(first) &&
      !/_pb\.ts$/.test(file) &&
      !file.includes("assembly/")
    );
  });
  expect(silent).toEqual([]);
});

/** Where Node begins: what these folders import runs in a page, too (test/browser.test.ts). */
const PORTABLE =
  /^(base|numeric|graph|columns|distribution|sampling|networks|model)\/|^runtime\/(?!node\/|web\/)|^table\/(bytes\/)?[^/]+$|^training\/(prepared-run|prepared-training|plan)\.ts$/;

test("the core imports nothing of Node, by whatever way", () => {
  const closed = new Map<string, string>();
  const waiting = files.filter((file) => PORTABLE.test(file)).map((file) => [file, file] as const);
  const foreign: string[] = [];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [file, from] = next;
    if (closed.has(file)) continue;
    closed.set(file, from);
    const text = readFileSync(join(source, file), "utf8");
    if (/(?<![.\w])(?:Buffer|process|__filename|__dirname|require)\s*[.(]/.test(withoutComments(text)))
      foreign.push(`${file} uses a global of Node`);
    const imports = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm);
    for (const [, path] of imports) {
      if (path.startsWith("."))
        waiting.push([relative(source, join(source, dirname(file), path)), `${from} > ${file}`]);
      else if (/^(node:|#|onnxruntime|@duckdb|h5wasm)/.test(path))
        foreign.push(`${from} > ${file} imports ${path}`);
    }
  }
  expect(closed.size).toBeGreaterThan(50);
  expect(foreign).toEqual([]);
});

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, "");
