/** @file The mixture head's loss is the likelihood, written out a second time in double precision. */
import { expect, test } from "vitest";
import { compile } from "../../../../graph/onnx/emit.ts";
import * as op from "../../../../graph/operations.ts";
import { generator } from "../../../../numeric/generator.ts";
import { normalLogPdf, normalMass } from "../../../../numeric/normal-cdf.ts";
import { Executable } from "../../../../runtime/executable.ts";
import { initialise, laidOut, NamedWeights, parameterCount } from "../../../parts/parameter-layout.ts";
import { parameterInputs } from "../../../parts/program-parts.ts";
import { type Ends, TARGETS, targetColumn } from "../head.ts";
import type { MixtureConfig } from "./config.ts";
import { endsOf } from "./ends.ts";
import { minusLogLikelihood, mixtureParameters, normalsOf } from "./normals.ts";

const D = 5;
const COLUMNS = 3;
const sizes = { requests: 2, batch: 4 };
const COUNT = 8;

/** Of the three columns: none, a lower one, both. */
const ENDS: readonly Ends[] = [
  [null, null],
  [-0.5, null],
  [-1.2, 0.9],
];

type Case = Pick<MixtureConfig, "free" | "fixed" | "intervals" | "ends"> & { readonly errors: boolean };
const CASES: readonly Case[] = [
  { free: 3, fixed: 4, errors: false, intervals: false },
  { free: 3, fixed: 4, errors: true, intervals: true },
  { free: 5, fixed: 0, errors: true, intervals: false },
  { free: 0, fixed: 6, errors: false, intervals: true },
  { free: 3, fixed: 4, errors: false, intervals: true, ends: ENDS },
  { free: 3, fixed: 4, errors: true, intervals: false, ends: ENDS },
];

test.each(CASES)(
  "with $free free and $fixed fixed normals, errors $errors, intervals $intervals, bounds $ends",
  async (about) => {
    const config: MixtureConfig = { kind: "mixture", width: 6, layers: 2, ...about };
    const parameters = laidOut(mixtureParameters(D, COLUMNS, config));
    const random = generator(4, "mixture", about.free);
    const flat = new Float32Array(parameterCount(parameters));
    initialise(parameters, flat, 1);
    // Away from the zeros that the last layer starts as.
    const weights = new NamedWeights(
      parameters,
      Float64Array.from(flat, (x) => x + 0.3 * random.normal()),
    );
    const normals = () => {
      const { lookup } = parameterInputs(parameters);
      const targets = {
        condition: op.input("condition", [TARGETS, D]),
        tokens: op.input("targets", ["requests", "batch"], "int32"),
      };
      const truthWithin = about.ends && endsOf(targets, about.ends);
      return { ...normalsOf(targets, lookup, config), ...(truthWithin && { truthWithin }) };
    };
    const draws = (draw: () => number) => Float64Array.from({ length: COUNT }, draw);
    const feeds = {
      condition: Float64Array.from({ length: COUNT * D }, () => random.normal()),
      targets: Int32Array.from({ length: COUNT }, () => 1 + random.integer(COLUMNS)),
      number: draws(() => random.normal()),
      error: draws(() => random.uniform()),
      width: draws(() => 0.1 + random.uniform()),
      isInterval: draws(() => random.integer(2)),
      weight: draws(() => random.uniform()),
    };
    const ran = async (outputs: Record<string, op.Normalised["y"]>) => {
      const executable = await Executable.load(compile("mixture", outputs, { precision: "float64" }));
      const all: Record<string, Float64Array | Int32Array> = {
        ...weights.feeds(executable.program),
        ...feeds,
      };
      const wanted = executable.program.inputs.map(({ name }) => [name, all[name]]);
      return executable.run(Object.fromEntries(wanted), sizes);
    };
    const { truthWithin, ...made } = normals();
    const bounded = truthWithin && { truthWithin };
    const { loss } = await ran({
      loss: minusLogLikelihood(made, targetColumn("number"), { ...about, ...bounded }).loss,
    });
    const { logits, means, variances } = await ran({
      logits: made.logits,
      means: made.means,
      variances: made.variances,
    });

    const K = about.free + about.fixed;
    let expected = 0;
    for (let i = 0; i < COUNT; i++) {
      let [all, likelihood] = [0, 0];
      const [low, high] = about.ends?.[feeds.targets[i] - 1] ?? [null, null];
      const between = (mean: number, sd: number) =>
        normalMass(((low ?? -1000) - mean) / sd, ((high ?? 1000) - mean) / sd) + (about.ends ? 1e-6 : 0);
      for (let k = i * K; k < (i + 1) * K; k++) {
        const share = Math.exp(logits[k]);
        const width = Math.sqrt(variances[k] + (about.errors ? feeds.error[i] ** 2 : 0));
        const z = (feeds.number[i] - means[k]) / width;
        const half = feeds.width[i] / 2 / width;
        const isInterval = about.intervals && feeds.isInterval[i] === 1;
        all += share * between(means[k], Math.sqrt(variances[k]));
        // What the true value is, given what was measured: normal by Bayes' rule.
        const trust = about.errors ? feeds.error[i] ** 2 / width ** 2 : 0;
        const truth = means[k] * trust + feeds.number[i] * (1 - trust);
        const possible =
          about.ends && about.errors ? between(truth, Math.sqrt(variances[k] * trust + 1e-8)) : 1;
        // The loss leaves the constant of the density out.
        likelihood +=
          share *
          possible *
          (isInterval
            ? normalMass(z - half, z + half)
            : (Math.sqrt(2 * Math.PI) * Math.exp(normalLogPdf(z))) / width);
      }
      expected -= feeds.weight[i] * Math.log(likelihood / all);
    }
    expect(loss[0]).toBeCloseTo(expected, 6);
  },
);

