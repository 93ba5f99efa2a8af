/** @file A known table: a mixture of five correlated Gaussians in six columns. */
import { type Generator, generator } from "../../../src/numeric/generator.ts";
import { normalCdf, normalPdf } from "../../../src/numeric/normal-cdf.ts";
import { drawnTable, type KnownDistribution, type KnownTable, type KnownValues } from "./known.ts";

const COLUMNS = ["a", "b", "c", "d", "e", "f"] as const;
const WEIGHTS = [0.3, 0.25, 0.2, 0.15, 0.1] as const;

interface Component {
  readonly weight: number;
  readonly mean: readonly number[];
  /** The lower triangle L of the covariance L L^T. */
  readonly factor: readonly (readonly number[])[];
  readonly covariance: readonly (readonly number[])[];
}

/** A one-dimensional Gaussian mixture, with its weights (adding up to 1), means and standard deviations. */
interface MixtureDistribution extends KnownDistribution {
  readonly weights: readonly number[];
  readonly means: readonly number[];
  readonly sds: readonly number[];
}

interface KnownMixture extends KnownTable {
  conditional(asked: number, given: KnownValues): MixtureDistribution;
}

const COMPONENTS = components();
const CUMULATIVE = WEIGHTS.map((_, i) => WEIGHTS.slice(0, i + 1).reduce((sum, weight) => sum + weight, 0));

/**
 * The mixture: means uniform on -3..3, standard deviations uniform on 0.2..1, correlations of either sign.
 * Every conditional is a one-dimensional mixture in closed form.
 */
export const gaussianMixture: KnownMixture = {
  name: "gaussian mixture",
  columns: COLUMNS,
  sample(rows, seed) {
    const random = generator(seed, "gaussian mixture", "rows");
    return drawnTable(gaussianMixture, rows, () => drawRow(random));
  },
  conditional,
};

function components(): Component[] {
  const random = generator(6, "gaussian mixture", "components");
  return WEIGHTS.map((weight) => {
    const mean = COLUMNS.map(() => 6 * random.uniform() - 3);
    const sds = COLUMNS.map(() => 0.2 + 0.8 * random.uniform());
    // Rows of unit length times L's rows give unit variances; 0.6 makes correlations of about 0.5 usual.
    const factor = sds.map((sd, i) => {
      const row = COLUMNS.map((_, j) => (j < i ? 0.6 * random.normal() : j === i ? 1 : 0));
      const length = Math.hypot(...row);
      return row.map((value) => (sd * value) / length);
    });
    const covariance = factor.map((left) => factor.map((right) => dot(left, right)));
    return { weight, mean, factor, covariance };
  });
}

function drawRow(random: Generator): number[] {
  const u = random.uniform();
  const chosen = COMPONENTS.find((_, i) => u < CUMULATIVE[i]) ?? COMPONENTS.at(-1)!;
  const noise = COLUMNS.map(() => random.normal());
  return chosen.mean.map((mean, i) => mean + dot(chosen.factor[i], noise));
}

/**
 * p(asked | given): each component's Gaussian conditional, weighted by how well it explains what is given
 * (Bishop 2006, Pattern Recognition and Machine Learning, eq. 2.81-2.82).
 */
function conditional(asked: number, given: KnownValues): MixtureDistribution {
  const indices = Object.keys(given).map(Number);
  const parts = COMPONENTS.map((component) => {
    const { weight, mean, covariance } = component;
    const factor = cholesky(indices.map((i) => indices.map((j) => covariance[i][j])));
    // With L L^T the covariance of the given: y = L^-1 (x - mean) and g = L^-1 cov(given, asked).
    const y = solveLower(
      factor,
      indices.map((i) => given[i] - mean[i]),
    );
    const g = solveLower(
      factor,
      indices.map((i) => covariance[i][asked]),
    );
    const logLikelihood = -0.5 * dot(y, y) - factor.reduce((sum, row, i) => sum + Math.log(row[i]), 0);
    return {
      logWeight: Math.log(weight) + logLikelihood,
      mean: mean[asked] + dot(g, y),
      sd: Math.sqrt(covariance[asked][asked] - dot(g, g)),
    };
  });
  const most = Math.max(...parts.map(({ logWeight }) => logWeight));
  const unscaled = parts.map(({ logWeight }) => Math.exp(logWeight - most));
  const total = unscaled.reduce((sum, weight) => sum + weight, 0);
  return mixture(
    unscaled.map((weight) => weight / total),
    parts.map(({ mean }) => mean),
    parts.map(({ sd }) => sd),
  );
}

function mixture(
  weights: readonly number[],
  means: readonly number[],
  sds: readonly number[],
): MixtureDistribution {
  const sum = (of: (z: number, sd: number) => number, x: number) =>
    weights.reduce((total, weight, i) => total + weight * of((x - means[i]) / sds[i], sds[i]), 0);
  return {
    weights,
    means,
    sds,
    pdf: (x) => sum((z, sd) => normalPdf(z) / sd, x),
    cdf: (x) => sum(normalCdf, x),
  };
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, i) => sum + value * right[i], 0);
}

/** The lower triangle L with L L^T = matrix (symmetric, positive definite). */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const factor = matrix.map((row) => row.map(() => 0));
  for (const [i, row] of matrix.entries()) {
    for (let j = 0; j <= i; j++) {
      const rest = row[j] - dot(factor[i], factor[j]);
      factor[i][j] = i === j ? Math.sqrt(rest) : rest / factor[j][j];
    }
  }
  return factor;
}

/** The x with factor x = right, for a lower triangle. */
function solveLower(factor: readonly (readonly number[])[], right: readonly number[]): number[] {
  const x = right.map(() => 0);
  for (const [i, row] of factor.entries()) x[i] = (right[i] - dot(row, x)) / row[i];
  return x;
}
