/** @file An ensemble against its members asked one by one. */
import { describe, expect, test } from "vitest";
import { normalMass } from "../../numeric/normal-cdf.ts";
import { Executable, type Feeds } from "../../runtime/executable.ts";
import { initialise, NamedWeights, parameterCount } from "../parts/parameter-layout.ts";
import { EACH_TARGET, PADDING_SCORE } from "../parts/program-parts.ts";
import { mixtureHead } from "./heads/mixture/mixture-head.ts";
import { queryParameters } from "./parameters.ts";
import { conditionProgram, queryLossProgram } from "./programs.ts";
import { ensemble, ensembleWeights, MEMBERS, single } from "./testing/ensemble.ts";

const head = mixtureHead(single.head);
const parameters = queryParameters(ensemble, head);
const weights = new NamedWeights(parameters, ensembleWeights());
/** A member's weights under the names that they have in a network by itself. */
const weightsOf = (member: number): Feeds =>
  Object.fromEntries(
    queryParameters(single, head).map(({ name }) => [name, weights.get(`member.${member}.${name}`)]),
  );

/** Two rows with one cell given; of each all three columns are asked. */
const sizes = { batch: 2, sequence: 2, requests: 3 };
const context = {
  tokens: Int32Array.of(0, 0, 1, 2),
  values: Float32Array.of(0, 0, 0.7, -0.4),
  classes: Int32Array.of(0, 0, 0, 0),
  targets: Int32Array.of(1, 1, 2, 2, 3, 3),
};
const asked = { ...context, keyMask: new Float32Array(4) };
const learnt = {
  ...context,
  keyMask: Float32Array.from([0, PADDING_SCORE, 0, 0, 0, 0, 0, 0, 0, PADDING_SCORE, 0, 0]),
  number: Float32Array.of(0.3, -1, 0.2, 0, 0, 0),
  // The second row's column 2 is at its second point mass; the first row's column 3 isn't asked.
  weight: Float32Array.of(0.5, 0.25, 1, 0, 0, 0),
  classTarget: Int32Array.of(0, 0, 0, 2, 3, 4),
  classWeight: Float32Array.of(0, 0, 1, 0.5, 0, 0.25),
  centerWeight: Float32Array.of(0.5, 0.25, 1, 0, 0, 0),
};

async function run(program: Executable["program"], feeds: Feeds): Promise<Record<string, Float32Array>> {
  const executable = await Executable.load(program);
  const wanted = Object.fromEntries(program.inputs.map(({ name }) => [name, feeds[name]]));
  const made = await executable.run(wanted, sizes);
  await executable.dispose();
  return made as Record<string, Float32Array>;
}

const members = Array.from({ length: MEMBERS }, (_, k) => k);
const normal = (x: number, mean: number, sd: number) =>
  Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));

describe("an ensemble", () => {
  test("answers with the even mixture of its members, point masses and categories included", async () => {
    const whole = await run(conditionProgram(ensemble, head), {
      ...asked,
      ...weights.feeds(conditionProgram(ensemble, head)),
    });
    const parts = await Promise.all(
      members.map((k) => run(conditionProgram(single, head), { ...asked, ...weightsOf(k) })),
    );
    const density = (made: Record<string, Float32Array>, target: number, normals: number, x: number) =>
      Array.from({ length: normals }, (_, i) => target * normals + i).reduce(
        (sum, i) => sum + made.shares[i] * normal(x, made.means[i], made.widths[i]),
        0,
      );
    for (let target = 0; target < 6; target++) {
      for (let k = 0; k < 5; k++) {
        const mean = parts.reduce((sum, part) => sum + part.probabilities[target * 5 + k], 0) / MEMBERS;
        expect(whole.probabilities[target * 5 + k]).toBeCloseTo(mean, 6);
      }
      if (target >= 4) continue;
      for (const x of [-1.3, 0.1, 0.8]) {
        // Of column 2 a number has the probability of the class "a number", and the density of that on top.
        const chance = (made: Record<string, Float32Array>) =>
          target < 2 ? 1 : made.probabilities[target * 5];
        const mean =
          parts.reduce((sum, part) => sum + chance(part) * density(part, target, 5, x), 0) / MEMBERS;
        expect(chance(whole) * density(whole, target, 5 * MEMBERS, x)).toBeCloseTo(mean, 5);
      }
    }
  });

  test("of a column with bounds is the even mixture of what its members have between them", async () => {
    const own = {
      ...single.head,
      ends: [[-0.5, 0.9] as const, [null, null] as const, [null, null] as const],
    };
    const bounded = mixtureHead(own);
    const programs = [ensemble, single].map((config) => conditionProgram({ ...config, head: own }, bounded));
    const whole = await run(programs[0], { ...asked, ...weights.feeds(programs[0]) });
    const parts = await Promise.all(members.map((k) => run(programs[1], { ...asked, ...weightsOf(k) })));
    expect(Object.keys(whole)).not.toContain("inside");
    const between = (made: Record<string, Float32Array>, normals: number, x: number) => {
      let [density, inside] = [0, 0];
      for (let i = 0; i < normals; i++) {
        const [share, mean, sd] = [made.shares[i], made.means[i], made.widths[i]];
        density += share * normal(x, mean, sd);
        inside += share * normalMass((-0.5 - mean) / sd, (0.9 - mean) / sd);
      }
      return density / inside;
    };
    expect(whole.shares.slice(0, 5 * MEMBERS).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    for (const x of [-0.4, 0.1, 0.8]) {
      const mean = parts.reduce((sum, part) => sum + between(part, 5, x), 0) / MEMBERS;
      expect(between(whole, 5 * MEMBERS, x)).toBeCloseTo(mean, 4);
    }
  });

  test("is told the loss of that mixture on held-out rows", async () => {
    const [of, alone] = [ensemble, single].map((config) => queryLossProgram(config, head).program);
    const whole = await run(of, { ...learnt, ...weights.feeds(of) });
    const parts = await Promise.all(members.map((k) => run(alone, { ...learnt, ...weightsOf(k) })));
    const each = [0, 1, 2, 3, 4, 5].map((target) => {
      const weight = Math.max(learnt.weight[target], learnt.classWeight[target]);
      if (weight === 0) return 0;
      const mean =
        parts.reduce((sum, part) => sum + Math.exp(-part[EACH_TARGET][target] / weight), 0) / MEMBERS;
      return -weight * Math.log(mean);
    });
    each.forEach((loss, target) => {
      expect(whole[EACH_TARGET][target]).toBeCloseTo(loss, 5);
    });
    expect(whole.loss[0]).toBeCloseTo(
      each.reduce((sum, loss) => sum + loss, 0),
      5,
    );
  });

  test("starts with members that differ", () => {
    const name = "encoder.0.query.weight";
    const fresh = new Float32Array(parameterCount(parameters));
    initialise(parameters, fresh, 1);
    const own = new NamedWeights(parameters, fresh);
    expect(own.get(`member.0.${name}`)).not.toEqual(own.get(`member.1.${name}`));
  });
});
