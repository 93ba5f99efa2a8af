/**
 * @file The summary of what a target is given, inside the graph: what `Summariser` does in TypeScript. All rows and targets go
 * at once, so the given values' covariance is inverted by sweeping it column by column, with ones in the place of what is
 * not given (Goodnight 1979, "A tutorial on the SWEEP operator", https://doi.org/10.1080/00031305.1979.10482685).
 */
import type { QueryConfig } from "../networks/query/config.ts";
import { totalClasses } from "../networks/query/config.ts";
import { SMALLEST_REST } from "../networks/query/normal-conditions.ts";
import { FARTHEST_SUMMARISED } from "../networks/query/normal-model.ts";
import { FAR_RESIDUAL, SMALLEST_TARGET_VARIANCE } from "../networks/query/summary.ts";
import type { NodeWriter } from "./node-writer.ts";

/** Names: `given` boolean (requests, rows, columns), the cells of each target's own; `columns` int64 (requests). */
export interface SummaryGiven {
  readonly given: string;
  readonly columns: string;
  readonly values: string;
  readonly errors?: string;
  readonly classes?: string;
}

/** Float (requests, rows, width) each: see `Summaries`. */
export interface SummaryNames {
  readonly summaryValues: string;
  readonly summaryGiven: string;
  readonly summaryResiduals: string;
  readonly summaryClasses?: string;
}

export function summaryNodes(n: NodeWriter, config: QueryConfig, cells: SummaryGiven): SummaryNames {
  const zero = n.number(0);
  const isStraight = Array.from({ length: config.columns }, (_, k) => Number(!config.circular?.[k]));
  const straight = n.node("Greater", n.numbers(isStraight), zero);
  const isClass = cells.classes && n.node("Greater", cells.classes, n.integers([0]));
  const plain = isClass ? n.node("And", straight, n.node("Not", isClass)) : straight;
  const shown = n.node("And", cells.given, plain);
  const values = n.where(shown, clamped(n, cells.values), zero);
  const first = n.nodeOf("Gather", { axis: 2 }, n.multiply(values, zero), n.integers([0]));
  const normal = config.normal && normalPart(n, config, { ...cells, shown, values });
  const single = (...parts: string[]) => n.cast(n.join(2, ...parts), "float");
  return {
    summaryValues: single(normal?.mean ?? first, values),
    summaryGiven: single(normal?.isKnown ?? first, n.cast(shown, "double")),
    summaryResiduals: single(normal?.logDeviation ?? first, normal?.residuals ?? n.multiply(values, zero)),
    ...(cells.classes !== undefined &&
      isClass !== undefined && {
        summaryClasses: n.cast(classPart(n, config, cells.given, cells.classes), "float"),
      }),
  };
}

const clamped = (n: NodeWriter, x: string) =>
  n.node("Min", n.node("Max", x, n.number(-FARTHEST_SUMMARISED)), n.number(FARTHEST_SUMMARISED));

/** 1 at each given class: (requests, rows, 1 + classes). */
function classPart(n: NodeWriter, config: QueryConfig, given: string, classes: string): string {
  const numbers = n.integers([...Array(totalClasses(config) + 1).keys()]);
  const isIt = n.node("Equal", n.unsqueeze(classes, 2), numbers);
  const own = n.node("And", n.unsqueeze(given, 3), isIt);
  const found = n.nodeOf("ReduceMax", { keepdims: 0 }, n.cast(own, "double"), n.integers([2]));
  // Number 0 is "no class".
  const isClass = [0, ...Array<number>(totalClasses(config)).fill(1)];
  return n.multiply(found, n.numbers(isClass));
}

interface NormalPart {
  /** (requests, rows, 1): of the target by the normal model, 0 of a column that it lacks. */
  readonly mean: string;
  readonly isKnown: string;
  readonly logDeviation: string;
  /** (requests, rows, columns). */
  readonly residuals: string;
}

