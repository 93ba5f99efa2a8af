import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import type { Column, Table } from "../table/table.ts";
import { evaluateAttribution } from "./attribution.ts";
import { ksOfPerfectModel } from "./calibration.ts";
import { evaluate, type NumberColumnEvaluation } from "./evaluate.ts";
import { evaluateAdvice } from "./evaluate-advice.ts";
import { type Normal, normalDistributions, normalModel } from "./normal-fixture.ts";
import type { ScoredModel } from "./scored-distributions.ts";

/** x standard normal, y = 10 x + 3 e: given the other one, or not, each is normal. */
function pairs(rows: number, seed = 1): Table {
  const random = generator(seed, "pairs");
  const x = Float64Array.from({ length: rows }, () => random.normal());
  const y = x.map((value) => 10 * value + 3 * random.normal());
  return {
    source: "pairs",
    rows,
    columns: [
      { name: "x", values: x },
      { name: "y", values: y },
    ],
  };
}

function truth(of: string, given: Readonly<Record<string, number>>): Normal {
  const variance = 109;
  if (of === "y") {
    return given.x === undefined ? { mean: 0, sd: Math.sqrt(variance) } : { mean: 10 * given.x, sd: 3 };
  }
  if (given.y === undefined) return { mean: 0, sd: 1 };
  return { mean: (10 * given.y) / variance, sd: 3 / Math.sqrt(variance) };
}

const right = () => normalModel(["x", "y"], truth);
const withSd = (factor: number) =>
  normalModel(["x", "y"], (of, given) => {
    const { mean, sd } = truth(of, given);
    return { mean, sd: factor * sd };
  });

function numbers(columns: readonly { readonly name: string; readonly kind: string }[], name: string) {
  const column = columns.find((each) => each.name === name);
  expect(column?.kind).toBe("number");
  return column as NumberColumnEvaluation;
}

describe("a model that knows the truth", () => {
  const rows = 4000;
  const asked = evaluate(right(), pairs(rows), { of: ["y"], given: ["x"], bootstrap: 200 });

  test("is calibrated: KS, coverage, histogram and curve within sampling error", async () => {
    const { ks, intervals, pitHistogram, calibrationCurve } = numbers((await asked).columns, "y");
    expect(ks.value).toBeLessThan(1.95 / Math.sqrt(rows)); // 1 of 1000 perfect models is above
    for (const { mass, coverage } of intervals) {
      expect(Math.abs(coverage.value - mass)).toBeLessThan(4 * Math.sqrt((mass * (1 - mass)) / rows));
    }
    for (const count of pitHistogram) expect(Math.abs(count - 200)).toBeLessThan(4 * Math.sqrt(190));
    for (const { level, share } of calibrationCurve) {
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt(0.25 / rows));
    }
  });

  test("has the scores of a normal distribution of sd 3", async () => {
    const scores = numbers((await asked).columns, "y");
    const entropy = 0.5 * Math.log(2 * Math.PI * Math.E * 9);
    expect(Math.abs(scores.nll.value - entropy)).toBeLessThan(4 * Math.sqrt(0.5 / rows));
    expect(Math.abs(scores.intervalNll.value - scores.nll.value)).toBeLessThan(1e-3);
    expect(Math.abs(scores.crps.value - 3 / Math.sqrt(Math.PI))).toBeLessThan(4 * (2 / Math.sqrt(rows)));
    expect(Math.abs(scores.rmse.value - 3)).toBeLessThan(4 * (3 / Math.sqrt(2 * rows)));
    expect(scores.rmseOfMean.value).toBe(scores.rmse.value);
    expect(Math.abs(scores.mae.value - 3 * Math.sqrt(2 / Math.PI))).toBeLessThan(4 * (2 / Math.sqrt(rows)));
    expect(scores.meanStd.value).toBeCloseTo(3, 12);
    const width90 = scores.intervals.find(({ mass }) => mass === 0.9)!;
    expect(width90.meanWidth.value).toBeCloseTo(3 * 2 * 1.6448536269514722, 10);
    expect(width90.medianWidth.value).toBeCloseTo(width90.meanWidth.value, 10);
    expect(scores).toMatchObject({ questions: rows, impossible: 0, atPointMasses: 0 });
    expect(scores.nll.lower).toBeLessThan(entropy);
    expect(scores.nll.upper).toBeGreaterThan(entropy);
  });

  test("beats one that is too narrow, too wide or shown nothing, in NLL and CRPS", async () => {
    const best = numbers((await asked).columns, "y");
    const stated = { of: ["y"], given: ["x"], bootstrap: 0 };
    const others = await Promise.all([
      evaluate(withSd(0.5), pairs(rows), stated),
      evaluate(withSd(2), pairs(rows), stated),
      evaluate(right(), pairs(rows), { ...stated, given: [] }),
    ]);
    for (const other of others) {
      const scores = numbers(other.columns, "y");
      expect(scores.nll.value).toBeGreaterThan(best.nll.upper);
      expect(scores.intervalNll.value).toBeGreaterThan(best.intervalNll.upper);
      expect(scores.crps.value).toBeGreaterThan(best.crps.value);
    }
  });
});

