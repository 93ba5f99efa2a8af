/**
 * @file The mixture of normals that a condition makes, and its likelihood: a mixture density network (Bishop 1994, "Mixture
 * density networks", NCRG/94/004), of which some normals stand where the column wants them (kernels) and some move.
 */
import * as op from "../../../../graph/operations.ts";
import type { Tensor } from "../../../../graph/tensor.ts";
import { normalQuantile } from "../../../../numeric/normal-quantile.ts";
import { dense, type ParameterDraft, repeated, still } from "../../../parts/parameter-layout.ts";
import type { ParameterLookup } from "../../../parts/program-parts.ts";
import { placesOfNumbers, widthsOfPlaces } from "../../counted.ts";
import type { CountedTensors } from "../../counted-share.ts";
import { type Ends, TARGETS, type TargetTensors, targetColumn } from "../head.ts";
import { MIN_WIDTH, type MixtureConfig } from "./config.ts";
import { type EndTensors, endsByToken, endsOf, logInside } from "./ends.ts";

const HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

/** Of an interval's probability: keeps its logarithm finite where the float32 error function has underflowed. */
const SMALLEST_PROBABILITY = 1e-12;

/** Keeps the logarithm of a normal's share finite where its softmax has underflowed. */
const SMALLEST_SHARE = 1e-30;

/** Of what is known of a true value, in squared standardised units: where there is no error, nothing is open. */
const SMALLEST_SPREAD = 1e-8;

/** A mixture for each target: matrices (targets, normals). */
interface Mixture {
  readonly logits: Tensor;
  readonly means: Tensor;
  readonly variances: Tensor;
  /** The logarithm of what each has between the bounds; absent where no column has any. */
  readonly logInside?: Tensor;
}

/** The normals of each target. */
export interface Normals extends Mixture {
  /** Where it was counted, a normal at each place, and what this mixture has of the answer, (targets, 1). */
  readonly counted?: Mixture & { readonly share: Tensor };
  /** Where the moving ones are centred, (targets, 1): see {@link squaredDistance}. */
  readonly center: Tensor;
}

/** Those that the condition moves, then those that it only weighs; and what was counted. */
export function normalsOf(
  { condition, tokens, counted }: TargetTensors,
  parameters: ParameterLookup,
  { layers, free, fixed, minWidths, ends }: MixtureConfig,
): Normals {
  const layer = (t: Tensor, name: string) =>
    op.linear(t, parameters(`head.${name}.weight`), parameters(`head.${name}.bias`));
  let hidden = layer(condition, "condition");
  for (let k = 0; k < layers; k++) hidden = op.add(hidden, op.silu(layer(hidden, `${k}`)));
  const moves = layer(hidden, "output");
  const center = layer(hidden, "center");
  const columns = op.reshape(tokens, [TARGETS]);
  const ofColumn = (name: string) => parameters(`head.${name}`);
  const count = free + fixed;
  const moved = (name: string, from: number) =>
    op.add(op.gather(ofColumn(`free.${name}`), columns), op.slice(moves, 1, from, from + free));
  const variance = (logWidth: Tensor, min: Tensor | number) => op.add(op.exp(op.multiply(logWidth, 2)), min);
  const least = minWidths
    ? op.constant([0, ...minWidths.map((width) => width ** 2)], [minWidths.length + 1, 1])
    : MIN_WIDTH ** 2;
  const moving = free > 0 && {
    means: op.add(moved("mean", count), center),
    variances: variance(
      moved("logWidth", count + free),
      typeof least === "number" ? least : op.gather(least, columns),
    ),
  };
  // Of the columns, not of the targets: a few rows instead of hundreds.
  const standing = fixed > 0 && {
    means: ofColumn("fixed.mean"),
    variances: variance(ofColumn("fixed.logWidth"), least),
  };
  const all = (of: (normals: Pick<Normals, "means" | "variances">, ends?: EndTensors) => Tensor) => {
    const parts = [
      ...(moving ? [of(moving, ends && endsOf({ tokens }, ends))] : []),
      ...(standing ? [op.gather(of(standing, ends && endsByToken(ends)), columns)] : []),
    ];
    return parts.length === 1 ? parts[0] : op.join(parts, 1);
  };
  const rows = ofColumn("logit").shape[0] as number;
  return {
    center,
    logits: op.add(op.gather(ofColumn("logit"), columns), op.slice(moves, 1, 0, count)),
    ...(counted && { counted: countedMixture(counted, columns, rows, least, ends) }),
    means: all(({ means }) => means),
    variances: all(({ variances }) => variances),
    ...(ends && { logInside: all(({ means, variances }, own = {}) => logInside(means, variances, own)) }),
  };
}

