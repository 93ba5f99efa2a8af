/** @file The program of a page's worker that trains, and of the threads that it starts itself to work out gradients. */
import { usePlatform } from "../runtime/platform.ts";
import { toldError } from "../runtime/told-error.ts";
import { webPlatform } from "../runtime/web/web-platform.ts";
import { serveThread, type ThreadBegin, webThreads } from "../runtime/web/web-threads.ts";
import { threadTasks } from "../training/thread-tasks.ts";
import { tableOf } from "./table-of-input.ts";
import { trainInMemory } from "./train-in-memory.ts";
import type { Told, TrainBegin, TrainStop } from "./training-messages.ts";

const tell = (told: Told) => self.postMessage(told);

async function begin({ table, options, wasm, threads, modelSeconds }: TrainBegin): Promise<void> {
  const aborted = new AbortController();
  self.onmessage = ({ data }: MessageEvent<TrainStop>) => {
    if (data.kind === "stop") aborted.abort();
  };
  // Threads need memory that they share.
  const startWorker = crossOriginIsolated
    ? () => new Worker(self.location.href, { type: "module" })
    : undefined;
  const starter = webThreads(threadTasks, { wasm, threads }, startWorker);
  usePlatform({ ...webPlatform({ wasm, threads: 1 }), threads: starter });
  try {
    const rows = await tableOf(table, options.kinds, (notice) => tell({ kind: "notice", notice }));
    const model = await trainInMemory(rows, options, { tell, signal: aborted.signal, modelSeconds });
    tell({ kind: "end", model });
  } catch (error) {
    tell({ kind: "failure", failure: toldError(error) });
  }
}

self.onmessage = ({ data }: MessageEvent<TrainBegin | ThreadBegin>) => {
  if (data.kind === "thread") serveThread(threadTasks, data);
  else void begin(data);
};