test("a model that is too narrow is found out", async () => {
  const evaluation = await evaluate(withSd(0.5), pairs(2000), { bootstrap: 50 });
  for (const name of ["x", "y"]) {
    const { ks, intervals } = numbers(evaluation.columns, name);
    expect(ks.value).toBeGreaterThan(0.1); // in truth 0.16
    for (const { mass, coverage } of intervals) expect(coverage.upper).toBeLessThan(mass - 0.05);
  }
});

describe("overall scores", () => {
  test("don't depend on a column's units", async () => {
    const table = pairs(500);
    const unit = 1024; // a power of two, so that nothing is rounded
    const [x, y] = table.columns;
    const rescaled = { ...table, columns: [x, { ...y, values: y.values.map((value) => unit * value) }] };
    const model = normalModel(["x", "y"], (of, given) => {
      const { mean, sd } = truth(of, given.y === undefined ? given : { y: given.y / unit });
      return of === "y" ? { mean: unit * mean, sd: unit * sd } : { mean, sd };
    });
    const [before, after] = await Promise.all([evaluate(right(), table), evaluate(model, rescaled)]);
    const flat = (scores: object) => JSON.stringify(scores, (_, value) => roundedNumber(value));
    expect(flat(after.overall)).toBe(flat(before.overall));
    expect(numbers(after.columns, "y").nll.value).not.toBeCloseTo(numbers(before.columns, "y").nll.value, 1);
  });

  test("count each question once", async () => {
    const { columns, overall } = await evaluate(right(), pairs(300), { bootstrap: 0 });
    const parts = columns.map(({ name }) => numbers(columns, name));
    const nll = parts.reduce(
      (sum, { nll, scale, questions }) => sum + (nll.value - Math.log(scale)) * questions,
      0,
    );
    expect(overall.numbers!.nll.value).toBeCloseTo(nll / 300, 10);
    expect(overall.numbers!.questions).toBe(300);
    expect(overall.categories).toBeUndefined();
  });
});

function roundedNumber(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(8)) : value;
}

describe("the baseline", () => {
  const rows = 4000;

  test("is the same rows given nothing: a normal distribution of variance 109", async () => {
    const { columns, overall } = await evaluate(right(), pairs(rows), {
      of: ["y"],
      given: ["x"],
      bootstrap: 0,
    });
    const { baseline, scale } = numbers(columns, "y");
    const [sd, away] = [Math.sqrt(109), 4 / Math.sqrt(rows)];
    const near = (value: number | undefined, expected: number, spread: number) =>
      expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThan(away * spread);
    near(baseline?.nll, 0.5 * Math.log(2 * Math.PI * Math.E * 109), Math.SQRT1_2);
    near(baseline?.crps, sd / Math.sqrt(Math.PI), 0.6 * sd);
    near(baseline?.rmse, sd, sd * Math.SQRT1_2);
    near(baseline?.mae, sd * Math.sqrt(2 / Math.PI), 0.6 * sd);
    expect(overall.numbers?.baseline?.crps).toBeCloseTo((baseline?.crps ?? 0) / scale, 10);
    expect(overall.numbers?.baseline?.nll).toBeCloseTo((baseline?.nll ?? 0) - Math.log(scale), 10);
  });

  test("is left out where nothing is given anyway, or nobody wants it", async () => {
    for (const options of [{ given: [] }, { given: ["x"], baseline: false }]) {
      const { columns, overall } = await evaluate(right(), pairs(50), {
        of: ["y"],
        bootstrap: 0,
        ...options,
      });
      expect(numbers(columns, "y").baseline).toBeUndefined();
      expect(overall.numbers?.baseline).toBeUndefined();
    }
  });
});

