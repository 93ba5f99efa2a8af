/** @file The mixture head: from a condition to a mixture of normals, trained by its exact likelihood; one evaluation is the answer. */
import * as op from "../../../../graph/operations.ts";
import type { Tensor } from "../../../../graph/tensor.ts";
import type { Generator } from "../../../../numeric/generator.ts";
import type { Feeds } from "../../../../runtime/executable.ts";
import { besideTheCut } from "../../circles.ts";
import { type Head, type HeadTargets, OPEN_END, targetColumn } from "../head.ts";
import { checkMixture, type MixtureConfig, WIDE } from "./config.ts";
import { endsOf } from "./ends.ts";
import { mixturePredictor } from "./mixture-predictor.ts";
import { answerOf, minusLogLikelihood, mixtureParameters, normalsOf, squaredDistance } from "./normals.ts";

/** Evaluations of a normal that a number takes, about; a whole distribution is there without any. */
const EVALUATIONS = { levels: 0, "own levels": 5, samples: 0.1, "log density": 1 } as const;
/** An evaluation of a normal is worth so many multiplications, and to encode a question so many. */
const NORMAL_WORK = 40;
const QUESTION_WORK = 50_000;

/** @throws InputError naming the first size that can't be. */
export function mixtureHead(config: MixtureConfig): Head {
  checkMixture(config);
  const { width, layers, free, fixed, intervals, ends, errorsBeyondEnds } = config;
  return {
    isMixture: true,
    ...(ends && { ends }),
    parameters: (conditionWidth, columns) => mixtureParameters(conditionWidth, columns, config),
    loss: (targets, lookup, errors) => {
      const normals = normalsOf(targets, lookup, config);
      const number = targetColumn("number");
      return {
        ...minusLogLikelihood(normals, number, {
          errors,
          intervals,
          ...(ends && errorsBeyondEnds && { truthWithin: endsOf(targets, ends) }),
        }),
        aid: squaredDistance(normals, number),
      };
    },
    likelihood: { intervalsFrom: WIDE },
    lossWeights: ["weight", "centerWeight"],
    lossFeeds: (targets, { step }, random) => lossFeeds(targets, step, random),
    conditioned: (targets, lookup) => {
      const { shares, means, variances, logInside } = answerOf(normalsOf(targets, lookup, config));
      const inside = logInside && op.sum(op.multiply(shares, op.exp(logInside)), [1]);
      return { shares, means, widths: op.sqrt(variances), ...(inside && { inside }) };
    },
    together: (parts, shares) => ({
      shares: sharesTogether(parts, shares),
      means: op.join(
        parts.map(({ means }) => means),
        1,
      ),
      widths: op.join(
        parts.map(({ widths }) => widths),
        1,
      ),
    }),
    openPredictor: async () => mixturePredictor,
    work: (asking, numbers) => QUESTION_WORK + EVALUATIONS[asking] * numbers * (free + fixed) * NORMAL_WORK,
    describe: () =>
      `head: a mixture of ${free + fixed} normals, ${free} of them free; ${layers} layers, width ${width}`,
  };
}

/** Of networks whose mixtures end at bounds, each counts by what it has between them: what is beyond will be cut off. */
function sharesTogether(
  parts: readonly Readonly<Record<string, Tensor>>[],
  shares: readonly Tensor[],
): Tensor {
  const count = (k: number) => (parts[k].inside ? op.divide(shares[k], parts[k].inside) : shares[k]);
  const all = op.join(
    parts.map((part, k) => op.multiply(part.shares, count(k))),
    1,
  );
  return parts[0].inside ? op.divide(all, op.sum(all, [1])) : all;
}

/** What the squared distance from the centre counts at the first step, and the step by which that is half as much. */
const CENTER_WEIGHT = 2;
const CENTER_STEPS = 1000;

function lossFeeds(
  { values, errors, widths, rates, weights }: HeadTargets,
  step: number,
  random: Generator,
): Feeds {
  const aid = (CENTER_WEIGHT * CENTER_STEPS) / (CENTER_STEPS + step);
  return {
    number: values.map((value, i) => {
      // What has no weight may be missing: NaN times 0 would be NaN.
      if (weights[i] === 0) return 0;
      return rates && rates[i] > 0 ? besideTheCut(value, rates[i], random) : value;
    }),
    error: errors,
    width: widths,
    isInterval: widths.map((width) => Number(width > WIDE)),
    weight: weights,
    // A value with a large error says little of where the truth is, and on a circle, or in what has no end, the middle is nowhere.
    centerWeight: weights.map((weight, i) =>
      (rates && rates[i] > 0) || widths[i] > OPEN_END / 2 ? 0 : (aid * weight) / (1 + errors[i] ** 2),
    ),
  };
}
