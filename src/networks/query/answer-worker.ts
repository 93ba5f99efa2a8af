/** @file The worker thread of answers about many rows: its share of them. */
import { serve } from "../../runtime/node/worker-thread.ts";
import type { AnswerSetup } from "./answer-pool.ts";
import { Denoiser } from "./denoiser.ts";
import { answerRows, type RowsAnswer, type RowsQuestion } from "./row-answers.ts";

serve<AnswerSetup, RowsQuestion, RowsAnswer[]>(async ({ network, weights, ...options }) => {
  const denoiser = await Denoiser.load(network, new Float32Array(weights).slice(), options);
  return (question) => answerRows(denoiser, question);
});
