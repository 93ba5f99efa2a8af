/** @file The command line within the test's own process: the same program, without the half second that its start takes. */
import { vi } from "vitest";
import { runCommandLine } from "../src/cli/program.ts";
import type { Outcome } from "./cli.ts";

let turn: Promise<unknown> = Promise.resolve();

/**
 * Does what `anygiven ARGS` does, and tells what it printed. For all that needs no process of its own: signals, another
 * user, an environment and what drivers print themselves do. Calls wait for each other, as they share standard output.
 */
export function anygivenHere(...args: readonly string[]): Promise<Outcome> {
  const outcome = turn.then(() => captured(args));
  turn = outcome.catch(() => undefined);
  return outcome;
}

async function captured(args: readonly string[]): Promise<Outcome> {
  const [stdout, stderr] = (["stdout", "stderr"] as const).map((name) => {
    const pieces: string[] = [];
    const spy = vi.spyOn(process[name], "write").mockImplementation((piece) => {
      pieces.push(typeof piece === "string" ? piece : Buffer.from(piece).toString());
      return true;
    });
    return { pieces, spy };
  });
  const exitCode = process.exitCode;
  try {
    const code = await runCommandLine(args);
    return { code, signal: null, stdout: stdout.pieces.join(""), stderr: stderr.pieces.join("") };
  } finally {
    for (const { spy } of [stdout, stderr]) spy.mockRestore();
    process.exitCode = exitCode;
  }
}
