import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { diffusion } from "../sampling/ddpm-schedule.ts";
import { Diffusion } from "./diffusion.ts";
import type { DiffusionEpoch, DiffusionFitOptions } from "./fit-options.ts";
import type { DiffusionOptions } from "./options.ts";

const SMALL: DiffusionOptions = { dimension: 2, width: 16, layers: 2, steps: 20, betaEnd: 0.4 };
const folder = mkdtempSync(join(tmpdir(), "anygiven-diffusion-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Points about (5, -100), sds 0.5 and 20. */
const cloud = (count: number, seed = 1) => {
  const random = generator(seed, "cloud");
  return Array.from({ length: count }, () => [5 + 0.5 * random.normal(), -100 + 20 * random.normal()]);
};
const points = cloud(400);
const column = (rows: readonly (readonly number[])[], i: number) => rows.map((row) => row[i]);
const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const sd = (values: readonly number[]) => Math.sqrt(mean(values.map((x) => (x - mean(values)) ** 2)));

/** Enough for a small network to see the noise of one cloud or two. */
const WELL: DiffusionFitOptions = { epochs: 250, batchSize: 50, learningRate: 1e-2 };

async function fitted(
  options: Partial<DiffusionOptions> = {},
  epochs = 2,
  fit: DiffusionFitOptions = {},
): Promise<Diffusion> {
  const model = new Diffusion({ ...SMALL, ...options });
  await model.fit(points, { epochs, ...fit });
  return model;
}

describe("samples", () => {
  let model: Diffusion;
  beforeAll(async () => {
    model = await fitted({}, 1, WELL);
  });
  afterAll(() => model.dispose());

  test.each(["ancestral", "flow"] as const)("%s: are distributed as the points fitted", async (method) => {
    const samples = await model.sample({ size: 4000, method });
    expect(samples).toHaveLength(4000);
    expect(samples.every((row) => row.length === 2 && row.every(Number.isFinite))).toBe(true);
    // A short training: within a fifth of a standard deviation, and of the standard deviation.
    [5, -100].forEach((centre, i) => {
      const width = [0.5, 20][i];
      expect(Math.abs(mean(column(samples, i)) - centre)).toBeLessThan(0.2 * width);
      expect(Math.abs(sd(column(samples, i)) / width - 1)).toBeLessThan(0.2);
    });
  });

  test("are the same for the same seed, others for another, and all differ", async () => {
    const [first, again, other] = [
      await model.sample({ size: 9000, seed: 4 }),
      await model.sample({ size: 9000, seed: 4 }),
      await model.sample({ size: 9000, seed: 5 }),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    // More than one block (8192 points at this width).
    expect(new Set(column(first, 0)).size).toBeGreaterThan(8990);
  });

  test("come with all their states: from pure noise to the samples themselves", async () => {
    const { samples, steps } = await model.sample({ size: 9000, returnSteps: true });
    expect(steps).toHaveLength(21);
    expect(steps.every((state) => state.length === 9000)).toBe(true);
    expect(steps[20]).toEqual(samples);
    expect(samples).toEqual(await model.sample({ size: 9000 }));
    expect(new Set(column(steps[0], 0)).size).toBeGreaterThan(8990);
    // Pure noise, in the scale of the points: their means and sds (the exact ones of those fitted).
    [0, 1].forEach((i) => {
      const own = column(points, i);
      expect(Math.abs(mean(column(steps[0], i)) - mean(own))).toBeLessThan((4.5 * sd(own)) / Math.sqrt(9000));
      expect(sd(column(steps[0], i)) / sd(own)).toBeCloseTo(1, 1);
    });
  });

  test("asked for at once are those asked for one after the other", async () => {
    const together = await Promise.all([1, 2, 3].map((seed) => model.sample({ size: 50, seed })));
    for (const [i, samples] of together.entries()) {
      expect(samples).toEqual(await model.sample({ size: 50, seed: i + 1 }));
    }
  });
});

describe("training", () => {
  const samplesOf = (model: Diffusion) => model.sample({ size: 20 });
  const constant = { schedule: "constant", batchSize: 50 } as const;

  test("goes on: three epochs and two more are five, also by way of a folder", async () => {
    const [whole, parts] = [new Diffusion(SMALL), new Diffusion(SMALL)];
    await whole.fit(points, { ...constant, epochs: 5 });
    await parts.fit(points, { ...constant, epochs: 3 });
    await parts.save(join(folder, "parts"));
    const loaded = await Diffusion.load(join(folder, "parts"));
    await parts.fit(points, { ...constant, epochs: 2 });
    await loaded.fit(points, { ...constant, epochs: 2 });
    expect(await samplesOf(parts)).toEqual(await samplesOf(whole));
    expect(await samplesOf(loaded)).toEqual(await samplesOf(whole));
  });

  test("is the same for the same seed, another for another; flat points are the same as rows", async () => {
    const model = new Diffusion(SMALL);
    await model.fit(Float64Array.from(points.flat()), { epochs: 2 });
    const samples = await samplesOf(model);
    expect(await samplesOf(await fitted())).toEqual(samples);
    expect(await samplesOf(await fitted({ seed: 2 }))).not.toEqual(samples);
  });

  test("with standardise does not depend on units, without it does", async () => {
    const shrunk = points.map(([x, y]) => [x / 1024, 8 * y]);
    for (const standardise of [true, false]) {
      const model = new Diffusion({ ...SMALL, standardise });
      await model.fit(shrunk, { epochs: 3 });
      const inOldUnits = (await samplesOf(model)).map(([x, y]) => [1024 * x, y / 8]);
      const plain = await samplesOf(await fitted({ standardise }, 3));
      const largest = Math.max(...inOldUnits.flat().map((x, i) => Math.abs(x - plain.flat()[i])));
      if (standardise) expect(largest).toBeLessThan(1e-3);
      else expect(largest).toBeGreaterThan(1);
    }
  });

  test("without averaging gives the last weights, with it others", async () => {
    const results = await Promise.all(
      [0, 0.1, 0.2].map(async (averaging) => {
        const model = new Diffusion(SMALL);
        await model.fit(points, { epochs: 4, averaging });
        return JSON.stringify(await samplesOf(model));
      }),
    );
    expect(new Set(results).size).toBe(3);
  });

  test("on other points goes on in the scale of the first", async () => {
    const model = await fitted();
    await model.fit(
      points.map(([x, y]) => [10 * x, y]),
      { epochs: 1 },
    );
    const { steps } = await model.sample({ size: 4000, returnSteps: true });
    expect(sd(column(steps[0], 0)) / sd(column(points, 0))).toBeCloseTo(1, 1);
  });

  test("with steps that start alike is another than with random ones", async () => {
    const [alike, random] = [await fitted(), await fitted({ smoothTime: false })];
    expect(await samplesOf(alike)).not.toEqual(await samplesOf(random));
  });

  test("tells of each epoch; the cosine ends at a rate of 0, the loss falls", async () => {
    const told: DiffusionEpoch[] = [];
    await new Diffusion(SMALL).fit(points, { epochs: 30, onEpoch: (epoch) => told.push(epoch) });
    expect(told.map(({ epoch, steps }) => [epoch, steps])).toEqual(told.map((_, i) => [i + 1, 3 * (i + 1)]));
    expect(told[14].learningRate).toBeCloseTo(1.5e-3, 6);
    expect(told[29].learningRate).toBeLessThan(1e-9);
    expect(told[29].loss).toBeLessThan(told[0].loss);
  });

  test("ends after some seconds, at a signal, and at one given before not at all", async () => {
    await new Diffusion(SMALL).fit(points, { seconds: 0.3 }); // else it has no end

    const abort = new AbortController();
    const told: number[] = [];
    const model = new Diffusion(SMALL);
    const onEpoch = ({ epoch }: DiffusionEpoch) => {
      told.push(epoch);
      if (epoch === 3) abort.abort();
    };
    await model.fit(points, { epochs: 1e6, signal: abort.signal, onEpoch });
    expect(told).toEqual([1, 2, 3]);
    expect(await samplesOf(model)).toHaveLength(20);

    const none = new Diffusion(SMALL);
    await none.fit(points, { signal: AbortSignal.abort() });
    await expect(none.sample()).rejects.toThrow("fit it first");
  });

  test("that diverges says so and leaves the model as it was", async () => {
    const model = await fitted();
    const before = await samplesOf(model);
    const wild = model.fit(points, { epochs: 50, learningRate: 1e30, schedule: "constant" });
    await expect(wild).rejects.toThrow("a learningRate below 1e+30");
    expect(await samplesOf(model)).toEqual(before);
    await model.fit(points, { epochs: 1 });
    expect((await samplesOf(model)).flat().every(Number.isFinite)).toBe(true);
  });

  test("does not change what is asked for while it runs", async () => {
    const model = await fitted();
    const before = await samplesOf(model);
    const [asked, , after] = await Promise.all([
      samplesOf(model),
      model.fit(points, { epochs: 3 }),
      samplesOf(model),
    ]);
    expect(asked).toEqual(before);
    expect(after).not.toEqual(before);
  });
});

describe("a condition", () => {
  /** A point near (c, 2 c) given c of -1 or 1. */
  const random = generator(1, "given");
  const conditions = Array.from({ length: 1000 }, (_, i) => [i % 2 === 0 ? 1 : -1]);
  const given = conditions.map(([c]) => [c + 0.1 * random.normal(), 2 * c + 0.1 * random.normal()]);
  let model: Diffusion;
  beforeAll(async () => {
    model = new Diffusion({ ...SMALL, conditionDimension: 1 });
    await model.fit(given, { ...WELL, conditions });
  });

  test.each([1, -1])("of %d: the samples are those given it", async (c) => {
    const samples = await model.sample({ size: 500, condition: [c] });
    expect(Math.abs(mean(column(samples, 0)) - c)).toBeLessThan(0.1);
    expect(Math.abs(mean(column(samples, 1)) - 2 * c)).toBeLessThan(0.2);
    expect(sd(column(samples, 0))).toBeLessThan(0.3);
  });

  test("for each sample gives what the same one for all gives, and its density too", async () => {
    const size = 300;
    const each = await model.sample({ conditions: Array.from({ length: size }, () => [1]), seed: 3 });
    const all = await model.sample({ condition: [1], size, seed: 3 });
    expect(each).toHaveLength(size);
    each.flat().forEach((x, i) => {
      expect(x).toBeCloseTo(all.flat()[i], 4);
    });
    const some = each.slice(0, 20);
    const densities = await model.logPdf(some, { conditions: some.map(() => [1]) });
    (await model.logPdf(some, { condition: [1] })).forEach((density, i) => {
      expect(density).toBeCloseTo(densities[i], 3);
    });
  });

  test("for each sample is that sample's own, in whatever block it is", async () => {
    const flat = Float32Array.from({ length: 9000 }, (_, i) => (i % 3 === 0 ? 1 : -1));
    const samples = await model.sample({ conditions: flat });
    expect(samples).toHaveLength(9000);
    const right = samples.filter(([x], i) => Math.sign(x) === flat[i]).length;
    expect(right).toBeGreaterThan(8900);
  });
});

describe("forward noising", () => {
  const plain = new Diffusion({ ...SMALL, standardise: false });
  const { alphaBar } = diffusion("sigmoid", 20, 1e-5, 0.4);

  test("of no steps changes nothing; a step keeps sqrt(alphaBar) and adds 1 - alphaBar of variance", () => {
    expect(plain.noise(points, { step: 0 })).toEqual(points);
    const zeros = Array.from({ length: 4000 }, () => [3, -3]);
    for (const step of [1, 10, 20]) {
      const kept = alphaBar[step - 1];
      const noisy = plain.noise(zeros, { step });
      const spread = Math.sqrt(1 - kept);
      [3, -3].forEach((value, i) => {
        const found = column(noisy, i);
        expect(Math.abs(mean(found) - Math.sqrt(kept) * value)).toBeLessThan(
          (4.5 * spread) / Math.sqrt(4000),
        );
        expect(Math.abs(sd(found) / spread - 1)).toBeLessThan(4.5 / Math.sqrt(2 * 4000));
      });
    }
  });

  test("is the same for the same seed, and in the model's scale where it standardises", async () => {
    expect(plain.noise(points, { step: 5 })).toEqual(plain.noise(points, { step: 5, seed: 1 }));
    expect(plain.noise(points, { step: 5 })).not.toEqual(plain.noise(points, { step: 5, seed: 2 }));
    const noisy = (await fitted()).noise(points, { step: 20 });
    expect(sd(column(noisy, 1)) / 20).toBeCloseTo(1, 0);
  });
});

describe("what can't be is refused in a sentence:", () => {
  const bad = (options: object) => () => new Diffusion({ ...SMALL, ...options });
  test.each([
    [{ dimension: 0 }, "dimension is 0; it must be a whole number of at least 1."],
    [{ conditionDimension: -1 }, "conditionDimension is -1"],
    [{ steps: 1 }, "steps is 1; it must be a whole number of at least 2."],
    [{ width: 1.5 }, "width is 1.5"],
    [{ layers: Number.NaN }, "layers is NaN"],
    [{ schedule: "steep" }, 'must be one of sigmoid, linear, quad, cosine, not "steep"'],
    [{ betaEnd: 1e-6 }, "must be above 0, rise, and end below 1"],
  ])("options %o", (options, message) => {
    expect(bad(options)).toThrow(message);
  });

  test.each([
    [[], {}, "There are no points"],
    [[[1, 2], [3]], {}, "Row 1 (from 0) of the points has 1 numbers where 2 are wanted."],
    [[[1, Number.POSITIVE_INFINITY]], {}, "Row 0 (from 0) of the points holds Infinity"],
    [new Float32Array(5), {}, "5 numbers in one array, which is not a multiple of 2."],
    [points, { conditions: points }, "has no condition"],
    [points, { epochs: 0.5 }, "epochs is 0.5"],
    [points, { epochs: Number.POSITIVE_INFINITY }, "give `seconds`"],
    [points, { batchSize: 0 }, "batchSize is 0"],
    [points, { learningRate: 0 }, "learningRate is 0; it must be a number above 0."],
    [points, { weightDecay: -1 }, "weightDecay is -1"],
    [points, { averaging: 0.5 }, "averaging is 0.5"],
    [points, { seconds: 0 }, "seconds is 0"],
    [points, { schedule: "linear" as "cosine" }, 'must be one of cosine, constant, not "linear"'],
  ])("fit %#", async (given, options, message) => {
    await expect(new Diffusion(SMALL).fit(given, options)).rejects.toThrow(message);
  });

  test("questions", async () => {
    const unfitted = new Diffusion(SMALL);
    await expect(unfitted.sample()).rejects.toThrow("fit it first");
    await expect(unfitted.logPdf(points)).rejects.toThrow("fit it first");
    await expect(unfitted.save(folder)).rejects.toThrow("fit it first");
    expect(() => unfitted.noise(points, { step: 1 })).toThrow("fit it first");
    const model = await fitted();
    expect(() => model.noise(points, { step: 21 })).toThrow("`step` is 21; there are 20.");
    await expect(model.sample({ size: 0 })).rejects.toThrow("size is 0");
    await expect(model.sample({ method: "fast" as "flow" })).rejects.toThrow(
      'must be one of ancestral, flow, not "fast"',
    );
    await expect(model.sample({ condition: [1] })).rejects.toThrow("has no condition");
    await expect(model.logPdf([[1, 2, 3]])).rejects.toThrow("has 3 numbers where 2 are wanted");
    await model.dispose();
    await expect(model.sample()).rejects.toThrow("disposed of");
  });

  test("conditions", async () => {
    const model = new Diffusion({ ...SMALL, conditionDimension: 1 });
    await expect(model.fit(points)).rejects.toThrow("has a condition of 1 numbers: give it.");
    await expect(model.fit(points, { conditions: [[1]] })).rejects.toThrow("1 conditions for 400 points");
    await model.fit(points, { conditions: points.map(() => [1]), epochs: 1 });
    await expect(model.sample()).rejects.toThrow("give it");
    await expect(model.sample({ condition: [1, 2] })).rejects.toThrow(
      "Row 0 (from 0) of the condition has 2",
    );
    await expect(model.sample({ condition: [1], conditions: [[1]] })).rejects.toThrow("not both");
    await expect(model.sample({ size: 3, conditions: [[1]] })).rejects.toThrow("1 conditions for 3 points");
  });

  test("folders", async () => {
    await expect(Diffusion.load(join(folder, "none"))).rejects.toThrow("There is no saved Diffusion in");
    const model = await fitted();
    const path = join(folder, "damaged");
    await model.save(path);
    const config = JSON.parse(readFileSync(join(path, "config.json"), "utf8"));
    const write = (changed: object) => writeFileSync(join(path, "config.json"), JSON.stringify(changed));
    write({ ...config, formatVersion: 2 });
    await expect(Diffusion.load(path)).rejects.toThrow("install a newer anygiven");
    write({ ...config, format: "other" });
    await expect(Diffusion.load(path)).rejects.toThrow("is not the config.json of a saved Diffusion");
    write({ ...config, width: 17 });
    await expect(Diffusion.load(path)).rejects.toThrow("does not belong to this model's config.json");
    write({ ...config, dimension: "2" });
    await expect(Diffusion.load(path)).rejects.toThrow('must be a number, not "2"');
    writeFileSync(join(path, "config.json"), "{");
    await expect(Diffusion.load(path)).rejects.toThrow("not valid JSON");
  });
});

test("the example of the class's documentation runs as printed", () => {
  const source = readFileSync(new URL("./diffusion.ts", import.meta.url), "utf8");
  const [, commented] = /@example\n([\s\S]*?)\n \*\/\nexport class Diffusion/.exec(source)!;
  const example = commented.replace(/^ \* ?/gm, "");
  const repository = fileURLToPath(new URL("../../", import.meta.url));
  const file = join(folder, "example.mts");
  writeFileSync(
    file,
    `import { Diffusion } from ${JSON.stringify(join(repository, "src/diffusion/index.ts"))};\n${example}`,
  );
  const output = execFileSync(process.execPath, ["--import", "tsx", file], {
    cwd: repository,
    encoding: "utf8",
  });
  expect(output.trim()).toBe("100 true");
});
