/** @file The judges that lie beside the data: programs in Python that know nothing of ours, asked on their command line. */
import { execFileSync } from "node:child_process";
import { sharedScorer } from "./data/shared-data.ts";

/** Runs the judge with these arguments and returns what it prints. */
export type Judge = (...args: readonly string[]) => string;

/**
 * A judge by the name of its file; undefined (and told) if it isn't there.
 * @param python the interpreter, with numpy, pandas and scikit-learn
 * @throws Error if the interpreter can't run it: now, not after a training.
 */
export function judge(python: string, name: string): Judge | undefined {
  const path = sharedScorer(name);
  if (path === undefined) return undefined;
  const run: Judge = (...args) => execFileSync(python, [path, ...args], { encoding: "utf8", maxBuffer: 1e9 });
  try {
    run("--help");
  } catch (cause) {
    throw new Error(
      `"${python}" cannot run ${path}: name by --python one that has numpy, pandas and scikit-learn.`,
      { cause },
    );
  }
  return run;
}
