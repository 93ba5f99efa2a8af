/** @file Diffusion learns two moons: what is trained, sampled and measured. */
import {
  Diffusion,
  type DiffusionFitOptions,
  type DiffusionOptions,
  nearestNeighbourKl,
} from "../../src/diffusion/index.ts";
import { twoMoons, twoMoonsLogPdf } from "./two-moons.ts";

interface Settings {
  readonly model: Omit<DiffusionOptions, "seed">;
  readonly fit: DiffusionFitOptions;
}

export const SETTINGS = {
  /** Those of Leung & Bovy (2024). Their noise ends where 0.6 of the variance is still signal. */
  published: {
    model: {
      dimension: 2,
      steps: 100,
      width: 128,
      layers: 4,
      betaEnd: 0.01,
      standardise: false,
      smoothTime: false,
    },
    fit: { epochs: 128, batchSize: 128, learningRate: 1e-3, schedule: "constant", averaging: 0 },
  },
  /** The same network; but noise down to nothing, standardised, steps that start alike, a rate that falls, averaged weights. */
  ours: {
    model: { dimension: 2, steps: 100, width: 128, layers: 4 },
    fit: { epochs: 128, batchSize: 128, learningRate: 3e-3 },
  },
} satisfies Record<string, Settings>;

const POINTS = 10_000;
const NOISE = 0.05;
/** Fresh true points whose density by the model is asked: exact densities need fewer than distances do. */
const DENSITY_POINTS = 2_000;

export interface DemonstrationOptions {
  readonly settings: Settings;
  readonly epochs?: number | undefined;
  readonly seed?: number | undefined;
  readonly onEpoch?: DiffusionFitOptions["onEpoch"];
}

/** Everything there is to print and to draw. */
export interface MoonsResult {
  readonly model: Diffusion;
  readonly points: number[][];
  readonly samples: number[][];
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

export async function demonstrateMoons(options: DemonstrationOptions): Promise<MoonsResult> {
  const { settings, seed = 1, onEpoch } = options;
  const fresh = (which: number) => twoMoons({ count: POINTS, noise: NOISE, seed: 3 * seed + which });
  const [points, truth, other] = [fresh(0), fresh(1), fresh(2)];
  const model = new Diffusion({ ...settings.model, seed });
  const epochs = options.epochs ?? settings.fit.epochs;
  await model.fit(points, { ...settings.fit, ...(epochs && { epochs }), ...(onEpoch && { onEpoch }) });
  const samples = await model.sample({ size: POINTS, seed });
  return {
    model,
    points,
    samples,
    kl: {
      ofSamplesFromTruth: nearestNeighbourKl(samples, truth),
      ofTruthFromSamples: nearestNeighbourKl(truth, samples),
      ofTruthFromTruth: nearestNeighbourKl(other, truth),
      byDensity: await divergenceByDensity(model, truth),
    },
  };
}

async function divergenceByDensity(model: Diffusion, truth: readonly number[][]): Promise<number> {
  const some = truth.filter((_, i) => i % (POINTS / DENSITY_POINTS) === 0);
  const logPdf = await model.logPdf(some);
  return some.reduce((sum, point, i) => sum + twoMoonsLogPdf(point, NOISE) - logPdf[i], 0) / some.length;
}
