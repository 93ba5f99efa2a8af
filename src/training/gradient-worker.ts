/** @file The worker thread of training: losses and gradients of its share of each batch. */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../errors.ts";
import { GradientTask, type Share, type WorkerAnswer, type WorkerSetup } from "./gradient-task.ts";

const port = parentPort;
if (!port) throw new Error("gradient-worker.ts runs only as a worker thread");

const task = GradientTask.start(workerData as WorkerSetup);
task.then(() => send({ ready: true }), fail);
port.on("message", async (share: Share) => {
  try {
    send({ loss: await (await task).run(share) });
  } catch (error) {
    fail(error);
  }
});

function send(answer: WorkerAnswer): void {
  port!.postMessage(answer);
}

/** Told in words: copying an error between threads loses its class. */
function fail(error: unknown): void {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  send({ failure: { message, stack, isInput: error instanceof InputError } });
}
