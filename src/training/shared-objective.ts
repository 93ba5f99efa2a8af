/** @file The shared-context objective: all absent columns of a row are asked at once, each under several noises. */
import { PADDING_SCORE } from "../networks/leung-bovy/programs.ts";
import type { SharedConfig } from "../networks/query/config.ts";
import { preconditioning } from "../networks/query/head.ts";
import { sharedLossProgram } from "../networks/query/programs.ts";
import { type Generator, generator } from "../numeric/generator.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { Feeds } from "../runtime/executable.ts";
import type { BatchRoom, Objective, Part } from "./objective.ts";

/**
 * Row-major arrays. Rows come in groups of equal shape, each a part of its own: within a group every row has
 * room for as many given and as many asked cells as the group's largest.
 */
export interface SharedBatch {
  /** (capacity, width): tokens of the given columns, present ones first; 0 is padding. */
  readonly tokens: Int32Array;
  /** Their values and errors in the model's scale, and their class numbers plus 1 (0: a number). */
  readonly values: Float32Array;
  readonly errors: Float32Array;
  readonly classes: Int32Array;
  /** How many columns of each row are given. */
  readonly given: Int32Array;
  /** (capacity, requests): tokens of the asked columns; 0 where there are fewer. */
  readonly asked: Int32Array;
  /** Their values and errors in the model's scale, and the width that a whole number is spread over. */
  readonly askedValues: Float32Array;
  readonly askedErrors: Float32Array;
  readonly askedWidths: Float32Array;
  /** The numbers of their classes, counted through all columns. */
  readonly askedClasses: Int32Array;
  /** What each counts in the loss: of its number (0 at a class) and of its class (0 where there is none). */
  readonly weights: Float32Array;
  readonly classWeights: Float32Array;
  /** (capacity) by group: its rows (0 after the last group), given and asked cells. */
  readonly groupRows: Int32Array;
  readonly groupGiven: Int32Array;
  readonly groupAsked: Int32Array;
}

const LAYOUT: readonly [keyof SharedBatch, "float" | "int", "given" | "asked" | "row"][] = [
  ["tokens", "int", "given"],
  ["values", "float", "given"],
  ["errors", "float", "given"],
  ["classes", "int", "given"],
  ["given", "int", "row"],
  ["asked", "int", "asked"],
  ["askedValues", "float", "asked"],
  ["askedErrors", "float", "asked"],
  ["askedWidths", "float", "asked"],
  ["askedClasses", "int", "asked"],
  ["weights", "float", "asked"],
  ["classWeights", "float", "asked"],
  ["groupRows", "int", "row"],
  ["groupGiven", "int", "row"],
  ["groupAsked", "int", "row"],
];

export function sharedObjective(network: SharedConfig, room: BatchRoom): Objective<SharedBatch> {
  const { capacity, width, requests, draws } = room;
  const length = { given: capacity * width, asked: capacity * requests, row: capacity };
  return {
    bytes: LAYOUT.reduce((sum, [, , each]) => sum + 4 * length[each], 0),
    batchIn(memory) {
      let offset = 0;
      const views = LAYOUT.map(([name, type, each]) => {
        const place = [memory, offset, length[each]] as const;
        offset += 4 * length[each];
        return [name, type === "int" ? new Int32Array(...place) : new Float32Array(...place)];
      });
      return Object.fromEntries(views) as SharedBatch;
    },
    lossProgram: (training) => sharedLossProgram(network, { training }),
    parts: groups,
    feeds: (batch, part, { seed, step }) => ({
      ...givenFeeds(batch, part, width, network),
      ...askedFeeds(batch, part, room, network, generator(seed, "noise", step, part.start)),
    }),
    sizes: ({ rows, length, requests }) => ({ batch: rows, sequence: length + 1, requests, draws }),
    cost: ({ rows, length, requests }) => rows * (length + 1 + 2 * requests),
    largest: () => [{ batch: capacity, sequence: width + 1, requests, draws }],
  };
}

function groups({ groupRows, groupGiven, groupAsked }: SharedBatch): Part[] {
  const parts: Part[] = [];
  for (let group = 0, start = 0; groupRows[group] > 0; group++) {
    const rows = groupRows[group];
    parts.push({ start, rows, length: groupGiven[group], requests: groupAsked[group] });
    start += rows;
  }
  return parts;
}

