/** @file Pythons with packages that tests compare with: .ci/run installs them and names the Python in a variable. */
import { execFileSync } from "node:child_process";

/**
 * The first Python here that has these modules; undefined, after a warning, where none has.
 * @param modules as in "import": "hats, lsdb". @param skipped the tests that are without it.
 */
export function pythonWith(
  modules: string,
  skipped: string,
  variable: "ANYGIVEN_PYTHON" | "ANYGIVEN_HATS_PYTHON" = "ANYGIVEN_PYTHON",
): string | undefined {
  const found = [process.env[variable], "python3"].find((each) => {
    if (each === undefined) return false;
    try {
      execFileSync(each, ["-c", `import ${modules}`], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  });
  if (!found)
    console.warn(
      `${skipped}: skipped, as no Python here has ${modules} (pip install; ${variable} names the Python).`,
    );
  return found;
}

/** What a program prints, as JSON. */
export function printedJson<T>(python: string, program: string, ...args: readonly string[]): T {
  const end = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)\n"; // threads of pyarrow may abort at the end
  const text = execFileSync(python, ["-c", program + end, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(text) as T;
}