describe("what the model is shown", () => {
  test("is never the asked column, nor a cell that isn't given", async () => {
    const names = ["a", "b", "c", "d"];
    const cell = (column: number, row: number) => (row % 5 === column ? Number.NaN : 100 * column + row);
    const columns = names.map((name, column) => ({
      name,
      values: Float64Array.from({ length: 60 }, (_, row) => cell(column, row)),
      errors: new Float64Array(60).fill(1),
    }));
    const model = normalModel(["d", "c", "b", "a"], () => ({ mean: 0, sd: 100 }));
    const table = { source: "test", rows: 60, columns };
    await evaluate(model, table, { fewest: 1, most: 2, bootstrap: 0, baseline: false });
    expect(model.asked.map(({ of }) => of)).toEqual(names);
    expect(model.asked.reduce((sum, { table: { rows } }) => sum + rows, 0)).toBe(60);
    let given = 0;
    for (const { of, table: shown } of model.asked) {
      expect(shown.columns.map(({ name }) => name)).not.toContain(of);
      for (let row = 0; row < shown.rows; row++) {
        const known = shown.columns.filter(({ values }) => !Number.isNaN(values[row]));
        const errors = shown.columns.filter((column) => !Number.isNaN(column.errors![row]));
        expect(errors.length).toBe(known.length);
        expect(known.length).toBeLessThanOrEqual(2);
        // All from one row of the table.
        expect(new Set(known.map(({ values }) => values[row] % 100)).size).toBeLessThanOrEqual(1);
        given += known.length;
      }
    }
    expect(given).toBeGreaterThan(60);
  });

  test("comes in lots that make no difference", async () => {
    const model = right();
    const asked = { of: ["y"], given: ["x"], bootstrap: 0, baseline: false };
    const { questions } = await evaluate(model, pairs(9000), asked);
    expect(questions).toBe(9000);
    expect(model.asked.map(({ table }) => table.rows)).toEqual([4096, 4096, 808]);
  });
});

test("values held impossible are reported, not dropped", async () => {
  const normal = right();
  const model: ScoredModel = {
    ...normal,
    async density(table, question) {
      const distributions = await normal.density(table, question);
      return {
        ...distributions,
        logLikelihoods: (values) =>
          distributions
            .logLikelihoods(values)
            .map((each, row) => (row < 3 ? Number.NEGATIVE_INFINITY : each)),
      };
    },
  };
  const evaluation = await evaluate(model, pairs(100), { of: ["y"], given: ["x"], bootstrap: 50 });
  const { nll, impossible, nllOfPossible, intervalNll } = numbers(evaluation.columns, "y");
  expect([nll.value, impossible]).toEqual([Number.POSITIVE_INFINITY, 3]);
  expect(nllOfPossible.value).toBeLessThan(4);
  expect(intervalNll.value).toBeLessThan(4);
});

test("an evaluation is the same for the same seed, through JSON", async () => {
  const make = (seed: number) => evaluate(right(), pairs(200), { seed, bootstrap: 30 });
  const first = await make(5);
  expect(await make(5)).toEqual(first);
  expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  expect((await make(6)).overall).not.toEqual(first.overall);
});

test("progress is told, and a signal ends the work", async () => {
  const told: [number, number][] = [];
  await evaluate(right(), pairs(100), { bootstrap: 0, onProgress: (...done) => told.push(done) });
  expect(told.at(-1)).toEqual([200, 200]); // each asked again, given nothing
  const stopped = evaluate(right(), pairs(100), { signal: AbortSignal.abort(new Error("enough")) });
  await expect(stopped).rejects.toThrow("enough");
});

describe("a mistake is told", () => {
  test.each([
    [{ of: ["z"] }, 'The model has no column "z"'],
    [{ given: ["w"], of: ["x"] }, 'pairs has no column "w"'],
    [{ given: ["x"], contexts: "random" as const }, "leave out one of the two"],
    [{ given: ["x"], most: 1 }, "leave out one of the two"],
    [{ of: [] }, "No row of pairs"],
    [{ bootstrap: -1 }, "-1 resamples"],
  ])("%j", async (options, message) => {
    const model = normalModel(["x", "y", "w"], truth);
    await expect(evaluate(model, pairs(10), options)).rejects.toThrow(message);
  });
});