function givenFeeds(
  batch: SharedBatch,
  { start, rows, length }: Part,
  width: number,
  network: SharedConfig,
): Feeds {
  const sequence = length + 1;
  const tokens = new Int32Array(sequence * rows);
  const values = new Float32Array(sequence * rows);
  const errors = new Float32Array(sequence * rows);
  const classes = new Int32Array(sequence * rows);
  const keyMask = new Float32Array(rows * sequence);
  for (let row = 0; row < rows; row++) {
    const given = batch.given[start + row];
    const from = (start + row) * width;
    for (let place = 0; place < given; place++) {
      const to = (place + 1) * rows + row;
      tokens[to] = batch.tokens[from + place];
      values[to] = batch.values[from + place];
      errors[to] = batch.errors[from + place];
      classes[to] = batch.classes[from + place];
    }
    keyMask.fill(PADDING_SCORE, row * sequence + given + 1, (row + 1) * sequence);
  }
  return {
    tokens,
    values,
    keyMask,
    ...(network.errors && { errors }),
    ...(network.classes.some(Boolean) && { classes }),
  };
}

/**
 * Noise levels are drawn from a normal in ln sigma, one from each of `draws` equal shares of it, so that a
 * step sees all of them evenly.
 */
const LOG_SIGMA_MEAN = -1.2;
const LOG_SIGMA_SPREAD = 1.5;

function askedFeeds(
  batch: SharedBatch,
  { start, rows, requests }: Part,
  room: BatchRoom,
  network: SharedConfig,
  random: Generator,
): Feeds {
  const { draws } = room;
  const count = requests * rows;
  const asked = new Int32Array(count);
  const classTarget = new Int32Array(count);
  const classWeight = new Float32Array(count);
  const floats = () => new Float32Array(count * draws);
  const made = {
    noisy: floats(),
    scaled: floats(),
    sigma: floats(),
    logSigma: floats(),
    target: floats(),
    weight: floats(),
  };
  for (let request = 0; request < requests; request++) {
    for (let row = 0; row < rows; row++) {
      const from = (start + row) * room.requests + request;
      const to = request * rows + row;
      asked[to] = batch.asked[from];
      classTarget[to] = batch.askedClasses[from];
      classWeight[to] = batch.classWeights[from];
      const weight = batch.weights[from] / draws;
      if (weight === 0) {
        made.sigma.fill(1, to * draws, (to + 1) * draws);
        continue;
      }
      const spread = batch.askedWidths[from];
      const error = batch.askedErrors[from];
      for (let draw = 0; draw < draws; draw++) {
        const value = batch.askedValues[from] + (spread > 0 ? spread * (random.uniform() - 0.5) : 0);
        noiseInto(
          made,
          to * draws + draw,
          { value, error, weight, share: (draw + random.uniform()) / draws },
          network,
          random,
        );
      }
    }
  }
  const classes = network.classes.some(Boolean);
  return { asked, ...made, ...(classes && { classTarget, classWeight }) };
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
 * Below its error a row tells nothing, but the flow goes on there and must not follow what the network makes up. So
 * the copy at the least level above is shown under the lower one, with the score kept: what is above a standard normal's
 * (which is -x / (1 + sigma^2)) stays as it is at the least level. In terms of the head's output that is F times
 * (sigma / least) sqrt((1 + sigma^2) / (1 + least^2)).
 */
function noiseInto(
  made: NoisyArrays,
  at: number,
  { value, error, weight, share }: { value: number; error: number; weight: number; share: number },
  { head }: SharedConfig,
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

/** Just above the error r comes close to 1 and the fit tells nothing. */
const LEAST_OVER_ERROR = 1.1;
/** Of the levels below the error so many are shown; the others go to the octaves just above it, to learn these well. */
const SHOWN_BELOW = 0.5;

/** The level of a copy's noise, and the one that the network is told. */
function noiseLevels(
  share: number,
  error: number,
  { sigmaMin, sigmaMax }: SharedConfig["head"],
  random: Generator,
): { shown: number; sigma: number } {
  const least = Math.max(sigmaMin, LEAST_OVER_ERROR * error);
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
