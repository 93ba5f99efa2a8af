/** A kind that only its file and a line of the registry know answers as one that has always been there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runOptions } from "../cli/training-options.ts";
import type { StatedKind } from "../columns/kinds/registry.ts";
import { kindOf } from "../columns/kinds.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { evaluateJoint } from "../evaluation/joint.ts";
import { wrapped } from "../numeric/circle.ts";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { Model } from "./model.ts";

vi.mock("../columns/kinds/registry.ts", async (original) => {
  const { KINDS } = await original<typeof import("../columns/kinds/registry.ts")>();
  const { clock } = await import("../columns/kinds/testing/clock.ts");
  return { KINDS: { ...KINDS, clock } };
});

const CLOCK = { kind: "clock" as StatedKind["kind"] } as StatedKind;

/** hour | x goes around the clock with x, and is measured with an error. */
function drawn(rows: number, seed: number): Table {
  const random = generator(seed, "hours");
  const [x, hour] = [0, 1].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    x[row] = random.uniform();
    hour[row] = wrapped(24 * x[row] + 3 * random.normal(), 24);
  }
  const errors = new Float64Array(rows).fill(0.5);
  return {
    source: "hours",
    rows,
    columns: [
      { name: "x", values: x },
      { name: "hour", values: hour, errors },
    ],
  };
}

const table = drawn(800, 1);
const fresh = drawn(40, 2);
let clock: Model;
let circular: Model;
beforeAll(async () => {
  [clock, circular] = await Promise.all(
    [CLOCK, { kind: "circular", period: 24 } as const].map(async (hour) => {
      const { model } = await trainTable(table, {
        kinds: { hour },
        bounds: "none",
        size: "small",
        epochs: 2,
        workers: 1,
      });
      return new Model(model);
    }),
  );
});
afterAll(async () => {
  await clock?.dispose();
  await circular?.dispose();
});

test("it is measured, learnt and answered as an angle of its period, to the last bit", async () => {
  const answersOf = async (model: Model) => {
    const distribution = await model.density({ of: "hour", given: { x: 0 } });
    if (distribution.kind !== "number") throw new Error("a category");
    const gaps = { ...fresh, columns: fresh.columns.map((column) => ({ ...column })) };
    gaps.columns[1].values = fresh.columns[1].values.map((hour: number, row: number) =>
      row < 9 ? Number.NaN : hour,
    );
    return {
      network: model.config.network,
      curve: distribution.toJSON(),
      nearMidnight: [distribution.pdf(0), distribution.pdf(24)],
      interval: distribution.interval(0.9),
      logPdf: await model.logPdf(fresh, { of: "hour", given: ["x"] }),
      scores: (await model.score(fresh)).columns,
      imputed: (await model.impute(gaps)).columns,
      evaluation: (await evaluate(model, fresh, { bootstrap: 0 })).columns,
      joint: await evaluateJoint(model, fresh, { of: ["x", "hour"], given: [], size: 9, bootstrap: 0 }),
      drawn: await model.sample({ of: ["hour", "x"], given: {}, size: 9, joint: true }),
      ancestral: await model.sample({ of: "hour", given: { x: 0.9 }, size: 9, method: "ancestral" }),
    };
  };
  const answers = await answersOf(clock);
  expect(answers.curve.period).toBe(24);
  expect(answers.nearMidnight[0]).toBe(answers.nearMidnight[1]);
  expect(answers).toEqual(await answersOf(circular));
});

test("it is written its own way", () => {
  const { encoding } = clock.config.columns[1];
  expect(encoding.period).toBeUndefined();
  expect(kindOf(encoding).write(13.5, {})).toBe("13:30");
});

test("it is kept in a folder, whose version older readers refuse", async () => {
  const folder = mkdtempSync(join(tmpdir(), "clock-"));
  try {
    await clock.save(folder);
    const loaded = await Model.load(folder);
    expect(loaded.config).toEqual(clock.config);
    await loaded.dispose();
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")).formatVersion).toBe(3);
    await circular.save(folder);
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8")).formatVersion).toBe(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a resumed run keeps it, and a folder without an angle's period is refused", async () => {
  const out = mkdtempSync(join(tmpdir(), "clock-run-"));
  const again = { out, resume: true, epochs: 2, workers: 1 };
  try {
    const angle = { kind: "circular", period: 24 } as const;
    rmSync(out, { recursive: true });
    await trainTable(table, { kinds: { hour: angle }, size: "small", epochs: 1, workers: 1, out });
    await expect(trainTable(table, { ...again, kinds: { hour: CLOCK } })).rejects.toThrow(
      'kind of "hour" is circular (period 24) in the run to be resumed, not clock: leave it out',
    );
    await expect(trainTable(table, { ...again, kinds: { x: { ...angle, period: 1 } } })).rejects.toThrow(
      'kind of "x" is number in the run to be resumed, not circular (period 1): leave it out',
    );
    await trainTable(table, { ...again, kinds: { hour: angle } });
    rmSync(join(out, "manifest.json"));
    const path = join(out, "config.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"period": 24', '"period": 0'));
    await expect(Model.load(out)).rejects.toThrow("coding.period is 0, not a number above 0");
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test("it is declared by an option of the library and a flag of the command line", async () => {
  const misspelt = { hour: { kind: "clok" } } as unknown as Record<string, StatedKind>;
  await expect(trainTable(table, { kinds: misspelt, epochs: 0 })).rejects.toThrow(
    'A column is said to be "clok"; there are number, integer, category, boolean, date, ignore, circular, clock.',
  );
  const flags = runOptions().filter(({ flags }) => /^--c/.test(flags));
  expect(flags.map(({ flags }) => flags)).toEqual(["--circular <column=period>", "--clock <columns>"]);
  const parsed = flags.map(({ parseArg }, i) => parseArg?.(["phase=360,hour=24", "hour"][i], undefined));
  expect(parsed).toEqual([
    { phase: { kind: "circular", period: 360 }, hour: { kind: "circular", period: 24 } },
    { hour: { kind: "clock" } },
  ]);
});
