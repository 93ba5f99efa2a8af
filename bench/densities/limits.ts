/**
 * @file Limits as evidence, on a table whose truth is known: x and y are normal with correlation 0.8. Is y right given
 * x > c, x < c and a < x < b? And if x is known beyond a limit only as "beyond" (3 rows in 10), is its distribution there
 * found, and y given it, better than without these cells? Each training has the same seconds of processor time, and each
 * model is asked in both ways: averaged over values within the limits, and with the network's embedding of the interval.
 *
 *     npx tsx bench/densities/limits.ts --seconds 60
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { Model } from "../../src/model/model.ts";
import type { GivenInterval } from "../../src/model/question-table.ts";
import { generator } from "../../src/numeric/generator.ts";
import { normalCdf, normalMass, normalPdf } from "../../src/numeric/normal-cdf.ts";
import { normalQuantile } from "../../src/numeric/normal-quantile.ts";
import type { Column, Table } from "../../src/table/table.ts";
import { printTable } from "./report.ts";
import { trainedFor } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    rows: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    intervals: { type: "string", default: "0.15" },
  },
});
const CORRELATION = 0.8;
/** Where 3 of 10 values are beyond. */
const LIMIT = normalQuantile(0.7);

/** @param limited whether values of x beyond the limit are told as limits, left out, or told. */
function correlated(limited: "limits" | "missing" | "told"): Table {
  const random = generator(Number(options.seed), "limits");
  const rows = Number(options.rows);
  const [x, y] = [new Float64Array(rows), new Float64Array(rows)];
  const lower = new Float64Array(rows).fill(Number.NaN);
  for (let row = 0; row < rows; row++) {
    const value = random.normal();
    y[row] = CORRELATION * value + Math.sqrt(1 - CORRELATION ** 2) * random.normal();
    const isHidden = limited !== "told" && value > LIMIT;
    x[row] = isHidden ? Number.NaN : value;
    if (isHidden && limited === "limits") lower[row] = LIMIT;
  }
  const columns: Column[] = [
    { name: "x", values: x, ...(limited === "limits" && { lower }) },
    { name: "y", values: y },
  ];
  return { source: "correlated normals", rows, columns };
}

/** P(y <= t | low < x < high), by Simpson's rule over x. */
function truth(t: number, [low, high]: readonly [number, number]): number {
  const [from, to] = [Math.max(low, -9), Math.min(high, 9)];
  const steps = 400;
  const width = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = from + i * width;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * normalPdf(x) * normalCdf((t - CORRELATION * x) / Math.sqrt(1 - CORRELATION ** 2));
  }
  return (sum * width) / 3 / normalMass(from, to);
}

/** Half the sum of absolute differences of the probabilities of narrow cells. */
function totalVariation(cdf: (t: number) => number, other: (t: number) => number): number {
  let sum = 0;
  for (let k = -240; k < 240; k++) {
    const [from, to] = [k / 60, (k + 1) / 60];
    sum += Math.abs(cdf(to) - cdf(from) - (other(to) - other(from)));
  }
  return sum / 2;
}

async function trained(table: Table): Promise<Model> {
  const settings = { seed: Number(options.seed), intervals: Number(options.intervals) };
  return (await trainedFor(Number(options.seconds), table, settings)).model;
}

/** The same model, which is given limits of x as they are (`embedded`), or averages over values. */
function asking({ config, weights }: Model, embedded: boolean): Model {
  const columns = config.columns.map(({ limits: _, ...column }) => ({
    ...column,
    ...(embedded && { limits: true }),
  }));
  return new Model({ config: { ...config, columns }, weights });
}

async function cdfOf(model: Model, of: string, given?: GivenInterval): Promise<(t: number) => number> {
  const answer = await model.density({ of, ...(given && { given: { x: given } }) });
  if (answer.kind !== "number") throw new Error(`${of} is not a number`);
  return (t) => answer.cdf(t);
}

const whole = await trained(correlated("told"));
const intervals: readonly (readonly [string, GivenInterval, readonly [number, number]])[] = [
  ["x > 0", { above: 0 }, [0, 9]],
  ["x > 1", { above: 1 }, [1, 9]],
  ["x > 2", { above: 2 }, [2, 9]],
  ["x < -1", { below: -1 }, [-9, -1]],
  ["-0.5 < x < 0.5", { above: -0.5, below: 0.5 }, [-0.5, 0.5]],
  ["1 < x < 1.1", { above: 1, below: 1.1 }, [1, 1.1]],
];
const lines: string[][] = [];
for (const [name, given, ends] of intervals) {
  const line = [`y given ${name}`];
  for (const embedded of [false, true]) {
    const found = await cdfOf(asking(whole, embedded), "y", given);
    line.push(totalVariation(found, (t) => truth(t, ends)).toFixed(4));
  }
  lines.push(line);
}
await whole.dispose();
printTable(["total variation from the truth", "averaged", "embedded"], lines);

const both: Record<string, string[]> = {};
for (const how of ["limits", "missing"] as const) {
  const model = await trained(correlated(how));
  const beyond = await cdfOf(model, "x", { lower: LIMIT });
  const x = await cdfOf(model, "x");
  const averaged = await cdfOf(asking(model, false), "y", { lower: LIMIT });
  const embedded = await cdfOf(asking(model, true), "y", { lower: LIMIT });
  const below = await cdfOf(asking(model, false), "y", { upper: 0 });
  const belowEmbedded = await cdfOf(asking(model, true), "y", { upper: 0 });
  both[how] = [
    totalVariation(x, normalCdf),
    1 - x(LIMIT),
    totalVariation(beyond, (t) => Math.max(0, normalMass(LIMIT, Math.max(LIMIT, t)) / 0.3)),
    totalVariation(averaged, (t) => truth(t, [LIMIT, 9])),
    totalVariation(embedded, (t) => truth(t, [LIMIT, 9])),
    totalVariation(below, (t) => truth(t, [-9, 0])),
    totalVariation(belowEmbedded, (t) => truth(t, [-9, 0])),
  ].map((each) => each.toFixed(3));
  await model.dispose();
}
printTable(
  ["of x, 3 in 10 beyond the limit", "limits told", "these cells left out", "truth"],
  [
    "TV of x",
    "P(x > limit)",
    "TV of x given x > limit",
    "TV of y given x > limit, averaged",
    "TV of y given x > limit, embedded",
    "TV of y given x < 0, averaged",
    "TV of y given x < 0, embedded",
  ].map((name, i) => [name, both.limits[i], both.missing[i], i === 1 ? "0.300" : "0"]),
);
