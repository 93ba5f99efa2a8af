/** @file Mixtures of normals for tests and benchmarks of the samplers: their denoiser and distribution are known exactly. */
import { normalCdf, normalPdf } from "../../numeric/normal-cdf.ts";
import type { DenoisingField } from "../denoising-field.ts";

/** Weight, mean, standard deviation. */
export type Peak = readonly [number, number, number];

/** E[y | y + sigma n = x] of a mixture, and its slope in x. */
function meanGiven(x: number, sigma: number, peaks: readonly Peak[]): { mean: number; slope: number } {
  const logs = peaks.map(([w, m, s]) => {
    const variance = s * s + sigma * sigma;
    return Math.log(w) - 0.5 * Math.log(variance) - (x - m) ** 2 / (2 * variance);
  });
  const top = Math.max(...logs);
  let [total, first, second, within] = [0, 0, 0, 0];
  peaks.forEach(([, m, s], k) => {
    const weight = Math.exp(logs[k] - top);
    const variance = s * s + sigma * sigma;
    const own = (s * s * x + sigma * sigma * m) / variance;
    total += weight;
    first += weight * own;
    second += weight * own * own;
    within += (weight * s * s * sigma * sigma) / variance;
  });
  const mean = first / total;
  // The posterior variance over sigma^2 (Tweedie's formula, differentiated).
  return { mean, slope: (within / total + second / total - mean * mean) / (sigma * sigma) };
}

/** The exact field of one mixture for each question. @param onCall is called with how many numbers are denoised. */
export function exactField(
  questions: readonly (readonly Peak[])[],
  onCall: (numbers: number) => void = () => {},
): DenoisingField {
  return {
    questions: questions.length,
    sigmaMin: 0.005,
    sigmaMax: 10,
    width: 64,
    async denoise(x, sigma, into, slopes) {
      onCall(x.length);
      const nodes = x.length / questions.length;
      x.forEach((value, i) => {
        const { mean, slope } = meanGiven(value, sigma, questions[Math.floor(i / nodes)]);
        into[i] = mean;
        if (slopes) slopes[i] = slope;
      });
    },
    part: (start, count) => exactField(questions.slice(start, start + count), onCall),
  };
}

export function mixtureCdf(peaks: readonly Peak[], x: number): number {
  return peaks.reduce((sum, [w, m, s]) => sum + w * normalCdf((x - m) / s), 0);
}

export function mixturePdf(peaks: readonly Peak[], x: number): number {
  return peaks.reduce((sum, [w, m, s]) => sum + (w * normalPdf((x - m) / s)) / s, 0);
}
