/**
 * @file The program of all worker threads, and of the process that tries a device. scripts/build-worker.mjs makes one text of
 * it that imports no file, because a bundler that takes the package into an application would lose a file.
 */
import "./runtime/node/install.ts";
import { isMainThread } from "node:worker_threads";
import { tellTrial } from "./runtime/node/device-probe.ts";
import { serve } from "./runtime/node/worker-thread.ts";
import { type RowReaderSetup, rowReader } from "./training/row-reader.ts";
import { threadTasks } from "./training/thread-tasks.ts";

if (isMainThread) {
  void tellTrial(process.argv[2]);
} else {
  serve({
    ...threadTasks,
    // Imported only where it is needed: DuckDB and more come with it.
    "read files": async () => (await import("./table/files/reader/reader-task.ts")).fileReading(),
    "read torch files": async () => (await import("./import/pytorch/torch-file.ts")).torchReading(),
    "read rows": async (setup: RowReaderSetup) => rowReader(setup),
  });
}
