/**
 * @file The Python package answers as Node does: runs python/tests with the real libraries. They are not installed from here;
 * .ci/run does it (test/requirements.txt), and names their Python in ANYGIVEN_PYTHON.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pythonWith } from "./python.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = "numpy, onnx, onnxruntime, pandas, polars, pyarrow, pytest, sklearn";
const python = pythonWith(modules, "test/python-package.test.ts");

test.skipIf(!python)(
  "pytest passes, with models that are trained, exported and asked",
  async () => {
    const env = {
      ...process.env,
      PYTHONPATH: "src",
      ANYGIVEN_COMMAND: `"${process.execPath}" "${root}dist/cli.js"`,
    };
    const child = spawn(python ?? "", ["-m", "pytest", "-q", "tests"], { cwd: `${root}python`, env });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (piece: string) => said.push(piece));
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    expect(code, said.join("")).toBe(0);
  },
  900_000,
);
