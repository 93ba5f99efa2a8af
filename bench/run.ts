/**
 * @file All benchmarks in one run, side by side with the PyTorch peers that are installed: one table.
 *
 *     npm run bench                        about three quarters of an hour, half of it the peers' stellar steps
 *     npm run bench -- --only step-california --rounds 9
 *     npm run bench -- --quick
 */
import { coldStart } from "./cold-start.ts";
import { density } from "./density.ts";
import { memory } from "./memory.ts";
import { predicting } from "./predicting.ts";
import { quality } from "./quality.ts";
import { reading } from "./reading.ts";
import { samples } from "./samples.ts";
import { stepCalifornia } from "./step-california.ts";
import { stepStellar } from "./step-stellar.ts";
import { runQuestions } from "./suite/run-questions.ts";

await runQuestions([
  stepCalifornia,
  stepStellar,
  samples,
  density,
  quality,
  memory,
  coldStart,
  reading,
  predicting,
]);
