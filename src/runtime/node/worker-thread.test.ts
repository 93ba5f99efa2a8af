import { expect, test } from "vitest";
import { WorkerThread } from "./worker-thread.ts";

test("a thread that can't start says why, and one that has ended answers no more instead of hanging", async () => {
  await expect(WorkerThread.start("draw samples", {})).rejects.toThrow();
  const network = {
    columns: 1,
    embeddingDim: 2,
    heads: 1,
    ffnDim: 2,
    encoderLayers: 1,
    dropout: 0,
    head: {
      dimension: 1,
      conditionDimension: 2,
      width: 3,
      layers: 1,
      steps: 2,
      schedule: "sigmoid",
      betaStart: 1e-5,
      betaEnd: 0.1,
    },
  };
  const weights = new SharedArrayBuffer(4 * 200);
  const thread = await WorkerThread.start("draw samples", { network, weights, device: "cpu", threads: 1 });
  await thread.stop();
  await expect(thread.ask({})).rejects.toThrow("stopped with exit code");
});
