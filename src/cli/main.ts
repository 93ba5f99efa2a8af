#!/usr/bin/env node
/** @file The command `anygiven`: the program in a process of its own. */
import { onLeftovers } from "../files/leftovers.ts";
import { note } from "./output.ts";
import { runCommandLine } from "./program.ts";

// A reader that has seen enough ("| head"), or a terminal that was closed, is no error, and no reason to leave work undone:
// pictures and tables are still written, a training goes on.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && code !== "EIO" && code !== "ERR_STREAM_DESTROYED") process.exitCode = 1;
  });
onLeftovers(note);

process.exitCode = await runCommandLine(process.argv.slice(2));
