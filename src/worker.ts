/**
 * @file The program of all worker threads, and of the process that tries a device. scripts/build-worker.mjs makes one text of
 * it that imports no file, because a bundler that takes the package into an application would lose a file.
 */
import "./runtime/node/install.ts";
import { isMainThread } from "node:worker_threads";
import { loadSampler, type SamplerSetup } from "./networks/leung-bovy/ancestral-sampler.ts";
import { type AnswerSetup, loadAnswerer } from "./networks/query/row-answers.ts";
import { tellTrial } from "./runtime/node/device-probe.ts";
import { serve } from "./runtime/node/worker-thread.ts";
import { GradientTask, type Share, type WorkerSetup } from "./training/gradient-task.ts";
import { type RowReaderSetup, rowReader } from "./training/row-reader.ts";

if (isMainThread) {
  void tellTrial(process.argv[2]);
} else {
  serve({
    "answer rows": async (setup: AnswerSetup) => (await loadAnswerer(setup)).answer,
    "draw samples": async (setup: SamplerSetup) => (await loadSampler(setup)).answer,
    "work out gradients": async (setup: WorkerSetup) => {
      const task = await GradientTask.start(setup);
      return (share: Share) => task.run(share);
    },
    // Imported only where it is needed: DuckDB and more come with it.
    "read files": async () => (await import("./table/files/reader/reader-task.ts")).fileReading(),
    "read torch files": async () => (await import("./import/pytorch/torch-file.ts")).torchReading(),
    "read rows": async (setup: RowReaderSetup) => rowReader(setup),
  });
}
