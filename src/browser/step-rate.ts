/** @file How fast steps are done, and how long the rest of them will take. */
import type { TrainingProgress } from "./training-messages.ts";

/** The rate is that of the last seconds: the first steps of a program are slow, and a machine may be busy for a while. */
const WINDOW = 10;

export class StepRate {
  #began = performance.now();
  #marks: { readonly step: number; readonly seconds: number }[] = [{ step: 0, seconds: 0 }];

  start(): void {
    this.#began = performance.now();
  }

  after(step: number, steps: number): Omit<TrainingProgress, "loss" | "epoch"> {
    const seconds = (performance.now() - this.#began) / 1000;
    const marks = [...this.#marks, { step, seconds }];
    const first = Math.max(
      0,
      marks.findLastIndex((mark) => mark.seconds <= seconds - WINDOW),
    );
    this.#marks = marks.slice(first);
    const [from] = this.#marks;
    const stepsPerSecond = seconds > from.seconds ? (step - from.step) / (seconds - from.seconds) : 0;
    return {
      step,
      steps,
      seconds,
      stepsPerSecond,
      secondsLeft: step < steps ? (steps - step) / stepsPerSecond : 0,
    };
  }
}
