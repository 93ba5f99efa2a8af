/** @file The learning rate of each epoch. */
import type { TrainingSettings } from "./training-settings.ts";

/** What the "plateau" schedule remembers. */
export interface Plateau {
  readonly rate: number;
  /** null before the first epoch (JSON has no infinity). */
  readonly best: number | null;
  readonly epochsWithoutBetter: number;
}

type RateSettings = Pick<
  TrainingSettings,
  "schedule" | "learningRate" | "learningRateMin" | "restartEpochs" | "epochs" | "warmupSteps" | "decaySteps"
>;

/**
 * The learning rate of an epoch (0 is the first), as PyTorch's schedulers of the same purpose give it.
 * - "warm-restarts": cosine from learningRate to learningRateMin over restartEpochs, again and again
 *   (Loshchilov & Hutter 2017, SGDR); - "cosine": once, over all epochs; - "constant";
 * - "plateau": see {@link nextPlateau};
 * - "inverse-sqrt": by step: rises over warmupSteps, then falls as 1 / sqrt(step / decaySteps) (Karras et al.
 *   2024, "Analyzing and improving the training dynamics of diffusion models", eq. 67), whatever the length.
 */
export function learningRate(settings: RateSettings, epoch: number, plateau: Plateau, step = 0): number {
  const { learningRate: high, learningRateMin: low, restartEpochs, epochs } = settings;
  const cosine = (done: number) => low + ((high - low) * (1 + Math.cos(Math.PI * done))) / 2;
  switch (settings.schedule) {
    case "warm-restarts":
      return cosine((epoch % restartEpochs) / restartEpochs);
    case "cosine":
      return cosine(Math.min(1, epoch / epochs));
    case "constant":
      return high;
    case "plateau":
      return plateau.rate;
    case "inverse-sqrt": {
      const { warmupSteps, decaySteps } = settings;
      const rising = Math.min(1, (step + 1) / Math.max(1, warmupSteps));
      return Math.max(low, (high * rising) / Math.sqrt(Math.max(1, (step + 1) / Math.max(1, decaySteps))));
    }
  }
}

const FACTOR = 0.1;
const PATIENCE = 10;
const THRESHOLD = 1e-4;

export function startPlateau({ learningRate: rate }: RateSettings): Plateau {
  return { rate, best: null, epochsWithoutBetter: 0 };
}

/**
 * After an epoch: a tenth of the rate when more than 10 epochs have not lowered the loss by a ten-thousandth
 * of itself (the defaults of PyTorch's ReduceLROnPlateau), never below learningRateMin.
 */
export function nextPlateau(plateau: Plateau, loss: number, { learningRateMin }: RateSettings): Plateau {
  if (plateau.best === null || loss < plateau.best * (1 - THRESHOLD)) {
    return { ...plateau, best: loss, epochsWithoutBetter: 0 };
  }
  const epochsWithoutBetter = plateau.epochsWithoutBetter + 1;
  if (epochsWithoutBetter <= PATIENCE) return { ...plateau, epochsWithoutBetter };
  return { ...plateau, rate: Math.max(learningRateMin, plateau.rate * FACTOR), epochsWithoutBetter: 0 };
}
