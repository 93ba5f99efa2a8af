/** @file What threads do, by name: the same in Node's worker threads and in a page's workers. */
import { loadSampler, type SamplerSetup } from "../networks/leung-bovy/ancestral-sampler.ts";
import { type AnswerSetup, loadAnswerer } from "../networks/query/row-answers.ts";
import { GradientTask, type Share, type WorkerSetup } from "./gradient-task.ts";

export const threadTasks = {
  "answer rows": async (setup: AnswerSetup) => (await loadAnswerer(setup)).answer,
  "draw samples": async (setup: SamplerSetup) => (await loadSampler(setup)).answer,
  "work out gradients": async (setup: WorkerSetup) => {
    const task = await GradientTask.start(setup);
    return (share: Share) => task.run(share);
  },
};
