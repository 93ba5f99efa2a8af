import { describe, expect, it } from "vitest";
import { normalCdf, normalLogPdf as standardLogPdf } from "../numeric/normal-cdf.ts";
import type { Table } from "../table/table.ts";
import { logPdfJoint, sampleJoint, sampleJointRows } from "./joint.ts";
import { answeringModel, normalLogPdf, normalModel } from "./testing/answering-model.ts";

const NAMES = ["a", "b", "c"];
const MEANS = [1, -2, 10];
const COVARIANCE = [
  [1, 0.8, -1],
  [0.8, 4, 2],
  [-1, 2, 9],
];
const model = normalModel(NAMES, MEANS, COVARIANCE);
/** The same, if its answers are drawn from quantile maps or from mixtures of normals. */
const MODELS = [false, true].map((isMixture) => normalModel(NAMES, MEANS, COVARIANCE, isMixture));
const WAYS = [
  ["given", 0],
  [4, 0],
  ["given", 1],
  [4, 1],
] as const;

/** A category, an amount that is often 0 and depends on it, a whole number that depends on both. */
const mixedModel = (isMixture: boolean) =>
  answeringModel(
    {
      kind: { kind: "category", categories: ["low", "high"] },
      amount: { scale: 2, pointMasses: [0] },
      count: { kind: "integer", center: 3, scale: 2 },
    },
    (of, { kind, amount }) => {
      if (of === "kind") return { classes: [0.3, 0.7] };
      if (of === "amount")
        return kind === "high" ? { mean: 5, classes: [0.9, 0.1] } : { classes: [0.4, 0.6] };
      return { mean: kind === undefined ? 4 : 3 + (amount as number), sd: 0.7 };
    },
    isMixture,
  );
const mixed = mixedModel(false);

function tableOf(columns: Readonly<Record<string, readonly number[]>>): Table {
  const made = Object.entries(columns).map(([name, values]) => ({ name, values: Float64Array.from(values) }));
  return { source: "rows", rows: made[0].values.length, columns: made };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covarianceOf(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, i) => (value - meanA) * (b[i] - meanB)));
}

