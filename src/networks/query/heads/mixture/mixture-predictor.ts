/** @file The mixture head in use: quantiles, samples and densities of mixtures of normals. */
import { generator } from "../../../../numeric/generator.ts";
import { NormalMixtures, type Normals } from "../../../../numeric/normal-mixtures.ts";
import type { Conditions, HeadPredictor } from "../head.ts";

export const mixturePredictor: HeadPredictor = {
  normals: normalsUnder,
  async curves(conditions, levels) {
    const made = new Float32Array(conditions.questions * levels.length);
    const mixtures = mixturesOf(conditions);
    for (let question = 0; question < conditions.questions; question++)
      mixtures.quantiles(
        question,
        levels,
        made.subarray(question * levels.length, (question + 1) * levels.length),
      );
    return made;
  },
  async curvesAt(conditions, levels) {
    const nodes = levels.length / conditions.questions;
    const made = new Float32Array(levels.length);
    const mixtures = mixturesOf(conditions);
    for (let question = 0; question < conditions.questions; question++) {
      const own = Float64Array.from(levels.subarray(question * nodes, (question + 1) * nodes));
      mixtures.quantiles(question, own, made.subarray(question * nodes, (question + 1) * nodes));
    }
    return made;
  },
  async samples(conditions, size, seed, streamOf) {
    const made = new Float32Array(conditions.questions * size);
    const mixtures = mixturesOf(conditions);
    for (let question = 0; question < conditions.questions; question++) {
      const random = generator(seed, "samples", streamOf(question));
      for (let i = 0; i < size; i++)
        made[question * size + i] = mixtures.draw(question, random.uniform(), random.normal());
    }
    return made;
  },
  async logDensities(conditions, values) {
    const mixtures = mixturesOf(conditions);
    return Float64Array.from(values, (value, question) => mixtures.logPdf(question, value));
  },
  dispose: async () => {},
};

function normalsUnder({ tensors: { shares, means, widths }, questions }: Conditions): Normals {
  return { rows: questions, shares, means, widths };
}

const mixturesOf = (conditions: Conditions) => new NormalMixtures(normalsUnder(conditions));
