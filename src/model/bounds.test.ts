/** @file What a trained model answers about columns with bounds, whole numbers of a wide range, days, and few levels: every verb. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { writeTable } from "../table/files/write.ts";
import type { Table } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { Model } from "./model.ts";
import { predictedColumns } from "./predict.ts";

const ROWS = 600;
const random = generator(1, "bounded table");
const of = (make: () => number) => Float64Array.from({ length: ROWS }, make);
const exponential = () => -Math.log(1 - random.uniform());
const table: Table = {
  source: "bounded",
  rows: ROWS,
  columns: [
    { name: "x", values: of(() => random.normal()) },
    { name: "price", values: of(exponential) },
    { name: "share", values: of(() => random.uniform()) },
    { name: "people", values: of(() => Math.floor(2e8 * exponential())) },
    { name: "day", values: of(() => 19_000 + random.integer(3000)), kind: "date" },
    { name: "level", values: of(() => random.integer(5) / 2) },
  ],
};
const NUMBERS = ["price", "share", "people", "day", "level"];
const isAllowed: Readonly<Record<string, (value: number) => boolean>> = {
  price: (value) => value >= 0,
  share: (value) => value >= 0 && value <= 1,
  people: (value) => Number.isSafeInteger(value) && value >= 0,
  day: Number.isInteger,
  level: (value) => [0, 0.5, 1, 1.5, 2].includes(value),
};
/** The first value that can't be, by column. */
function wrong(values: Readonly<Record<string, ArrayLike<number>>>): [string, number][] {
  return NUMBERS.flatMap((name) => {
    const found = Array.from(values[name] ?? []).find((value) => !isAllowed[name](value));
    return found === undefined ? [] : [[name, found] as [string, number]];
  });
}
const byName = ({ columns }: Table, ending = "") =>
  Object.fromEntries(
    NUMBERS.map((name) => [name, columns.find((each) => each.name === name + ending)?.values ?? []]),
  );

describe.each(["mixture", "diffusion"] as const)("the head %s", (head) => {
  let model: Model;
  const told: string[] = [];
  beforeAll(async () => {
    const run = await trainTable(table, {
      head,
      epochs: 2,
      workers: 1,
      systemInfo: false,
      onNotice: (notice) => told.push(notice),
    });
    model = new Model(run.model);
  });
  afterAll(() => model?.dispose());

  test("bounds are found and told", () => {
    expect(told.filter((notice) => notice.includes("bounded")).map((notice) => notice.split(";")[0])).toEqual(
      ["price: bounded, 0 ..", "share: bounded, 0 .. 1", "people: bounded, 0 .."],
    );
    expect(told.some((notice) => notice.startsWith("level: only 5 different values"))).toBe(true);
  });

  test("no distribution has anything outside, and all of it is inside", async () => {
    const answers = await model.density({ of: NUMBERS, given: { x: 1 } });
    for (const name of NUMBERS) {
      const answer = answers[name];
      if (answer.kind !== "number") throw new Error("a category");
      const values = [
        answer.median(),
        ...answer.interval(0.999),
        ...answer.sample(300, 1),
        ...[1e-9, 0.2, 1 - 1e-9].map((p) => answer.quantile(p)),
        ...answer.modes(),
        ...answer.highestDensity(0.9).flat(),
      ];
      expect(wrong({ [name]: values })).toEqual([]);
    }
    const { share, price, level } = answers;
    if (share.kind !== "number" || price.kind !== "number" || level.kind !== "number") throw new Error();
    expect([share.pdf(-0.01), share.pdf(1.01), price.pdf(-0.01)]).toEqual([0, 0, 0]);
    expect([share.cdf(1), share.cdf(-1e-9), price.cdf(-1e-9)]).toEqual([1, 0, 0]);
    let mass = 0;
    for (let k = 0; k < 4000; k++) mass += share.pdf((k + 0.5) / 4000) / 4000;
    expect(mass).toBeCloseTo(1, 2);
    const levels = [0, 0.5, 1, 1.5, 2].map((value) => level.probability(value));
    expect(levels.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
  });

  test("nothing is drawn outside, alone, together or by the ancestral sampler", async () => {
    const question = { of: NUMBERS, given: { x: 0 }, size: 300 };
    expect(wrong((await model.sample(question)).samples)).toEqual([]);
    expect(wrong((await model.sample({ ...question, joint: true })).samples)).toEqual([]);
    expect(wrong((await model.sample({ ...question, size: 40, method: "ancestral" })).samples)).toEqual([]);
  });

  test("log densities are those between the bounds", async () => {
    const rows = [-0.5, 0.3, 0.9, 1.5].map((share) => ({ x: 0, share }));
    const logs = await model.logPdf(rows, { of: "share", given: ["x"] });
    const answer = await model.density({ of: "share", given: { x: 0 } });
    if (answer.kind !== "number") throw new Error("a category");
    expect([logs[0], logs[3]]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    for (const at of [1, 2]) expect(logs[at]).toBeCloseTo(answer.logPdf(rows[at].share), 1);
  });

  test("predictions, fillings and their files are inside", async () => {
    const given = { ...table, columns: table.columns.slice(0, 1) };
    const few: Table = {
      ...given,
      rows: 40,
      columns: [{ ...given.columns[0], values: given.columns[0].values.slice(0, 40) }],
    };
    const predicted = await model.predict(few, { of: NUMBERS, quantiles: [0.01, 0.99] });
    for (const ending of ["", "_q01", "_q99"]) expect(wrong(byName(predicted, ending))).toEqual([]);
    const gaps: Table = {
      ...few,
      columns: [
        ...few.columns,
        ...table.columns
          .slice(1)
          .map((column) => ({ ...column, values: new Float64Array(40).fill(Number.NaN) })),
      ],
    };
    for (const method of ["median", "draw"] as const) {
      const filled = await model.impute(gaps, { method, columns: NUMBERS });
      expect(wrong(byName(filled))).toEqual([]);
    }
    const folder = mkdtempSync(join(tmpdir(), "bounds-"));
    try {
      const path = join(folder, "people.csv");
      const [column] = predictedColumns(model.config, ["people"]);
      const people = predicted.columns.filter(({ name }) => name === "people");
      await writeTable({ columns: people.map((each) => ({ ...each, ...column })) }, path);
      const cells = readFileSync(path, "utf8").trim().split("\n").slice(1);
      expect(cells.filter((cell) => !/^\d+$/.test(cell))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
