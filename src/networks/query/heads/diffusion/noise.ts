/** @file The noise that the diffusion head learns to take away: its levels, and noisy copies of what is to be learnt. */
import type { Generator } from "../../../../numeric/generator.ts";
import { normalQuantile } from "../../../../numeric/normal-quantile.ts";
import type { Feeds } from "../../../../runtime/executable.ts";
import { besideTheCut } from "../../circles.ts";
import type { HeadTargets } from "../head.ts";
import type { DenoiserConfig } from "./config.ts";
import { preconditioning } from "./denoiser.ts";

/**
 * Noise levels are drawn from a normal in ln sigma, one from each of `copies` equal shares of it, so that a
 * step sees all of them evenly.
 */
const LOG_SIGMA_MEAN = -1.2;
const LOG_SIGMA_SPREAD = 1.5;

/** So many noisy copies of each target, (targets, copies), as the loss takes them. */
export function noisyCopies(
  { values, errors, widths, rates, weights }: HeadTargets,
  copies: number,
  head: DenoiserConfig,
  random: Generator,
): Feeds {
  const floats = () => new Float32Array(values.length * copies);
  const made: NoisyArrays = {
    noisy: floats(),
    scaled: floats(),
    sigma: floats(),
    logSigma: floats(),
    target: floats(),
    weight: floats(),
  };
  for (let i = 0; i < values.length; i++) {
    const weight = weights[i] / copies;
    if (weight === 0) {
      made.sigma.fill(1, i * copies, (i + 1) * copies);
      continue;
    }
    const error = errors[i];
    for (let copy = 0; copy < copies; copy++) {
      const exact = values[i] + (widths[i] > 0 ? widths[i] * (random.uniform() - 0.5) : 0);
      const value = rates && rates[i] > 0 ? besideTheCut(exact, rates[i], random) : exact;
      const share = (copy + random.uniform()) / copies;
      noiseInto(made, i * copies + copy, { value, error, weight, share }, head, random);
    }
  }
  return { ...made };
}

interface NoisyArrays {
  readonly noisy: Float32Array;
  readonly scaled: Float32Array;
  readonly sigma: Float32Array;
  readonly logSigma: Float32Array;
  readonly target: Float32Array;
  readonly weight: Float32Array;
}

/**
 * One noisy copy x of a value: x = value + sqrt(sigma^2 - error^2) n, so that the whole noise in x, error
 * included, is sigma. What is learnt is the mean of the *true* value given x: with r = error^2 / sigma^2,
 * E[value | x] = (1 - r) E[true | x] + r x (Daras, Dimakis & Daskalakis 2024, "Consistent diffusion meets
 * Tweedie", eq. 7), so the network's D(x) is fitted through (1 - r) D + r x. Without an error r is 0.
 *
 * Below its error a row says nothing, but the flow continues there and must not follow what the network invents. So
 * the copy at the least level above is shown under the lower one: the score minus the standard normal's score
 * (which is -x / (1 + sigma^2)) is kept as at the least level. In terms of the head's output that is F times
 * (sigma / least) sqrt((1 + sigma^2) / (1 + least^2)).
 */
function noiseInto(
  made: NoisyArrays,
  at: number,
  { value, error, weight, share }: { value: number; error: number; weight: number; share: number },
  head: DenoiserConfig,
  random: Generator,
): void {
  const { shown, sigma } = noiseLevels(share, error, head, random);
  const part = (error / sigma) ** 2;
  const x = value + Math.sqrt(sigma * sigma - error * error) * random.normal();
  const { skip, out } = preconditioning(sigma);
  const kept = (shown / sigma) * Math.sqrt((1 + shown * shown) / (1 + sigma * sigma));
  made.noisy[at] = x;
  made.scaled[at] = preconditioning(shown).in * x;
  made.sigma[at] = shown;
  made.logSigma[at] = Math.log(shown);
  made.target[at] = (kept * (value - part * x - (1 - part) * skip * x)) / ((1 - part) * out);
  made.weight[at] = weight * (1 - part) ** 2;
}

/** Just above the error r comes close to 1 and the fit says nothing. */
const MIN_OVER_ERROR = 1.1;
/** This share of the levels below the error is shown; the others go to the octaves just above it, to learn these well. */
const SHOWN_BELOW = 0.5;

/** The level of a copy's noise, and the one that the network is given. */
function noiseLevels(
  share: number,
  error: number,
  { sigmaMin, sigmaMax }: DenoiserConfig,
  random: Generator,
): { shown: number; sigma: number } {
  const least = Math.max(sigmaMin, MIN_OVER_ERROR * error);
  const logSigma =
    LOG_SIGMA_MEAN + LOG_SIGMA_SPREAD * normalQuantile(Math.min(Math.max(share, 1e-9), 1 - 1e-9));
  if (logSigma >= Math.log(least)) {
    const sigma = Math.min(Math.exp(logSigma), Math.max(sigmaMax, 2 * least));
    return { shown: sigma, sigma };
  }
  if (error <= sigmaMin) return { shown: least, sigma: least };
  if (random.uniform() < SHOWN_BELOW) {
    return { shown: Math.max(sigmaMin, Math.exp(logSigma)), sigma: least };
  }
  const sigma = least * Math.exp(2 * share);
  return { shown: sigma, sigma };
}
