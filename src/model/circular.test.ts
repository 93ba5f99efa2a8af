import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NumberDistribution } from "../distribution/distribution.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { evaluateJoint } from "../evaluation/joint.ts";
import { shortestWay, wrapped } from "../numeric/circle.ts";
import { type Generator, generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { Model } from "./model.ts";

const PERIOD = 360;
const DEGREE = Math.PI / 180;
const KAPPA = 4;

/** Best, D. J. and Fisher, N. I. (1979), Efficient simulation of the von Mises distribution, Appl. Statist. 28, 152-157. */
function vonMises(random: Generator, mean: number): number {
  const tau = 1 + Math.sqrt(1 + 4 * KAPPA * KAPPA);
  const rho = (tau - Math.sqrt(2 * tau)) / (2 * KAPPA);
  const r = (1 + rho * rho) / (2 * rho);
  for (;;) {
    const z = Math.cos(Math.PI * random.uniform());
    const f = (1 + r * z) / (r + z);
    const c = KAPPA * (r - f);
    const u = random.uniform();
    if (c * (2 - c) <= u && Math.log(c / u) + 1 - c < 0) continue;
    const way = Math.acos(f) / DEGREE;
    return wrapped(mean + (random.uniform() < 0.5 ? way : -way), PERIOD);
  }
}

/** phase | x is von Mises around 360 x, so that its mean goes once around the circle; y | phase is normal around 2 cos(phase). */
function drawn(rows: number, seed: number): Table {
  const random = generator(seed, "von Mises");
  const [x, phase, y] = [0, 1, 2].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    x[row] = random.uniform();
    phase[row] = vonMises(random, PERIOD * x[row]);
    y[row] = 2 * Math.cos(DEGREE * phase[row]) + 0.3 * random.normal();
  }
  const columns = Object.entries({ x, phase, y }).map(([name, values]) => ({ name, values }));
  return { source: "von Mises", rows, columns };
}

/** I_0 by its series. */
const BESSEL = Array.from({ length: 30 }, (_, k) => k).reduce(
  ({ sum, term }, k) => ({ sum: sum + term, term: (term * (KAPPA / 2) ** 2) / (k + 1) ** 2 }),
  { sum: 0, term: 1 },
).sum;
const density = (phase: number, x: number) =>
  Math.exp(KAPPA * Math.cos((phase - PERIOD * x) * DEGREE)) / (PERIOD * BESSEL);

let model: Model;
let cut: number;
beforeAll(async () => {
  const { model: trained } = await trainTable(drawn(2000, 1), {
    kinds: { phase: { kind: "circular", period: PERIOD } },
    size: "small",
    epochs: 45,
    workers: 1,
  });
  model = new Model(trained);
  cut = wrapped(trained.config.columns[1].encoding.center + PERIOD / 2, PERIOD);
});
afterAll(() => model.dispose());

async function phaseAt(x: number): Promise<NumberDistribution> {
  const found = await model.density({ of: "phase", given: { x } });
  if (found.kind !== "number") throw new Error("a category");
  return found;
}
const apart = (a: number, b: number) => Math.abs(shortestWay(a, b, PERIOD));