/** What was counted of the columns: in each row the same normals, which are the table's. */
function countedMixture(
  { places, share }: CountedTensors,
  columns: Tensor,
  rows: number,
  least: Tensor | number,
  ends: readonly Ends[] | undefined,
): Mixture & { readonly share: Tensor } {
  const table = (cells: readonly number[]) =>
    op.constant(Array.from({ length: rows }, () => cells).flat(), [rows, cells.length]);
  const means = table(placesOfNumbers);
  const variances = op.add(table(widthsOfPlaces.map((width) => width ** 2)), least);
  const of = (each: Tensor) => op.gather(each, columns);
  return {
    share,
    logits: op.log(op.add(places, SMALLEST_SHARE)),
    means: of(means),
    variances: of(variances),
    ...(ends && { logInside: of(logInside(means, variances, endsByToken(ends))) }),
  };
}

/** All normals of the answer, with their shares: where it was counted, those of both mixtures, each cut at the bounds by itself. */
export function answerOf({ counted, ...own }: Normals): {
  readonly shares: Tensor;
  readonly means: Tensor;
  readonly variances: Tensor;
  readonly logInside?: Tensor;
} {
  const whole = ({ logits, logInside: inside }: Mixture) => {
    const shares = op.softmax(logits);
    return counted && inside ? op.divide(shares, op.sum(op.multiply(shares, op.exp(inside)), [1])) : shares;
  };
  if (!counted) return { ...own, shares: whole(own) };
  const { share } = counted;
  const both = (of: (each: Mixture) => Tensor) => op.join([of(own), of(counted)], 1);
  const shares = [op.multiply(whole(own), op.subtract(1, share)), op.multiply(whole(counted), share)];
  const [inside, other] = [own.logInside, counted.logInside];
  return {
    shares: op.join(shares, 1),
    means: both(({ means }) => means),
    variances: both(({ variances }) => variances),
    ...(inside && other && { logInside: op.join([inside, other], 1) }),
  };
}

/**
 * Minus the log likelihood of each target, weighted and summed, less constants. A measured value is normal around the
 * true one, so that its error widens every normal (Bovy, Hogg & Roweis 2011, "Extreme deconvolution", eq. 1); an integer
 * is the interval that is rounded to it. Of a column with bounds the mixture is divided by what it has between them; where
 * errors lead beyond them, each normal counts by the share of what the truth can have been, given what was measured (not
 * of an interval, where this is left out).
 * `each` is that of every target, weighted, with its constants, (targets, 1).
 * Inputs: `weight`, with errors `error`, with intervals `width` and `isInterval` (0 or 1), each (requests, batch).
 * @param number the values, (targets, 1). @param truthWithin the bounds, where errors lead beyond them.
 */
export function minusLogLikelihood(
  { counted, ...own }: Normals,
  number: Tensor,
  about: LikelihoodOptions,
): { readonly loss: Tensor; readonly each: Tensor } {
  const log = (share: Tensor) => op.log(op.add(share, SMALLEST_SHARE));
  let likelihood = logLikelihood(own, number, about);
  if (counted) {
    const both = [
      op.add(likelihood, log(op.subtract(1, counted.share))),
      op.add(logLikelihood(counted, number, about), log(counted.share)),
    ];
    likelihood = op.logSumExp(op.join(both, 1));
  }
  const isInterval = about.intervals ? targetColumn("isInterval") : undefined;
  const weight = targetColumn("weight");
  const weighted = op.multiply(likelihood, weight);
  return { loss: op.negate(op.sum(weighted, [0, 1])), each: withConstant(weighted, weight, isInterval) };
}

interface LikelihoodOptions {
  readonly errors: boolean;
  readonly intervals: boolean;
  readonly truthWithin?: EndTensors;
}

/** Of a mixture, less constants: (targets, 1). */
function logLikelihood(
  { logits, means, variances, logInside: inside }: Mixture,
  number: Tensor,
  { errors, intervals, truthWithin }: LikelihoodOptions,
): Tensor {
  const error = errors ? targetColumn("error") : undefined;
  const precision = op.divide(1, error ? op.add(variances, op.multiply(error, error)) : variances);
  const distance = op.subtract(number, means);
  const squares = op.multiply(op.multiply(distance, distance), precision);
  let log = op.multiply(op.subtract(op.log(precision), squares), 0.5);
  const isInterval = intervals ? targetColumn("isInterval") : undefined;
  if (isInterval) {
    const logMass = logIntervalMass(distance, precision, targetColumn("width"));
    log = op.add(log, op.multiply(isInterval, op.subtract(logMass, log)));
  }
  if (truthWithin && error) {
    const squared = op.multiply(error, error);
    const truth = op.multiply(op.add(op.multiply(means, squared), op.multiply(number, variances)), precision);
    const spread = op.add(op.multiply(op.multiply(variances, squared), precision), SMALLEST_SPREAD);
    const possible = logInside(truth, spread, truthWithin);
    log = op.add(log, isInterval ? op.multiply(op.subtract(1, isInterval), possible) : possible);
  }
  const whole = op.logSumExp(inside ? op.add(logits, inside) : logits);
  return op.subtract(op.logSumExp(op.add(logits, log)), whole);
}

