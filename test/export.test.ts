/** @file `anygiven export`: the file answers as the model does, in any ONNX runtime, and what can't be exported is said. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { beforeAll, describe, expect, test } from "vitest";
import { exportOnnx, Model, type Table, train } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { normalCdf } from "../src/numeric/normal-cdf.ts";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { TINY_MIXTURE } from "./tiny-network.ts";

const folder = temporaryFolder("export");
const ROWS = 200;
const random = generator(1, "exported table");
const x = Float64Array.from({ length: ROWS }, () => random.normal());
const table: Table = {
  source: "exported",
  rows: ROWS,
  columns: [
    { name: "x", values: x },
    { name: "y", values: x.map((each) => 2 * each + random.normal()) },
    { name: "kind", kind: "category", categories: ["a", "b"], values: x.map((each) => Number(each > 0)) },
  ],
};

let model: Model;
beforeAll(async () => {
  model = await train(table, { ...TINY_MIXTURE, epochs: 2, recalibrate: false, systemInfo: false });
  await model.save(join(folder, "small"));
});

const GIVEN = [
  [0.4, Number.NaN, 1],
  [Number.NaN, Number.NaN, Number.NaN],
  [-1, 3, 0],
];

async function askedFile(bytes: Uint8Array, of?: readonly number[]) {
  const session = await InferenceSession.create(bytes);
  const cells = new Tensor("float64", Float64Array.from(GIVEN.flat()), [3, 3]);
  const targets = of && new Tensor("int64", BigInt64Array.from(of, BigInt), [of.length]);
  const made = await session.run({ cells, ...(targets && { of: targets }) });
  await session.release();
  return made;
}

test("the mixtures and probabilities are those that the model answers with", async () => {
  const { shares, means, widths, probabilities } = await askedFile(exportOnnx(model), [1, 2]);
  expect(shares.dims.slice(0, 2)).toEqual([2, 3]);
  const names = ["x", "y", "kind"];
  const { center, scale } = model.config.columns[1].encoding;
  for (const [row, cells] of GIVEN.entries()) {
    const known = Object.fromEntries(
      names.flatMap((name, k) =>
        Number.isNaN(cells[k]) ? [] : [[name, name === "kind" ? ["a", "b"][cells[k]] : cells[k]]],
      ),
    );
    // A target's own cell is never read.
    const { y: _, ...forY } = known;
    const { kind: __, ...forKind } = known;
    const answer = await model.density({ of: "y", given: forY });
    if (answer.kind !== "number") throw new Error("y is a number");
    const normals = shares.dims[2];
    const cdf = (at: number) => {
      let sum = 0;
      for (let k = row * normals; k < (row + 1) * normals; k++) {
        const z = ((at - center) / scale - Number(means.data[k])) / Number(widths.data[k]);
        sum += Number(shares.data[k]) * normalCdf(z);
      }
      return sum;
    };
    for (const at of [-3, 0, 1.5]) expect(cdf(at)).toBeCloseTo(answer.cdf(at), 6);
    const kind = await model.density({ of: "kind", given: forKind });
    if (kind.kind !== "category") throw new Error("kind is a category");
    for (const k of [0, 1])
      expect(Number(probabilities.data[6 + 2 * row + k])).toBeCloseTo(kind.probabilities[k], 6);
  }
});

test("a question with one column given is answered in part by what was counted, as the model does", async () => {
  const rows = 3000;
  const values = Float64Array.from({ length: rows }, () => random.normal());
  const counted = await train(
    {
      source: "counted",
      rows,
      columns: [
        { name: "x", values },
        {
          name: "y",
          values: values.map((each) => Math.sin(2 * each) + 0.3 * random.normal()),
          errors: values.map(() => 0.1),
        },
        {
          name: "kind",
          kind: "category",
          categories: ["a", "b"],
          values: values.map((each) => Number(Math.abs(each) > 1)),
        },
      ],
    },
    { ...TINY_MIXTURE, counted: true, epochs: 1, recalibrate: false, systemInfo: false },
  );
  expect(counted.config.network).toHaveProperty("counted");
  const session = await InferenceSession.create(exportOnnx(counted));
  const none = Number.NaN;
  const questions = [
    [none, none, none],
    [1.3, none, none],
    [9, none, none],
    [none, none, 1],
    [1.3, none, 1],
  ];
  const made = await session.run({
    cells: new Tensor("float64", Float64Array.from(questions.flat()), [questions.length, 3]),
    errors: new Tensor("float64", new Float64Array(3 * questions.length), [questions.length, 3]),
    of: new Tensor("int64", BigInt64Array.of(1n, 2n), [2]),
  });
  const { center, scale } = counted.config.columns[1].encoding;
  const normals = made.shares.dims[2];
  for (const [row, [x, , kind]] of questions.entries()) {
    const given = { ...(!Number.isNaN(x) && { x }), ...(kind === 1 && { kind: "b" }) };
    const answer = await counted.density({ of: "y", given });
    if (answer.kind !== "number") throw new Error("y is a number");
    for (const at of [0.2, 1, 3]) {
      let sum = 0;
      for (let k = row * normals; k < (row + 1) * normals; k++) {
        const z = ((at - center) / scale - Number(made.means.data[k])) / Number(made.widths.data[k]);
        sum += Number(made.shares.data[k]) * normalCdf(z);
      }
      const inside = answer.cdf(at);
      expect(Math.abs(sum - inside), `row ${row}, ${at}`).toBeLessThan(1e-5);
    }
    if (kind === 1) continue;
    const named = await counted.density({ of: "kind", given });
    if (named.kind !== "category") throw new Error("kind is a category");
    for (const k of [0, 1])
      expect(Number(made.probabilities.data[2 * questions.length + 2 * row + k])).toBeCloseTo(
        named.probabilities[k],
        6,
      );
  }
  await session.release();
  await counted.save(join(folder, "counted"));
  const again = await Model.load(join(folder, "counted"));
  const question = { of: "y", given: { x: 1.3 } } as const;
  expect((await again.density(question)).toJSON()).toEqual((await counted.density(question)).toJSON());
  await again.dispose();
  await counted.dispose();
});

test("with fixed columns there is no input for them", async () => {
  const bytes = exportOnnx(model, { of: ["y"] });
  const free = await askedFile(exportOnnx(model), [1]);
  const fixed = await askedFile(bytes);
  expect(fixed.shares.dims[0]).toBe(1);
  expect(Array.from(fixed.means.data as Float32Array)).toEqual(Array.from(free.means.data as Float32Array));
});

describe("quantiles in the file", () => {
  test("are the model's, to rounding", async () => {
    const { quantiles } = await askedFile(exportOnnx(model, { of: ["y"], quantiles: [0.05, 0.5, 0.99] }));
    expect(quantiles.dims).toEqual([1, 3, 3]);
    const answer = await model.density({ of: "y", given: { x: 0.4, kind: "b" } });
    if (answer.kind !== "number") throw new Error("y is a number");
    const told = [0.05, 0.5, 0.99].map((share) => answer.quantile(share));
    told.forEach((value, k) => {
      expect(Number(quantiles.data[k])).toBeCloseTo(value, 5);
    });
  });

  test.each([
    [{ quantiles: [0.5] }, /columns that are fixed/],
    [{ of: ["kind"], quantiles: [0.5] }, /"kind" has categories/],
    [{ of: ["y"], quantiles: [1] }, /between 0 and 1/],
  ])("%j can't be", (options, sentence) => {
    expect(() => exportOnnx(model, options)).toThrow(sentence);
  });
});

describe("the command", () => {
  test("writes the file, and says what it answers for", async () => {
    const out = join(folder, "y.onnx");
    const { code, stdout } = await anygivenHere("export", join(folder, "small"), "--out", out, "--of", "y");
    expect(code).toBe(0);
    expect(stdout).toMatch(/y\.onnx: \d+ kB, answers for y\./);
    expect(readFileSync(out)).toEqual(Buffer.from(exportOnnx(model, { of: ["y"] })));
  });

  test("an unknown column is a mistake, with a near one named", async () => {
    const { code, stderr } = await anygivenHere(
      "export",
      join(folder, "small"),
      "--out",
      join(folder, "z.onnx"),
      "--of",
      "kin",
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/did you mean "kind"/);
  });
});

test.each([
  [
    "the published network",
    { preset: "paper", embeddingDim: 8, heads: 1, ffnDim: 8, encoderLayers: 1, headDim: 8, headLayers: 1 },
    /published network/,
  ],
  [
    "the diffusion head",
    { head: "diffusion", embeddingDim: 8, heads: 1, ffnDim: 8, encoderLayers: 1, headDim: 8, headLayers: 1 },
    /diffusion head/,
  ],
] as const)("%s has no such file", async (_, options, sentence) => {
  const numbers = { ...table, columns: table.columns.slice(0, 2) };
  const other = await train(numbers, { ...options, epochs: 1, workers: 1, systemInfo: false });
  expect(() => exportOnnx(other)).toThrow(sentence);
  await other.dispose();
});