describe("an angle asked", () => {
  test("has the von Mises density, wherever its mean lies, and no seam", async () => {
    const distances: number[] = [];
    for (const x of [0.02, 0.25, 0.5, 0.75, 0.97, cut / PERIOD]) {
      const found = await phaseAt(x);
      let sum = 0;
      for (let phase = 0.5; phase < PERIOD; phase++)
        sum += Math.abs(found.pdf(phase) - density(phase, x)) / 2;
      distances.push(sum);
      for (const seam of [0, cut]) {
        const [below, above] = [found.pdf(seam - 1e-4), found.pdf(seam + 1e-4)];
        expect(Math.abs(above - below)).toBeLessThan(1e-3 * density(0, 0));
      }
      expect(apart(found.mean(), PERIOD * x)).toBeLessThan(15);
    }
    expect(Math.max(...distances)).toBeLessThan(0.25);
    expect(distances.reduce((sum, each) => sum + each, 0) / distances.length).toBeLessThan(0.18);
  });

  test("has the same log density by the flow backwards, and from joint samples", async () => {
    const table: Table = {
      source: "t",
      rows: 2,
      columns: [
        { name: "x", values: Float64Array.of(0.25, cut / PERIOD) },
        { name: "phase", values: Float64Array.of(100, wrapped(cut + 20, PERIOD)) },
      ],
    };
    const logs = await model.logPdf(table, { of: "phase", given: ["x"] });
    const likelihoods = (await model.density(table, { of: "phase", given: ["x"] })).logLikelihoods(
      table.columns[1].values as Float64Array,
    );
    logs.forEach((log, row) => {
      expect(Math.abs(log - likelihoods[row])).toBeLessThan(0.1);
    });
    const { samples, logPdf } = await model.sample({
      of: ["phase"],
      given: { x: 0.25 },
      size: 200,
      joint: true,
    });
    const known = await phaseAt(0.25);
    expect(samples.phase.every((value) => value >= 0 && value < PERIOD)).toBe(true);
    samples.phase.forEach((value, i) => {
      expect(logPdf[i]).toBeCloseTo(known.logPdf(value), 1);
    });
  });

  test("is filled in, predicted, scored and evaluated along the circle", async () => {
    const fresh = drawn(150, 2);
    const gaps: Table = {
      ...fresh,
      columns: fresh.columns.map((column) =>
        column.name === "phase"
          ? { ...column, values: column.values.map((v: number, i: number) => (i < 50 ? Number.NaN : v)) }
          : column,
      ),
    };
    const filled = await model.impute(gaps);
    const [phases, lows, highs] = ["phase", "phase_low", "phase_high"].map(
      (name) => filled.columns.find((column) => column.name === name)!.values,
    );
    const truth = fresh.columns[1].values;
    let inside = 0;
    for (let row = 0; row < 50; row++) {
      for (const each of [phases, lows, highs]) expect(each[row] >= 0 && each[row] < PERIOD).toBe(true);
      inside += Number(wrapped(truth[row] - lows[row], PERIOD) <= wrapped(highs[row] - lows[row], PERIOD));
    }
    expect(inside).toBeGreaterThan(36); // of 45 to be expected
    const { columns } = await evaluate(model, fresh, { of: ["phase"], given: ["x"], bootstrap: 0 });
    const [scores] = columns;
    if (scores.kind !== "number") throw new Error("a category");
    expect(scores.rmse.value).toBeLessThan(50); // the von Mises' own is 31
    expect(scores.crps.value).toBeLessThan(25);
    expect(scores.ks.value).toBeLessThan(0.2);
    expect(scores.nll.value).toBeLessThan(Math.log(PERIOD) - 0.3);
    expect(scores.intervalNll.value).toBeCloseTo(scores.nll.value, 1);
    const { energyScore } = await evaluateJoint(model, fresh, {
      of: ["phase", "y"],
      given: ["x"],
      size: 20,
      bootstrap: 0,
    });
    expect(energyScore.value).toBeLessThan(1);
    const tails = (await model.score(fresh, { of: ["phase"] })).columns[1].values;
    expect(tails.every((tail: number) => tail >= 0 && tail <= 1)).toBe(true);
    const { samples: drawing } = await model.sample({
      of: "phase",
      given: { x: 0 },
      size: 50,
      method: "ancestral",
    });
    expect(drawing.phase.every((value) => value >= 0 && value < PERIOD)).toBe(true);
  });
});

test("an angle given does not jump where its circle is cut or begins, and tells of a number", async () => {
  const meanAt = async (phase: number) => {
    const found = await model.density({ of: "y", given: { phase } });
    if (found.kind !== "number") throw new Error("a category");
    return found.mean();
  };
  for (const seam of [0, cut]) {
    expect(Math.abs((await meanAt(seam - 1e-3)) - (await meanAt(seam + 1e-3)))).toBeLessThan(1e-3);
  }
  for (const phase of [0, 90, 200, 300]) {
    expect(Math.abs((await meanAt(phase)) - 2 * Math.cos(DEGREE * phase))).toBeLessThan(0.35);
  }
  expect(await meanAt(370)).toBeCloseTo(await meanAt(10), 5);
});

test("a saved model is loaded as it was; an angle's period is refused where a number has none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "circular-"));
  try {
    await model.save(folder);
    const loaded = await Model.load(folder);
    expect(loaded.config).toEqual(model.config);
    await loaded.dispose();
  } finally {
    rmSync(folder, { recursive: true });
  }
  const kinds = { phase: { kind: "circular", period: -1 } } as const;
  await expect(trainTable(drawn(100, 1), { kinds, epochs: 0 })).rejects.toThrow("must be a number above 0");
  const misspelt = { phases: { kind: "circular", period: 360 } } as const;
  await expect(trainTable(drawn(100, 1), { kinds: misspelt, epochs: 0 })).rejects.toThrow(
    'did you mean "phase"',
  );
});
