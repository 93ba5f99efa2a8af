/**
 * @file A head as small as one can be, for the test that a head needs nothing but its interface: a normal for each target, its
 * mean and the logarithm of its variance linear in the condition, trained by its exact likelihood. It spreads no whole numbers.
 */
import * as op from "../../../../../graph/operations.ts";
import type { Tensor } from "../../../../../graph/tensor.ts";
import { generator } from "../../../../../numeric/generator.ts";
import { normalLogPdf } from "../../../../../numeric/normal-cdf.ts";
import { dense } from "../../../../parts/parameter-layout.ts";
import type { ParameterLookup } from "../../../../parts/program-parts.ts";
import { type Conditions, type Head, type HeadPredictor, TARGETS, type TargetTensors } from "../../head.ts";

export const gaussianHead: Head = {
  parameters: (width) => [...dense("head.mean", width, 1), ...dense("head.logVariance", width, 1)],
  loss: (targets, lookup) => ({ loss: minusLogLikelihood(targets, lookup) }),
  lossWeights: ["weight"],
  lossFeeds: ({ values, errors, weights }) => ({
    // What has no weight may be missing: NaN times 0 would be NaN.
    number: values.map((value, i) => (weights[i] === 0 ? 0 : value)),
    error: errors,
    weight: weights,
  }),
  conditioned,
  isMixture: false,
  openPredictor: async () => gaussianPredictor,
  work: (_asking, numbers) => numbers,
  describe: () => "head: one normal",
};

function conditioned({ condition }: TargetTensors, parameters: ParameterLookup) {
  const linear = (name: string) =>
    op.linear(condition, parameters(`${name}.weight`), parameters(`${name}.bias`));
  return { mean: linear("head.mean"), logVariance: linear("head.logVariance") };
}

/** A measured value is normal with the variances of the truth and of its error, so the error is taken out exactly. */
function minusLogLikelihood(targets: TargetTensors, parameters: ParameterLookup): Tensor {
  const { mean, logVariance } = conditioned(targets, parameters);
  const column = (name: string) => op.reshape(op.input(name, ["requests", "batch"]), [TARGETS, 1]);
  const error = column("error");
  const variance = op.add(op.exp(logVariance), op.multiply(error, error));
  const distance = op.subtract(column("number"), mean);
  const twice = op.add(op.log(variance), op.divide(op.multiply(distance, distance), variance));
  return op.sum(op.multiply(op.multiply(twice, 0.5), column("weight")), [0, 1]);
}

const gaussianPredictor: HeadPredictor = {
  curves: async (conditions, levels) => numbersOf(conditions, levels.length, (_, node) => levels[node]),
  curvesAt: async (conditions, levels) =>
    numbersOf(conditions, levels.length / conditions.questions, (_, _node, i) => levels[i]),
  async samples(conditions, size, seed, streamOf) {
    const randoms = Array.from({ length: conditions.questions }, (_, question) =>
      generator(seed, "samples", streamOf(question)),
    );
    return numbersOf(conditions, size, (question) => randoms[question].normal());
  },
  async logDensities({ tensors: { mean, logVariance } }, values) {
    return Float64Array.from(values, (value, i) => {
      const sd = Math.exp(logVariance[i] / 2);
      return normalLogPdf((value - mean[i]) / sd) - Math.log(sd);
    });
  },
  dispose: async () => {},
};

/** (questions, nodes): mean + sd z. */
function numbersOf(
  { questions, tensors: { mean, logVariance } }: Conditions,
  nodes: number,
  z: (question: number, node: number, i: number) => number,
): Float32Array {
  return Float32Array.from({ length: questions * nodes }, (_, i) => {
    const question = Math.floor(i / nodes);
    return mean[question] + Math.exp(logVariance[question] / 2) * z(question, i % nodes, i);
  });
}
