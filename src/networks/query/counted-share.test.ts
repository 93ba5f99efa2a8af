/** @file A network with counted shares: its gradients, and its answer as the mixture of its own and the counted one. */
import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { NormalMixtures } from "../../numeric/normal-mixtures.ts";
import { Executable, type Feeds } from "../../runtime/executable.ts";
import { initialise, parameterCount } from "../parts/parameter-layout.ts";
import { gradientName } from "../parts/program-parts.ts";
import type { QueryConfig } from "./config.ts";
import { PLACES, placesOfNumbers } from "./counted.ts";
import type { MixtureConfig } from "./heads/mixture/config.ts";
import { mixtureHead } from "./heads/mixture/mixture-head.ts";
import { queryParameters } from "./parameters.ts";
import { conditionProgram, queryGradientProgram, queryLossProgram } from "./programs.ts";

/** A number and a category of three. The graph does not look into what was counted, only at its feeds. */
const config: QueryConfig<MixtureConfig> = {
  kind: "query",
  columns: 2,
  classes: [0, 3],
  errors: false,
  normal: { columns: [0], means: [0], covariance: [1], noise: [0] },
  counted: { columns: [0, 1], knots: [[0], []], shares: "" },
  embeddingDim: 8,
  heads: 2,
  ffnDim: 8,
  encoderLayers: 1,
  dropout: 0,
  frequencies: 2,
  head: { kind: "mixture", width: 6, layers: 1, free: 2, fixed: 24, intervals: false },
};
const head = mixtureHead(config.head);
const parameters = queryParameters(config, head);
const random = generator(3, "weights");
const start = new Float32Array(parameterCount(parameters));
initialise(parameters, start, 3);
const weights = Float64Array.from(start, (value) => value + 0.1 * random.normal());
const share = parameters.find(({ name }) => name === "counted.share");
if (!share) throw new Error("there is no share");

const SIZES = { batch: 1, sequence: 2, requests: 2 };
const numbers = (count: number) => Float64Array.from({ length: count }, () => random.normal());
/** What was counted of the number lies about 1 and -1. */
const places = placesOfNumbers.map((place) => Math.exp(-((Math.abs(place) - 1) ** 2) / 0.02));
const all = places.reduce((sum, each) => sum + each, 0);
const context = {
  tokens: Int32Array.of(0, 2),
  values: Float64Array.of(0, 0),
  classes: Int32Array.of(0, 2),
  keyMask: new Float64Array(4),
  targets: Int32Array.of(1, 2),
  summaryValues: numbers(6),
  summaryGiven: numbers(6),
  summaryResiduals: numbers(6),
  summaryClasses: numbers(8),
  countedPlaces: Float64Array.from([...places.map((each) => each / all), ...Array<number>(PLACES).fill(0)]),
  countedClasses: Float64Array.of(0, 0, 0, 0.7, 0.1, 0.2),
  isCounted: Float64Array.of(1, 1),
  countedPair: Int32Array.of(1 * 3 + 2, 2 * 3 + 1),
};
const target = {
  number: Float64Array.of(0.4, 0),
  weight: Float64Array.of(1, 0),
  centerWeight: Float64Array.of(0.5, 0),
  classTarget: Int32Array.of(0, 1),
  classWeight: Float64Array.of(0, 1),
};

const fed = (flat: Float64Array): Feeds =>
  Object.fromEntries(parameters.map((p) => [p.name, flat.subarray(p.offset, p.offset + p.size)]));

/** Weights with one share for all pairs. */
function believing(logit: number): Float64Array {
  const flat = weights.slice();
  if (share) flat.fill(logit, share.offset, share.offset + share.size);
  return flat;
}