test("untrained, it answers about a standard normal for every column", async () => {
  const config: MixtureConfig = {
    kind: "mixture",
    width: 6,
    layers: 1,
    free: 24,
    fixed: 64,
    intervals: false,
  };
  const parameters = laidOut(mixtureParameters(D, COLUMNS, config));
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, 1);
  const weights = new NamedWeights(parameters, flat);
  const [logits, means, logWidths] = [
    weights.get("head.logit"),
    [...weights.get("head.free.mean").subarray(0, 24), ...weights.get("head.fixed.mean").subarray(0, 64)],
    [
      ...weights.get("head.free.logWidth").subarray(0, 24),
      ...weights.get("head.fixed.logWidth").subarray(0, 64),
    ],
  ];
  const moment = (power: (mean: number, variance: number) => number) =>
    means.reduce((sum, mean, k) => sum + Math.exp(logits[k]) * power(mean, Math.exp(2 * logWidths[k])), 0);
  expect(moment(() => 1)).toBeCloseTo(1, 5);
  expect(moment((mean) => mean)).toBeCloseTo(0, 5);
  expect(Math.sqrt(moment((mean, variance) => mean * mean + variance))).toBeCloseTo(1, 1);
});

test("no normal is narrower than its column's least width", async () => {
  const config: MixtureConfig = { kind: "mixture", width: 6, layers: 1, free: 2, fixed: 3, intervals: false };
  const minWidths = [0.003, 0.5, 0.02];
  const parameters = laidOut(mixtureParameters(D, COLUMNS, config));
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, 1);
  const weights = new NamedWeights(parameters, flat);
  for (const name of ["free", "fixed"]) weights.get(`head.${name}.logWidth`).fill(-20);
  const { lookup } = parameterInputs(parameters);
  const targets = {
    condition: op.input("condition", [TARGETS, D]),
    tokens: op.input("targets", ["requests", "batch"], "int32"),
  };
  const { variances } = normalsOf(targets, lookup, { ...config, minWidths });
  const executable = await Executable.load(compile("widths", { variances }));
  const feeds = { condition: new Float32Array(3 * D), targets: Int32Array.of(1, 2, 3) };
  const made = await executable.run(
    { ...weights.feeds(executable.program), ...feeds },
    { requests: 1, batch: 3 },
  );
  for (let i = 0; i < 15; i++) {
    expect(Math.sqrt(made.variances[i])).toBeCloseTo(minWidths[Math.floor(i / 5)], 5);
  }
});
