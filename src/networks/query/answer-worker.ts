/** @file The worker thread of answers about many rows: its share of them. */
import "../../runtime/node/install.ts";
import { serve } from "../../runtime/node/worker-thread.ts";
import { type AnswerSetup, loadAnswerer, type RowsAnswer, type RowsQuestion } from "./row-answers.ts";

serve<AnswerSetup, RowsQuestion, RowsAnswer[]>(async (setup) => (await loadAnswerer(setup)).answer);
