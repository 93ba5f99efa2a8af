/** @file Diffusion learns pairs given where two normals are: what is trained, sampled and measured. */
import {
  Diffusion,
  type DiffusionFitOptions,
  type DiffusionOptions,
  nearestNeighbourKl,
} from "../../src/diffusion/index.ts";
import { drawConditioned, drawGiven, twoNormalsLogPdf } from "./two-normals-data.ts";

interface Settings {
  readonly model: Omit<DiffusionOptions, "seed">;
  readonly fit: DiffusionFitOptions;
}

const SHAPE = { dimension: 2, conditionDimension: 6, steps: 100, width: 128, layers: 4 } as const;

export const SETTINGS = {
  /** Those of Leung & Bovy (2024). */
  published: {
    model: { ...SHAPE, betaEnd: 0.05, standardise: false, smoothTime: false },
    fit: { epochs: 256, batchSize: 128, learningRate: 1e-3, schedule: "constant", averaging: 0 },
  },
  /** The same network; but noise down to nothing, standardised, steps that start alike, a rate that falls, averaged weights. */
  ours: {
    model: SHAPE,
    fit: { epochs: 120, batchSize: 512, learningRate: 4e-3 },
  },
} satisfies Record<string, Settings>;

/** Those of the published test. */
const CONDITIONS = [
  [-0.5, 0, 0.1, 0.5, 0, 0.1],
  [-1, 0, 0.1, 0, -1, 0.1],
  [0, 0, 0.1, 0, 0, 0.1],
];
const ROWS = 100_000;
const SAMPLES = 10_000;
/** Fresh true points whose density by the model is asked: exact densities need fewer than distances do. */
const DENSITY_POINTS = 1_000;

export interface DemonstrationOptions {
  readonly settings: Settings;
  readonly rows?: number | undefined;
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
  readonly onEpoch?: DiffusionFitOptions["onEpoch"];
}

/** Everything there is to print and to draw about one condition. */
export interface ConditionResult {
  readonly condition: readonly number[];
  readonly samples: number[][];
  readonly truth: number[][];
  /** Estimates of the divergence in nats, from 10^4 samples each; see nearestNeighbourKl. */
  readonly kl: {
    readonly ofSamplesFromTruth: number;
    readonly ofTruthFromSamples: number;
    /** What a perfect model scores: two independent sets of true points. */
    readonly ofTruthFromTruth: number;
    /** Of the truth from the probability flow, by both exact densities. */
    readonly byDensity: number;
  };
}

export interface TwoNormalsResult {
  readonly model: Diffusion;
  readonly results: readonly ConditionResult[];
}

export async function demonstrateTwoNormals(options: DemonstrationOptions): Promise<TwoNormalsResult> {
  const { settings, rows = ROWS, seed = 1, onEpoch } = options;
  const { points, conditions } = drawConditioned(rows, seed);
  const model = new Diffusion({ ...settings.model, seed });
  const epochs = options.epochs ?? settings.fit.epochs;
  await model.fit(points, {
    ...settings.fit,
    conditions,
    ...(epochs && { epochs }),
    ...(onEpoch && { onEpoch }),
  });
  const results: ConditionResult[] = [];
  for (const condition of CONDITIONS) results.push(await askModel(model, condition, seed));
  return { model, results };
}

async function askModel(
  model: Diffusion,
  condition: readonly number[],
  seed: number,
): Promise<ConditionResult> {
  const samples = await model.sample({ size: SAMPLES, condition, seed });
  const [truth, other] = [2 * seed, 2 * seed + 1].map((each) => drawGiven(condition, SAMPLES, each));
  const some = truth.slice(0, DENSITY_POINTS);
  const logPdf = await model.logPdf(some, { condition });
  const lost = some.map((point, i) => twoNormalsLogPdf(point, condition) - logPdf[i]);
  return {
    condition,
    samples,
    truth: truth,
    kl: {
      ofSamplesFromTruth: nearestNeighbourKl(samples, truth),
      ofTruthFromSamples: nearestNeighbourKl(truth, samples),
      ofTruthFromTruth: nearestNeighbourKl(other, truth),
      byDensity: lost.reduce((sum, each) => sum + each, 0) / some.length,
    },
  };
}
