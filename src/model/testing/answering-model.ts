/** @file For tests: models whose every answer is known in closed form. */
import { type ColumnEncoding, classCount } from "../../columns/encoding.ts";
import { coordinates } from "../../columns/transforms.ts";
import { ColumnDistributions } from "../../distribution/column-distributions.ts";
import { evenLevels, rearrange } from "../../distribution/levels.ts";
import type { ModelConfig } from "../../networks/model-config.ts";
import type { Normals } from "../../numeric/normal-mixtures.ts";
import type { Table } from "../../table/table.ts";
import type { DensityModel } from "../density-model.ts";

/** What is given in a row: a number in data units or a category's name. What is missing isn't in it. */
export type Cells = Readonly<Record<string, number | string>>;

export interface Answer {
  /** Of the continuous part, data units; 0 and 1 if left out. */
  readonly mean?: number;
  readonly sd?: number;
  /** Probabilities, as `classCount` numbers the classes. */
  readonly classes?: readonly number[];
}

const LEVELS = evenLevels(101, 4);
/** Small, so that tests have several batches. */
const BATCH = 700;

/** @param answer the distribution of a column given some cells; normal in data units (give it no transform). */
export function answeringModel(
  encodings: Readonly<Record<string, Partial<ColumnEncoding>>>,
  answer: (of: string, given: Cells) => Answer,
  isMixture = false,
): DensityModel {
  const columns = Object.entries(encodings).map(([name, given]) => {
    const plain = { kind: "number", center: 0, scale: 1, transform: { by: "none" } } as const;
    const encoding: ColumnEncoding = { ...plain, pointMasses: [], categories: [], ...given };
    return { name, output: true, encoding };
  });
  const config: ModelConfig = { preset: "fake", columns, network: {} as ModelConfig["network"] };
  const answerIn = (table: Table, given: readonly string[], row: number, index: number) => {
    const answered = answer(columns[index].name, cellsIn(table, given, row));
    const map = coordinates(columns[index].encoding);
    const { mean = 0, sd = 1, classes = [] } = answered;
    if (classes.length !== classCount(columns[index].encoding)) throw new Error("not so many classes");
    return { node: (z: number) => map.toStandardised(mean + sd * z), classes };
  };
  return {
    config,
    isMixture,
    async curvesAt({ table, given, start, rows }, index, levels) {
      const perRow = levels.length / rows;
      const answers = Array.from({ length: rows }, (_, row) => answerIn(table, given, start + row, index));
      const nodes = levels.map((level, i) => answers[Math.floor(i / perRow)].node(level));
      const classes = Float64Array.from(answers.flatMap((each) => each.classes));
      return { nodes, ...(classes.length > 0 && { classes }) };
    },
    async *densityBatches(table, { of, given = [], onProgress }) {
      for (let start = 0; start < table.rows; start += BATCH) {
        const rows = Math.min(BATCH, table.rows - start);
        const densities = [of].flat().map((name) => {
          const index = columns.findIndex((column) => column.name === name);
          const answers = Array.from({ length: rows }, (_, row) =>
            answerIn(table, given, start + row, index),
          );
          const nodes = Float32Array.from(answers.flatMap(({ node }) => [...LEVELS].map(node)));
          rearrange(nodes, LEVELS.length);
          const classes = Float64Array.from(answers.flatMap((each) => each.classes));
          const { encoding } = columns[index];
          const parts = {
            name,
            encoding,
            coordinates: coordinates(columns[index].encoding),
            levels: LEVELS,
            ...(isMixture ? { normals: normalsOf(answers.map(({ node }) => node)) } : { nodes }),
            ofTrueValues: true,
          };
          return [name, new ColumnDistributions({ ...parts, ...(classes.length > 0 && { classes }) })];
        });
        yield { start, rows, densities: Object.fromEntries(densities) };
        onProgress?.(start + rows, table.rows);
      }
    },
  };
}

/** One normal for each row. */
function normalsOf(nodes: readonly ((level: number) => number)[]): Normals {
  return {
    rows: nodes.length,
    shares: new Float32Array(nodes.length).fill(1),
    means: Float32Array.from(nodes, (node) => node(0)),
    widths: Float32Array.from(nodes, (node) => node(1) - node(0)),
  };
}

function cellsIn({ columns }: Table, given: readonly string[], row: number): Cells {
  const cells = given.map((name) => {
    const { values, kind, categories } = columns.find((column) => column.name === name)!;
    const value = values[row];
    return [name, kind === "category" && !Number.isNaN(value) ? categories![value] : value] as const;
  });
  return Object.fromEntries(cells.filter(([, cell]) => typeof cell === "string" || !Number.isNaN(cell)));
}

/** A multivariate normal. Its columns have a center and scale of their own, so that units matter. */
export function normalModel(
  names: readonly string[],
  means: readonly number[],
  covariance: readonly (readonly number[])[],
  isMixture = false,
): DensityModel {
  const encodings = names.map((name, k) => [name, { center: 0.3 * k - 1, scale: 2 + k }]);
  return answeringModel(
    Object.fromEntries(encodings),
    (of, given) => {
      const target = names.indexOf(of);
      const known = Object.keys(given).map((name) => names.indexOf(name));
      if (known.includes(target)) throw new Error(`"${of}" is given to itself`);
      const among = known.map((i) => known.map((j) => covariance[i][j]));
      const weights = solve(
        among,
        known.map((i) => covariance[target][i]),
      );
      const away = known.map((i) => (given[names[i]] as number) - means[i]);
      const sum = (of: readonly number[]) => of.reduce((total, each, k) => total + weights[k] * each, 0);
      const variance = covariance[target][target] - sum(known.map((i) => covariance[target][i]));
      return { mean: means[target] + sum(away), sd: Math.sqrt(variance) };
    },
    isMixture,
  );
}

/** The log density of a multivariate normal. */
export function normalLogPdf(
  x: readonly number[],
  means: readonly number[],
  covariance: readonly (readonly number[])[],
): number {
  const away = x.map((value, k) => value - means[k]);
  const square = solve(covariance, away).reduce((sum, each, k) => sum + each * away[k], 0);
  return -0.5 * (square + Math.log(determinant(covariance)) + x.length * Math.log(2 * Math.PI));
}

type Matrix = readonly (readonly number[])[];

/** Cramer's rule: the matrices are tiny. */
function solve(matrix: Matrix, right: readonly number[]): number[] {
  const whole = determinant(matrix);
  return right.map(
    (_, column) =>
      determinant(matrix.map((row, i) => row.map((each, j) => (j === column ? right[i] : each)))) / whole,
  );
}

function determinant(matrix: Matrix): number {
  if (matrix.length === 0) return 1;
  return matrix[0].reduce((sum, each, column) => {
    const minor = matrix.slice(1).map((row) => row.filter((_, j) => j !== column));
    return sum + (column % 2 === 0 ? 1 : -1) * each * determinant(minor);
  }, 0);
}