describe("sampleJoint", () => {
  it.each(WAYS)("draws with the right mean and covariance, order %s, way %i", async (order, way) => {
    const size = 4000;
    const { samples } = await sampleJoint(MODELS[way], { of: NAMES, size, order });
    NAMES.forEach((a, i) => {
      expect(Math.abs(mean(samples[a]) - MEANS[i])).toBeLessThan(4 * Math.sqrt(COVARIANCE[i][i] / size));
      NAMES.forEach((b, j) => {
        const error = Math.sqrt((COVARIANCE[i][i] * COVARIANCE[j][j] + COVARIANCE[i][j] ** 2) / size);
        expect(Math.abs(covarianceOf(samples[a], samples[b]) - COVARIANCE[i][j])).toBeLessThan(4 * error);
      });
    });
  });

  it.each([0, 1])("tells the log density of what it drew, in data units, way %i", async (way) => {
    const { samples, logPdf } = await sampleJoint(MODELS[way], { of: ["c", "a", "b"], size: 200, order: 3 });
    logPdf.forEach((log, i) => {
      const point = NAMES.map((name) => samples[name][i]);
      expect(Math.abs(log - normalLogPdf(point, MEANS, COVARIANCE))).toBeLessThan(1e-3);
    });
  });

  it("holds to what is given", async () => {
    const given = { b: 2, c: null };
    const { samples, logPdf } = await sampleJoint(model, { of: ["a", "c"], given, size: 2000 });
    expect(Math.abs(mean(samples.a) - (1 + 0.2 * 4))).toBeLessThan(4 * Math.sqrt(0.84 / 2000));
    const whole = normalLogPdf([samples.a[7], 2, samples.c[7]], MEANS, COVARIANCE);
    expect(logPdf[7]).toBeCloseTo(whole - normalLogPdf([2], [-2], [[4]]), 3);
  });

  it("keeps the first samples when more are drawn, and changes with the seed", async () => {
    const few = await sampleJoint(model, { of: NAMES, size: 5, order: 2 });
    const more = await sampleJoint(model, { of: NAMES, size: 12, order: 2 });
    const other = await sampleJoint(model, { of: NAMES, size: 5, order: 2, seed: 2 });
    for (const name of NAMES) {
      expect(more.samples[name].slice(0, 5)).toEqual(few.samples[name]);
      expect(other.samples[name]).not.toEqual(few.samples[name]);
    }
    expect(more.logPdf.slice(0, 5)).toEqual(few.logPdf);
  });

  it.each([false, true])(
    "draws point masses, categories and whole numbers by their probabilities, of mixtures: %s",
    async (isMixture) => {
      const size = 3000;
      const { samples, logPdf } = await sampleJoint(mixedModel(isMixture), {
        of: ["kind", "amount", "count"],
        size,
      });
      const isLow = samples.kind.map((index) => Number(index === 0));
      expect(Math.abs(mean(isLow) - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / size));
      const isZero = samples.amount.map((amount) => Number(amount === 0));
      const zeros = 0.3 * 0.6 + 0.7 * 0.1;
      expect(Math.abs(mean(isZero) - zeros)).toBeLessThan(4 * Math.sqrt((zeros * (1 - zeros)) / size));
      logPdf.forEach((log, i) => {
        const [low, amount, count] = [samples.kind[i] === 0, samples.amount[i], samples.count[i]];
        expect(Number.isInteger(count)).toBe(true);
        const ofKind = Math.log(low ? 0.3 : 0.7);
        const ofAtom = Math.log(low ? 0.6 : 0.1);
        const ofNumber = Math.log(low ? 0.4 : 0.9) + standardLogPdf(amount - (low ? 0 : 5));
        const [from, to] = [count - 0.5, count + 0.5].map((at) => normalCdf((at - 3 - amount) / 0.7));
        const ofCount = Math.log(to - from);
        expect(Math.abs(log - ofKind - (amount === 0 ? ofAtom : ofNumber) - ofCount)).toBeLessThan(2e-3);
      });
    },
  );

  it("refuses what makes no sense, and says what", async () => {
    const fails = (question: object, message: RegExp) =>
      expect(sampleJoint(model, { of: NAMES, ...question })).rejects.toThrow(message);
    await fails({ of: ["a", "b", "a"] }, /"a" is asked twice/);
    await fails({ given: { b: 1 } }, /"b" is both asked and given/);
    await fails({ size: 0 }, /size is 0/);
    await fails({ order: 1.5 }, /orders is 1\.5/);
    await fails({ of: ["d"] }, /no column "d"/);
  });
});