test("answers about true values are held against measured ones, blurred by each row's error", async () => {
  const random = generator(5, "measured");
  const values = Float64Array.from({ length: 2000 }, () => random.normal() + 2 * random.normal());
  const errors = new Float64Array(values.length).fill(2);
  const table = { source: "measured", rows: values.length, columns: [{ name: "x", values, errors }] };
  const answer = (sd: number, rows: number) => normalDistributions(Array(rows).fill({ mean: 0, sd }));
  const model = {
    columns: ["x"],
    density: async (asked: Table) => ({
      ...answer(1, asked.rows),
      ofTrueValues: true,
      observed: (own: Float64Array) => answer(Math.hypot(1, own[0]), asked.rows),
    }),
  };
  const { overall } = await evaluate(model, table, { given: [], bootstrap: 0 });
  expect(overall.numbers!.ks.value).toBeLessThan(ksOfPerfectModel(values.length));
});

describe("rows that belong together", () => {
  const once = pairs(60, 4);
  // Each row ten times: no more is known than from once.
  const visits: Table = {
    source: "visits",
    rows: 600,
    columns: [
      ...once.columns.map(({ name, values }) => ({
        name,
        values: Float64Array.from({ length: 600 }, (_, i) => values[i % 60]),
      })),
      { name: "star", values: Float64Array.from({ length: 600 }, (_, i) => 1000 + (i % 60)) },
    ],
  };
  const asked = { of: ["y"], given: ["x"], bootstrap: 300 };

  test("are resampled together: the intervals are those of one row for each", async () => {
    const grouped = await evaluate(right(), visits, { ...asked, groupBy: "star" });
    const alone = await evaluate(right(), once, asked);
    expect(grouped.groups).toEqual({ column: "star", groups: 60 });
    const [a, b] = [grouped, alone].map(({ columns }) => numbers(columns, "y"));
    for (const score of ["crps", "nll", "rmse"] as const) {
      expect(a[score].lower).toBeCloseTo(b[score].lower, 10);
      expect(a[score].upper).toBeCloseTo(b[score].upper, 10);
    }
    expect(a.baseline?.gain.upper).toBeCloseTo(b.baseline?.gain.upper ?? Number.NaN, 10);
    const apart = numbers((await evaluate(right(), visits, asked)).columns, "y");
    expect((a.crps.upper - a.crps.lower) / (apart.crps.upper - apart.crps.lower)).toBeGreaterThan(2.5);
  });

  test("count so in an attribution and in an advice, too", async () => {
    const rise = async (table: Table, groupBy?: string) => {
      const how = { of: ["y"], given: ["x"], bootstrap: 300, ...(groupBy && { groupBy }) };
      const { columns } = await evaluateAttribution(right(), table, how);
      return columns[0].given[0].rise.logScore;
    };
    const [a, b] = [await rise(visits, "star"), await rise(once)];
    expect([a.lower, a.upper].map((end) => end.toFixed(8))).toEqual(
      [b.lower, b.upper].map((end) => end.toFixed(8)),
    );
    const shown = async (table: Table, groupBy?: string) => {
      const how = { of: "y", candidates: ["x"], bootstrap: 300, ...(groupBy && { groupBy }) };
      return (await evaluateAdvice(right(), table, how))[0].learnt.lower;
    };
    expect(await shown(visits, "star")).toBeCloseTo(await shown(once), 8);
  });

  test("by a column that there isn't are refused", async () => {
    await expect(evaluate(right(), visits, { ...asked, groupBy: "stars" })).rejects.toThrow(
      'visits has no column "stars"; did you mean "star"?',
    );
  });
});

test("limits of a cell are given where its value is not known, and nothing is asked about them", async () => {
  const table = pairs(50);
  const [x, y] = table.columns;
  const isLimited = (row: number) => row % 5 === 0;
  const values = x.values.map((value, row) => (isLimited(row) ? Number.NaN : value));
  const upper = x.values.map((value, row) => (isLimited(row) ? value + 1 : Number.NaN));
  const asked: { readonly x: Column | undefined }[] = [];
  const model: ScoredModel = {
    ...right(),
    columns: ["x", "y"],
    density: (given, question) => {
      asked.push({ x: given.columns.find(({ name }) => name === "x") });
      return right().density(given, question);
    },
  };
  const known = y.values.map((value, row) => (row === 5 ? Number.NaN : value));
  const limited = {
    ...table,
    columns: [
      { ...x, values, upper },
      { ...y, values: known },
    ],
  };
  const { columns } = await evaluate(model, limited, {
    of: ["x", "y"],
    given: ["x", "y"],
    bootstrap: 0,
    baseline: false,
  });
  expect(columns.map(({ name, questions }) => [name, questions])).toEqual([
    ["x", 40],
    ["y", 49],
  ]);
  const given = asked.find((each) => each.x)?.x;
  expect([...(given?.upper ?? [])]).toEqual([...upper].toSpliced(5, 1));
});
