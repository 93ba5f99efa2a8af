import { expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { Executable } from "../runtime/executable.ts";
import { gradients } from "./gradient.ts";
import { compile } from "./onnx/emit.ts";
import * as op from "./operations.ts";
import { stacked } from "./stacked.ts";
import type { Tensor } from "./tensor.ts";

const NETWORKS = 3;
const SIZES = { n: 5 };
const shared = op.input("shared", ["n", 4]);
const bend = op.input("bend", ["n", 1]);
const tokens = op.input("tokens", ["n"], "int32");
const parameters = {
  weight: op.input("weight", [6, 4]),
  bias: op.input("bias", [6]),
  scalar: op.input("scalar", [1]),
  table: op.input("table", [3, 6]),
  gain: op.input("gain", [6]),
};
const { weight, bias, scalar, table, gain } = parameters;
const own = new Set(Object.keys(parameters));

/** (n, 6), from the parameters. */
const dense = op.linear(shared, weight, bias);
const heads = op.reshape(dense, ["n", 2, 3]);

const results: Record<string, Tensor> = {
  "a dense layer of what all share": dense,
  "one with factors": op.linear(shared, weight, bias, { alpha: 0.5, beta: 2 }),
  "a product that is turned": op.gemm(shared, dense, { transposeA: true }),
  "a product with a matrix that all share": op.matmul(op.matrixTranspose(dense), shared),
  "stacks of products": op.matmul(heads, op.matrixTranspose(heads)),
  "a row and a column against a matrix": op.divide(
    op.subtract(op.multiply(dense, bend), gain),
    op.add(op.exp(scalar), 1),
  ),
  "elementwise functions": op.add(
    op.add(op.sin(dense), op.cos(op.tanh(dense))),
    op.add(
      op.log(op.add(op.sigmoid(dense), op.sqrt(op.exp(dense)))),
      op.add(op.erf(dense), op.negate(dense)),
    ),
  ),
  "bends of a layer": op.add(
    op.add(op.gelu(dense), op.silu(dense)),
    op.add(op.wideGelu(dense), op.normalPdf(dense)),
  ),
  "sums of exponentials": op.multiply(op.logSumExp(dense), op.softmax(dense)),
  normalised: op.layerNorm(dense, gain, bias, 1e-5).y,
  "rows of a table": op.gather(table, tokens),
  "rows of what has other rows": op.add(op.gather(table, tokens), op.mean(dense)),
  "parts and their places": op.add(
    op.unslice(op.slice(dense, 1, 1, 3), 1, 2, 6),
    op.broadcast(gain, ["n", 6]),
  ),
  "pieces turned round": op.join([...op.split(dense, 1, [2, 4])].reverse(), 1),
  "beside what all share": op.join([shared, dense], 1),
  "sums along axes": op.sum(op.transpose(heads, [2, 0, 1]), [0, 2], { keep: false }),
};
// The way back as well: that of training.
const scalarOfAll = op.sum(
  op.multiply(results["bends of a layer"], op.add(results["rows of a table"], results.normalised)),
  [0, 1],
);
gradients(op.multiply(scalarOfAll, op.reshape(scalar, [1, 1])), Object.values(parameters)).forEach(
  (each, i) => {
    results[`the gradient by ${Object.keys(parameters)[i]}`] = each;
  },
);

const random = generator(1, "stacked");
const feed = (cells: number) => Float64Array.from({ length: cells }, () => random.normal());
const common = { shared: feed(20), bend: feed(5), tokens: Int32Array.of(0, 2, 1, 1, 0) };
const lengths = { weight: 24, bias: 6, scalar: 1, table: 18, gain: 6 };
const all = Object.fromEntries(Object.entries(lengths).map(([name, size]) => [name, feed(NETWORKS * size)]));
const ofOne = (network: number) =>
  Object.fromEntries(
    Object.entries(lengths).map(([name, size]) => [
      name,
      all[name].slice(network * size, (network + 1) * size),
    ]),
  );
const needed = ({ inputs }: { readonly inputs: readonly { readonly name: string }[] }, feeds: object) =>
  Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.some((each) => each.name === name)));

test.each(Object.keys(results))("%s: as each network has it by itself", async (name) => {
  const plain = await Executable.load(compile("one", { y: results[name] }, { precision: "float64" }));
  const together = await Executable.load(
    compile("all", stacked({ y: results[name] }, own, "networks"), { precision: "float64" }),
  );
  const { y } = await together.run(needed(together.program, { ...common, ...all }), {
    ...SIZES,
    networks: NETWORKS,
  });
  const each: number[] = [];
  for (let network = 0; network < NETWORKS; network++) {
    const made = await plain.run(needed(plain.program, { ...common, ...ofOne(network) }), SIZES);
    each.push(...made.y);
  }
  expect(y.length).toBe(each.length);
  y.forEach((cell, i) => {
    expect(cell).toBeCloseTo(each[i], 10);
  });
});

test("what no network has a part in stays as it is", () => {
  const { y } = stacked({ y: op.exp(shared) }, own, "networks");
  expect(y.shape).toEqual(["n", 4]);
});

test("says which kind has no stacked form", () => {
  const rows = op.concat(dense, dense, "2*n");
  expect(() => stacked({ y: rows }, own, "networks")).toThrow('"concat" has no stacked form');
});