describe("the loss", () => {
  const evaluate = queryLossProgram(config, head, { precision: "float64" }).program;

  test("has the gradient of finite differences", async () => {
    const { program } = queryGradientProgram(config, head, { precision: "float64" });
    const executable = await Executable.load(program);
    // The aid has no part in the loss that is told.
    const feeds = { ...context, ...target, centerWeight: Float64Array.of(0, 0) };
    const run = (flat: Float64Array) => executable.run({ ...feeds, ...fed(flat) }, SIZES);
    const made = await run(weights);
    const step = 1e-5;
    for (const p of parameters) {
      for (const i of new Set([0, p.size >> 1, p.size - 1, ...(p === share ? [5, 7] : [])])) {
        const moved = (by: number) => {
          const flat = weights.slice();
          flat[p.offset + i] += by;
          return run(flat);
        };
        const difference = ((await moved(step)).loss[0] - (await moved(-step)).loss[0]) / (2 * step);
        expect(Math.abs(made[gradientName(p.name)][i] - difference), `${p.name}[${i}]`).toBeLessThan(
          1e-6 * Math.max(1e-2, Math.abs(difference)),
        );
      }
    }
    const ofShare = made[gradientName("counted.share")];
    expect(Array.from(ofShare, (each) => each !== 0)).toEqual(
      Array.from(ofShare, (_, at) => at === 5 || at === 7),
    );
  });

  test("is that of the mixture of the network's own answer and the counted one", async () => {
    const executable = await Executable.load(evaluate);
    const likelihood = async (logit: number, which: "number" | "class") => {
      const one =
        which === "number" ? { classWeight: Float64Array.of(0, 0) } : { weight: Float64Array.of(0, 0) };
      const { centerWeight: _, ...feeds } = { ...context, ...target, ...one };
      return Math.exp(-(await executable.run({ ...feeds, ...fed(believing(logit)) }, SIZES)).loss[0]);
    };
    for (const which of ["number", "class"] as const) {
      const [own, counted] = [await likelihood(-60, which), await likelihood(60, which)];
      const s = 1 / (1 + Math.exp(-0.8));
      expect(await likelihood(0.8, which)).toBeCloseTo((1 - s) * own + s * counted, 10);
      if (which === "class") expect(counted).toBeCloseTo(0.1, 10);
    }
  });
});

describe("the answer", () => {
  const single = (cells: Feeds[string]) => (cells instanceof Int32Array ? cells : Float32Array.from(cells));
  const answered = async (flat: Float64Array, isCounted: readonly number[]) => {
    const executable = await Executable.load(conditionProgram(config, head));
    const feeds = {
      ...context,
      keyMask: new Float64Array(2),
      isCounted: Float64Array.from(isCounted),
      ...fed(flat),
    };
    const asked = executable.program.inputs.map(({ name }) => [name, single((feeds as Feeds)[name])]);
    return executable.run(Object.fromEntries(asked), SIZES);
  };

  test("is the counted one where that is believed: two peaks, and the counted classes", async () => {
    const { shares, means, widths, probabilities } = await answered(believing(60), [1, 1]);
    const normals = { rows: 2, shares, means, widths } as ConstructorParameters<typeof NormalMixtures>[0];
    const mixture = new NormalMixtures(normals);
    const at = (value: number) => Math.exp(mixture.logPdf(0, value));
    expect(at(1)).toBeGreaterThan(5 * at(0));
    expect(at(-1)).toBeGreaterThan(5 * at(0));
    expect(Array.from(probabilities.slice(3))).toEqual([0.7, 0.1, 0.2].map(Math.fround));
  });

  test("is half of either where half is believed", async () => {
    const pdf = async (logit: number) => {
      const { shares, means, widths } = await answered(believing(logit), [1, 1]);
      const made = { rows: 2, shares, means, widths } as ConstructorParameters<typeof NormalMixtures>[0];
      return [-1, 0, 0.4, 2].map((at) => Math.exp(new NormalMixtures(made).logPdf(0, at)));
    };
    const [own, counted, both] = [await pdf(-60), await pdf(60), await pdf(0)];
    const { shares } = await answered(believing(0), [1, 1]);
    expect(
      (shares as Float32Array).slice(0, shares.length / 2).reduce((sum, each) => sum + each, 0),
    ).toBeCloseTo(1, 5);
    both.forEach((density, i) => {
      expect(density).toBeCloseTo((own[i] + counted[i]) / 2, 5);
    });
  });

  test("is the network's own where nothing was counted, whatever is believed", async () => {
    const [one, other] = [await answered(believing(60), [0, 0]), await answered(believing(-60), [1, 1])];
    for (const name of Object.keys(one))
      one[name].forEach((value, i) => {
        expect(value).toBeCloseTo(other[name][i], 5);
      });
  });
});