function normalPart(
  n: NodeWriter,
  { normal, columns: count }: QueryConfig,
  cells: SummaryGiven & { readonly shown: string },
): NormalPart {
  const {
    columns,
    means,
    covariance: triangle,
    noise,
  } = normal ?? { columns: [], means: [], covariance: [], noise: [] };
  const size = columns.length;
  const covariance = squared(triangle, size);
  const shown = n.gather(cells.shown, columns, 2);
  const isGiven = n.cast(shown, "double");
  const values = n.multiply(n.subtract(n.gather(cells.values, columns, 2), n.numbers(means)), isGiven);
  const known = (x: string) => n.multiply(n.unsqueeze(x, 2), n.unsqueeze(x, 3));
  const unit = n.numbers(
    covariance.map((_, at) => Number(at % (size + 1) === 0)),
    [size, size],
  );
  const onDiagonal = (x: string) => n.multiply(n.unsqueeze(x, 3), unit);
  const absent = n.subtract(n.number(1), isGiven);
  let matrix = n.add(n.multiply(known(isGiven), n.numbers(covariance, [size, size])), onDiagonal(absent));
  if (cells.errors !== undefined) {
    const errors = n.gather(cells.errors, columns, 1);
    const beyond = n.subtract(n.multiply(errors, errors), n.numbers(noise));
    matrix = n.add(matrix, onDiagonal(n.multiply(n.node("Max", beyond, n.number(0)), isGiven)));
  }
  const precision = inverse(n, matrix, size);
  const column = (x: string) => n.unsqueeze(x, 3);
  const row = (x: string) => n.unsqueeze(x, 2);
  const last = n.integers([3]);
  const z = n.node("Squeeze", n.node("MatMul", precision, column(values)), last);
  const diagonal = n.sum(n.multiply(precision, unit), 3);
  const residual = n.multiply(n.divide(z, n.node("Sqrt", diagonal)), isGiven);
  const far = n.divide(residual, n.number(FAR_RESIDUAL));
  const bent = n.divide(residual, n.node("Sqrt", n.add(n.number(1), n.multiply(far, far))));
  // To the network's columns, of which those that the normal model lacks have none.
  const toColumns = columns.flatMap((own) => Array.from({ length: count }, (_, k) => Number(k === own)));
  const residuals = n.node("MatMul", bent, n.numbers(toColumns, [size, count]));

  const place = Array.from({ length: count }, (_, k) => columns.indexOf(k));
  const ofTarget = (of: (at: number) => readonly number[], width: number) => {
    const table = place.flatMap((at) => (at < 0 ? Array<number>(width).fill(0) : of(at)));
    return n.unsqueeze(n.nodeOf("Gather", { axis: 0 }, n.numbers(table, [count, width]), cells.columns), 1);
  };
  const between = n.multiply(
    ofTarget((at) => covariance.slice(at * size, (at + 1) * size), size),
    isGiven,
  );
  const weights = n.node("Squeeze", n.node("MatMul", precision, column(between)), last);
  const product = (a: string, b: string) => n.node("Squeeze", n.node("MatMul", row(a), column(b)), last);
  const variance = n.subtract(
    ofTarget((at) => [covariance[at * size + at]], 1),
    product(weights, between),
  );
  const isKnown = n.add(
    n.multiply(product(isGiven, isGiven), n.number(0)),
    ofTarget(() => [1], 1),
  );
  const mean = n.add(
    ofTarget((at) => [means[at]], 1),
    product(weights, values),
  );
  const least = n.node("Max", variance, n.number(SMALLEST_TARGET_VARIANCE));
  return {
    mean: n.multiply(clamped(n, mean), isKnown),
    isKnown,
    logDeviation: n.multiply(n.multiply(n.node("Log", least), n.number(0.5)), isKnown),
    residuals,
  };
}

function squared(triangle: readonly number[], size: number): number[] {
  const square = Array<number>(size * size).fill(0);
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j <= i; j++, at++) square[i * size + j] = square[j * size + i] = triangle[at];
  return square;
}

/** Of symmetric matrices (requests, rows, size, size): one sweep of each column leaves minus the inverse. */
function inverse(n: NodeWriter, matrix: string, size: number): string {
  let swept = matrix;
  for (let k = 0; k < size; k++) {
    const column = n.gather(swept, [k], 3);
    const pivot = n.node("Max", n.gather(column, [k], 2), n.number(SMALLEST_REST));
    const one = Array.from({ length: size }, (_, i) => Number(i === k));
    const away = n.subtract(column, n.numbers(one, [size, 1]));
    const turned = n.nodeOf("Transpose", { perm: [0, 1, 3, 2] }, away);
    swept = n.subtract(swept, n.multiply(n.divide(away, pivot), turned));
  }
  const twos = Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 2 : 0));
  return n.subtract(n.numbers(twos, [size, size]), swept);
}