/** Minus the logarithm of the density itself: the loss leaves out what no weight changes. */
function withConstant(weighted: Tensor, weight: Tensor, isInterval: Tensor | undefined): Tensor {
  const ofPoints = isInterval ? op.multiply(weight, op.subtract(1, isInterval)) : weight;
  return op.subtract(op.multiply(ofPoints, HALF_LOG_TWO_PI), weighted);
}

/**
 * The squared distance of each target from the centre, weighted and summed: an aid in training. The likelihood moves the
 * normals by their distance over their variance, little as long as they are wide, so that in a table of many columns it
 * is learnt late that a column depends on others at all (Seitzer et al. 2022, "On the pitfalls of heteroscedastic
 * uncertainty estimation with probabilistic neural networks"). It bends no answer: the normals move about the centre freely.
 * Inputs: `number`, as in the likelihood, and `centerWeight`.
 */
export function squaredDistance({ center }: Normals, number: Tensor): Tensor {
  const away = op.subtract(number, center);
  return op.sum(op.multiply(op.multiply(away, away), targetColumn("centerWeight")), [0, 1]);
}

/** The logarithm of what each normal has between half a width on either side. */
function logIntervalMass(distance: Tensor, precision: Tensor, width: Tensor): Tensor {
  const scale = op.sqrt(op.multiply(precision, 0.5));
  const [middle, half] = [op.multiply(distance, scale), op.multiply(op.multiply(width, 0.5), scale)];
  const twice = op.subtract(op.erf(op.add(middle, half)), op.erf(op.subtract(middle, half)));
  return op.log(op.add(op.multiply(twice, 0.5), SMALLEST_PROBABILITY));
}

/** @param width D, of the condition. @param columns of the network. */
export function mixtureParameters(
  width: number,
  columns: number,
  { width: hidden, layers, free, fixed }: MixtureConfig,
): ParameterDraft[] {
  const rows = columns + 1;
  const [moving, standing] = [startOfFree(free, fixed), startOfFixed(free, fixed)];
  const ofColumns = (name: string, cells: readonly number[]): ParameterDraft[] =>
    cells.length === 0
      ? []
      : [{ name: `head.${name}`, shape: [rows, cells.length], start: repeated(cells), rowsOf: "columns" }];
  const places = (name: string, normals: readonly StartNormal[]) => [
    ...ofColumns(
      `${name}.mean`,
      normals.map(({ mean }) => mean),
    ),
    ...ofColumns(
      `${name}.logWidth`,
      normals.map(({ sd }) => Math.log(sd)),
    ),
  ];
  const outputs = 3 * free + fixed;
  return [
    ...dense("head.condition", width, hidden),
    ...Array.from({ length: layers }, (_, k) => dense(`head.${k}`, hidden, hidden)).flat(),
    // Zeros: the untrained network answers with about a standard normal, whatever is given.
    ...still("head.center", hidden, 1),
    ...still("head.output", hidden, outputs),
    ...ofColumns(
      "logit",
      [...moving, ...standing].map(({ weight }) => Math.log(weight)),
    ),
    ...places("free", moving),
    ...places("fixed", standing),
  ];
}

interface StartNormal {
  readonly weight: number;
  readonly mean: number;
  readonly sd: number;
}

/** Where the free normals start: at even steps of probability, half a unit wide. */
function startOfFree(free: number, fixed: number): StartNormal[] {
  const weight = (fixed === 0 ? 1 : 0.5) / Math.max(1, free);
  return Array.from({ length: free }, (_, k) => ({
    weight,
    mean: 0.9 * normalQuantile((k + 0.5) / free),
    sd: 0.45,
  }));
}

/** The fixed normals reach so far on either side, and are so many times as wide as their distance. */
const REACH = 3.6;
const OVERLAP = 0.7;

/** Half of the fixed normals stand at even steps of probability, half at even distances. */
function startOfFixed(free: number, fixed: number): StartNormal[] {
  const even = fixed >> 1;
  const places = [
    ...Array.from({ length: fixed - even }, (_, k) => normalQuantile((k + 0.5) / (fixed - even))),
    ...Array.from({ length: even }, (_, k) => REACH * ((2 * k + 1) / even - 1)),
  ].sort((a, b) => a - b);
  const spacing = (k: number) => {
    const [low, high] = [places[Math.max(0, k - 1)], places[Math.min(fixed - 1, k + 1)]];
    return fixed > 1 ? (high - low) / (k > 0 && k < fixed - 1 ? 2 : 1) : 1;
  };
  const normals = places.map((mean, k) => ({
    weight: spacing(k) * Math.exp((-mean * mean) / 2),
    mean,
    sd: Math.max(OVERLAP * spacing(k), 0.02),
  }));
  const all = normals.reduce((sum, { weight }) => sum + weight, 0) * (free === 0 ? 1 : 2);
  return normals.map((normal) => ({ ...normal, weight: normal.weight / all }));
}
