/** @file Columns recalibrated on held-out rows, when training has ended: what that changes, and whether it helps. */
import type { ModelColumn } from "../../columns/encoding.ts";
import type { Recalibration } from "../../columns/recalibration.ts";
import type { EncodedTable } from "../../networks/encoded-table.ts";
import type { ModelConfig } from "../../networks/model-config.ts";
import { networkOf } from "../../networks/registry.ts";
import type { Coverage, RecalibratedColumn, Verdict } from "../../networks/training-report.ts";
import type { Device } from "../../runtime/device-names.ts";
import { outputsOf } from "../training-rows.ts";
import type { TrainingSettings } from "../training-settings.ts";
import { ClassFits } from "./class-fit.ts";
import { crossFitted } from "./cross-fit.ts";
import { type HeldOutAnswers, heldOutAnswers } from "./held-out-answers.ts";
import { IDENTITY, LevelFits, levelPoints } from "./level-fit.ts";
import type { LevelSets } from "./level-sets.ts";

export interface Recalibrated {
  readonly columns: readonly ModelColumn[];
  readonly report: readonly RecalibratedColumn[];
}

/** A network whose training has ended. */
interface Trained {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly weights: Float32Array<ArrayBuffer>;
  readonly device: Device;
}

/** @param heldOut rows that the weights were not fitted to, all columns of the model. */
export async function recalibrated(
  { config, settings, weights, device }: Trained,
  heldOut: EncodedTable,
): Promise<Recalibrated> {
  const { columns, network } = config;
  const predictor = await networkOf(network).openPredictor(columns, weights, {
    device,
    threads: 1,
    flow: {},
  });
  try {
    const deconvolve = "measurementErrors" in settings && settings.measurementErrors === "deconvolve";
    const questions = { columns, heldOut, outputs: outputsOf(columns), deconvolve, seed: settings.seed };
    const answers = await heldOutAnswers(predictor, questions);
    // The values that are held out of a column with limits are those that lie within: its answers go beyond, and are no worse for it.
    const isJudged = (index: number) => !columns[index].limits;
    const made = answers.map((each, index) =>
      each && isJudged(index) ? recalibration(each, sizesOf(columns.length)) : undefined,
    );
    return {
      columns: columns.map((column, index) => {
        const { sizes } = made[index] ?? {};
        const isChanged = sizes?.some(({ levels, classes }) => levels || classes);
        return sizes && isChanged ? { ...column, recalibration: sizes } : column;
      }),
      report: columns.flatMap(({ name }, index) => {
        const { report } = made[index] ?? {};
        const { numbers } = answers[index] ?? {};
        const coverage = numbers && coverageOf(numbers.sets);
        return report?.some(({ numbers, classes }) => numbers || classes)
          ? [{ name, ...(coverage && { coverage }), sizes: report }]
          : [];
      }),
    };
  } finally {
    await predictor.dispose();
  }
}

/** Normal levels between which 68 and 95 % lie. */
const [LEVEL_68, LEVEL_95] = [0.994458, 1.959964];

/** How many numbers lie inside central intervals of the answers, as the network gives them. */
export function coverageOf({ starts, levels, weights }: LevelSets): Coverage | undefined {
  const questions = starts.length - 1;
  if (questions === 0) return undefined;
  const shareInside = (end: number) => {
    const inside = levels.reduce((sum, level, i) => sum + (Math.abs(level) <= end ? weights[i] : 0), 0);
    return Number((inside / questions).toFixed(4));
  };
  return { questions, of68: shareInside(LEVEL_68), of95: shareInside(LEVEL_95) };
}

/** The same model, answering as its network does. */
export function withoutRecalibration(config: ModelConfig): ModelConfig {
  return { ...config, columns: config.columns.map(({ recalibration: _, ...column }) => column) };
}

/** The most columns given of each size: nothing, up to half of the others, more. */
function sizesOf(columns: number): number[] {
  return [...new Set([0, Math.floor((columns - 1) / 2), columns - 1])];
}

/** Of one column. */
export function recalibration(
  { numbers, classes }: HeldOutAnswers,
  sizes: readonly number[],
): { readonly sizes: Recalibration; readonly report: RecalibratedColumn["sizes"] } {
  const levels = numbers && crossFitted(new LevelFits(numbers.sets), IDENTITY, numbers, sizes);
  const fits = classes && new ClassFits(classes.answers);
  const trusts = classes && fits && crossFitted(fits, 0, classes, sizes);
  return {
    sizes: sizes.map((most, size) => {
      const map = levels?.[size].parameters;
      const trust = trusts?.[size].parameters;
      return {
        most,
        ...(map && { levels: levelPoints(map) }),
        ...(trust !== undefined &&
          fits && { classes: { trust: round(Math.exp(trust)), shares: Array.from(fits.shares, round) } }),
      };
    }),
    report: sizes.map((most, size) => ({
      most,
      ...(levels && { numbers: rounded(levels[size].verdict) }),
      ...(trusts && { classes: rounded(trusts[size].verdict) }),
    })),
  };
}

const round = (value: number) => Number(value.toPrecision(6));

const rounded = ({ gain, error, ...verdict }: Verdict): Verdict => ({
  ...verdict,
  gain: Number(gain.toFixed(4)) + 0, // + 0: not -0
  error: Number(error.toFixed(4)),
});
