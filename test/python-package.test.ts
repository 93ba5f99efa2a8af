/**
 * @file The Python package answers as Node does: runs python/tests with the real libraries. They are not installed from here;
 * .ci/run does it (test/requirements.txt), and names their Python in ANYGIVEN_PYTHON.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const python = process.env.ANYGIVEN_PYTHON;
const LIBRARIES = "numpy, onnx, onnxruntime, pandas, polars, pyarrow, pytest, sklearn";

function lacking(): string | undefined {
  if (!python) return "ANYGIVEN_PYTHON names no Python";
  try {
    execFileSync(python, ["-c", `import ${LIBRARIES}`], { stdio: "pipe" });
    return undefined;
  } catch {
    return `${python} lacks one of ${LIBRARIES} (pip install -r test/requirements.txt)`;
  }
}
const lack = lacking();
if (lack) console.warn(`test/python-package.test.ts is skipped: ${lack}.`);

test.skipIf(lack)(
  "pytest passes, with models that are trained, exported and asked",
  () => {
    const environment = {
      ...process.env,
      PYTHONPATH: "src",
      ANYGIVEN_COMMAND: `"${process.execPath}" "${root}dist/cli.js"`,
    };
    const { status, stdout, stderr } = spawnSync(python ?? "", ["-m", "pytest", "-q", "tests"], {
      cwd: `${root}python`,
      env: environment,
      encoding: "utf8",
    });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
  },
  600_000,
);