describe("logPdfJoint", () => {
  const table = tableOf({ a: [1, 2.5, -1], b: [-2, 3, Number.NaN], c: [10, 4, 12] });

  it.each(["given", 2, 5] as const)("is the closed form in any order: %s", async (order) => {
    const logs = await logPdfJoint(model, table, { of: NAMES, order });
    const point = (row: number) => table.columns.map(({ values }) => values[row]);
    for (const row of [0, 1]) {
      expect(Math.abs(logs[row] - normalLogPdf(point(row), MEANS, COVARIANCE))).toBeLessThan(1e-3);
    }
    expect(logs[2]).toBeNaN();
  });

  it("is given the other columns of the row, where they are known, unless told otherwise", async () => {
    const logs = await logPdfJoint(model, table, { of: ["c", "a"] });
    const all = normalLogPdf([2.5, 3, 4], MEANS, COVARIANCE);
    expect(logs[1]).toBeCloseTo(all - normalLogPdf([3], [-2], [[4]]), 3);
    const alone = normalLogPdf(
      [12, -1],
      [10, 1],
      [
        [9, -1],
        [-1, 1],
      ],
    );
    expect(logs[2]).toBeCloseTo(alone, 3);
    expect((await logPdfJoint(model, table, { of: ["c", "a"], given: [] }))[2]).toBeCloseTo(alone, 3);
  });

  it("averages over orders that differ, and asks nothing twice", async () => {
    const asked: string[] = [];
    const lopsided = answeringModel({ x: {}, y: {} }, (of, given) => {
      asked.push(`${of} ${Object.keys(given)}`);
      return { mean: of === "y" && "x" in given ? 1 : 0 };
    });
    const logs = await logPdfJoint(lopsided, tableOf({ x: [0], y: [0] }), { of: ["x", "y"], order: 4 });
    const [forwards, backwards] = [2 * standardLogPdf(0) - 0.5, 2 * standardLogPdf(0)];
    expect(logs[0]).toBeCloseTo(Math.log((Math.exp(forwards) + Math.exp(backwards)) / 2), 4);
    expect(asked.sort()).toEqual(["x ", "x y", "y ", "y x"]);
  });

  it("matches categories by name", async () => {
    const rows: Table = {
      source: "rows",
      rows: 2,
      columns: [
        { name: "kind", kind: "category", categories: ["high", "low"], values: Float64Array.of(0, 1) },
        { name: "amount", values: Float64Array.of(0, 0) },
      ],
    };
    const logs = await logPdfJoint(mixed, rows, { of: ["kind", "amount"] });
    expect(Array.from(logs, Math.exp)).toEqual([expect.closeTo(0.7 * 0.1), expect.closeTo(0.3 * 0.6)]);
  });

  it("reports progress as rows of the whole work", async () => {
    const told: number[] = [];
    const onProgress = (done: number, rows: number) => told.push(done / rows);
    await logPdfJoint(model, table, { of: NAMES, onProgress });
    expect(told).toEqual([1 / 3, 2 / 3, 1]);
  });
});

describe("sampleJointRows", () => {
  const table = tableOf({ c: [10, Number.NaN, 16] });

  it("draws for each row from what the row has", async () => {
    const size = 3000;
    const found: number[][] = [];
    for await (const { rows, samples } of sampleJointRows(model, table, { of: ["a", "b"], size })) {
      for (let row = 0; row < rows; row++) {
        found.push(["a", "b"].map((name) => mean(samples[name].subarray(row * size, (row + 1) * size))));
      }
    }
    // E[a | c] = 1 - (c - 10) / 9, E[b | c] = -2 + 2 (c - 10) / 9; of the second row c is missing.
    const expected = [
      [1, -2],
      [1, -2],
      [1 - 6 / 9, -2 + 12 / 9],
    ];
    expected.forEach((means, row) => {
      expect(Math.abs(found[row][0] - means[0])).toBeLessThan(4 / Math.sqrt(size));
      expect(Math.abs(found[row][1] - means[1])).toBeLessThan(8 / Math.sqrt(size));
    });
  });

  it("draws the same for a row whatever rows come with it, and what one question draws for the first", async () => {
    const of = ["b", "a"];
    const drawn = async (rows: Table, size: number) => {
      const all: number[] = [];
      for await (const { samples } of sampleJointRows(model, rows, { of, size, seed: 3, order: 2 })) {
        all.push(...samples.a);
      }
      return all;
    };
    const together = await drawn(table, 5);
    expect(together.slice(0, 5)).toEqual(await drawn(tableOf({ c: [10] }), 5));
    const { samples } = await sampleJoint(model, { of, given: { c: 10 }, size: 5, seed: 3, order: 2 });
    expect([...samples.a]).toEqual(together.slice(0, 5));
    // More rows than are in memory at once.
    const many = await drawn(tableOf({ c: Array(40).fill(16) }), 3000);
    // 21 rows are in memory at once: the next one has a stream of its own.
    expect(many.slice(21 * 3000, 21 * 3000 + 5)).not.toEqual(many.slice(0, 5));
    expect(many.slice(2 * 3000, 2 * 3000 + 5)).toEqual(
      (await drawn(tableOf({ c: [16, 16, 16] }), 3000)).slice(6000, 6005),
    );
  });
});
