/** @file The worker thread of training: losses and gradients of its share of each batch. */
import "../runtime/node/install.ts";
import { serve } from "../runtime/node/worker-thread.ts";
import { GradientTask, type Share, type WorkerSetup } from "./gradient-task.ts";

serve<WorkerSetup, Share, number>(async (setup) => {
  const task = await GradientTask.start(setup);
  return (share) => task.run(share);
});
