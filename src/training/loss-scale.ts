/** @file The factor that keeps small gradients above what float16 can hold (Micikevicius et al. 2018). */
import type { TrainingPrecision } from "../runtime/device-names.ts";

/** The loss and all gradients are computed times `factor`. */
export interface LossScale {
  readonly factor: number;
  /** Steps without an overflow since the factor last changed. */
  readonly steps: number;
}

/** As PyTorch's GradScaler: start high, halve at each overflow, double after a number of steps without one. */
const START = 2 ** 16;
const PATIENCE = 2000;

/** float32 and bfloat16 hold small numbers as they are. */
export function startScale(precision: TrainingPrecision): LossScale | null {
  return precision === "float16" ? { factor: START, steps: 0 } : null;
}

/** @param finite whether the step's gradients were numbers: if not, the step was not taken. */
export function nextScale({ factor, steps }: LossScale, finite: boolean): LossScale {
  if (!finite) return { factor: factor / 2, steps: 0 };
  return steps + 1 < PATIENCE ? { factor, steps: steps + 1 } : { factor: 2 * factor, steps: 0 };
}
