import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { Executable } from "../runtime/executable.ts";
import { DERIVATIVES } from "./derivatives.ts";
import { gradients, orderedNodes } from "./gradient.ts";
import { compile } from "./onnx/emit.ts";
import * as op from "./operations.ts";
import type { Kind, Shape, Tensor } from "./tensor.ts";

const SIZES = { n: 3, m: 2, one: 1 };
const sizeOf = (shape: Shape) =>
  shape.reduce<number>((size, d) => size * (typeof d === "number" ? d : SIZES[d as keyof typeof SIZES]), 1);

interface Case {
  readonly kind: Kind;
  readonly about: string;
  readonly shapes: readonly Shape[];
  readonly make: (...inputs: Tensor[]) => Tensor;
  /** Draws stay inside this range, away from poles. */
  readonly range?: readonly [number, number];
}

const broadcasts: [string, Shape, Shape][] = [
  ["equal shapes", [2, 3], [2, 3]],
  ["a row", ["n", 4], [4]],
  ["a column", ["n", 4], ["n", 1]],
  ["a scalar", [2, 3], []],
  ["both ways", [2, 1, 3], [4, 1]],
  ["a named size that is 1", ["one", 3], ["one", 3]],
];
const binaryKinds: [Kind, (a: Tensor, b: Tensor) => Tensor][] = [
  ["add", op.add],
  ["subtract", op.subtract],
  ["multiply", op.multiply],
  ["divide", op.divide],
];
const unaryKinds: [Kind, (x: Tensor) => Tensor][] = [
  ["negate", op.negate],
  ["exp", op.exp],
  ["log", op.log],
  ["sqrt", op.sqrt],
  ["tanh", op.tanh],
  ["sin", op.sin],
  ["cos", op.cos],
  ["sigmoid", op.sigmoid],
  ["softmax", op.softmax],
  ["logSumExp", op.logSumExp],
  ["erf", op.erf],
  ["normalPdf", op.normalPdf],
  ["gelu", op.gelu],
  ["wideGelu", op.wideGelu],
  ["silu", op.silu],
];
const rows = op.input("rows", [4], "int32");
const flags = [false, true];

const cases: Case[] = [
  ...binaryKinds.flatMap(([kind, make]) =>
    broadcasts.flatMap(([about, a, b]): Case[] => [
      { kind, about, shapes: [a, b], make, range: [0.5, 2] },
      { kind, about: `${about}, turned round`, shapes: [b, a], make, range: [0.5, 2] },
    ]),
  ),
  ...unaryKinds.flatMap(([kind, make]): Case[] => [
    { kind, about: "a matrix", shapes: [["n", 4]], make, range: [0.3, 2] },
    { kind, about: "one cell", shapes: [[1, 1]], make, range: [0.3, 2] },
  ]),
  { kind: "gelu", about: "below and above zero", shapes: [[9]], make: op.gelu, range: [-3, 3] },
  { kind: "wideGelu", about: "below and above zero", shapes: [[9]], make: op.wideGelu, range: [-3, 3] },
  {
    kind: "matmul",
    about: "stacks, fixed inner size",
    shapes: [
      ["m", "n", 3],
      ["m", 3, 2],
    ],
    make: op.matmul,
  },
  {
    kind: "matmul",
    about: "stacks, named inner size",
    shapes: [
      [2, 2, 3, "n"],
      [2, 2, "n", 4],
    ],
    make: op.matmul,
  },
  {
    kind: "matmul",
    about: "size-1 edges",
    shapes: [
      [1, 1, 1],
      [1, 1, 2],
    ],
    make: op.matmul,
  },
  ...flags.flatMap((transposeA) =>
    flags.flatMap((transposeB): Case[] => {
      const shapes: Shape[] = [transposeA ? [4, "n"] : ["n", 4], transposeB ? [2, 4] : [4, 2], [2]];
      const make = (a: Tensor, b: Tensor, c?: Tensor) =>
        op.gemm(a, b, { transposeA, transposeB, ...(c && { c }) });
      return [
        { kind: "gemm", about: `with a row, transposed ${transposeA} ${transposeB}`, shapes, make },
        { kind: "gemm", about: `transposed ${transposeA} ${transposeB}`, shapes: shapes.slice(0, 2), make },
      ];
    }),
  ),
  {
    kind: "gemm",
    about: "linear",
    shapes: [["n", "m", 4], [5, 4], [5]],
    make: (x, w, b) => op.linear(x, w, b, { alpha: 0.7, beta: -1.3 }),
  },
  {
    kind: "gemm",
    about: "with a matrix, and factors",
    shapes: [
      ["n", 4],
      [4, 2],
      ["n", 2],
    ],
    make: (a, b, c) => op.gemm(a, b, { c, alpha: 0.7, beta: -1.3 }),
  },
  {
    kind: "layerNorm",
    about: "rows",
    shapes: [["n", 2, 5], [5], [5]],
    make: (x, g, b) => op.layerNorm(x, g, b, 1e-5).y,
  },
  {
    kind: "layerNorm",
    about: "one row",
    shapes: [["one", 5], [5], [5]],
    make: (x, g, b) => op.layerNorm(x, g, b, 1e-5).y,
  },
  { kind: "transpose", about: "three axes", shapes: [["n", 2, 4]], make: (x) => op.transpose(x, [2, 0, 1]) },
  { kind: "reshape", about: "flat", shapes: [["n", "m", 4]], make: (x) => op.reshape(x, ["m*n", 4]) },
  {
    kind: "reshape",
    about: "and back",
    shapes: [["n", "m", 4]],
    make: (x) => op.reshape(op.exp(op.reshape(x, ["m*n", 4])), ["n", "m", 2, 2]),
  },
  {
    kind: "broadcast",
    about: "new and old axes",
    shapes: [["n", 1]],
    make: (x) => op.broadcast(x, [2, "n", 3]),
  },
  { kind: "slice", about: "of a named axis", shapes: [["n", 2]], make: (x) => op.slice(x, 0, 1, 2) },
  {
    kind: "slice",
    about: "all of an axis of size 1",
    shapes: [["one", 2]],
    make: (x) => op.slice(x, 0, 0, 1),
  },
  {
    kind: "unslice",
    about: "into a named axis",
    shapes: [
      [2, 4],
      ["n", 4],
    ],
    make: (x, y) => op.multiply(y, op.unslice(x, 0, 1, "n")),
  },
  {
    kind: "split",
    about: "columns, unevenly",
    shapes: [["n", 5]],
    make: (x) => {
      const [a, b] = op.split(x, 1, [2, 3]) as [Tensor, Tensor];
      return op.add(op.sum(op.exp(a), [1]), op.sum(op.multiply(b, b), [1]));
    },
  },
  {
    kind: "join",
    about: "columns",
    shapes: [
      ["n", 2],
      ["n", 3],
    ],
    make: (a, b) => op.join([a, b, op.exp(a)], 1),
  },
  {
    kind: "concat",
    about: "rows of two",
    shapes: [
      ["n", 4],
      ["m", 4],
    ],
    make: (x, y) => op.concat(x, y, "m+n"),
  },
  {
    kind: "part",
    about: "the rows between others",
    shapes: [
      ["n", 4],
      ["m", 4],
    ],
    make: (x, y) => op.multiply(op.part(op.concat(x, y, "m+n"), "n", "m", 0), y),
  },
  {
    kind: "extend",
    about: "zeros after",
    shapes: [
      ["n", 4],
      ["m", 4],
    ],
    make: (x, y) => op.multiply(op.extend(x, 0, "m+n", "m"), op.concat(x, y, "m+n")),
  },
  { kind: "sum", about: "the last axis", shapes: [["n", 3]], make: (x) => op.sum(x, [1]) },
  { kind: "sum", about: "axes gone", shapes: [["n", 3, 2]], make: (x) => op.sum(x, [0, 2], { keep: false }) },
  { kind: "mean", about: "the last axis", shapes: [["n", 4]], make: op.mean },
  { kind: "sum", about: "all axes", shapes: [["n", 1, 2]], make: (x) => op.sum(x, [0, 1, 2]) },
  { kind: "gather", about: "rows, one twice", shapes: [[5, 3]], make: (x) => op.gather(x, rows) },
];

/** A scalar that weighs each cell of y differently and is not linear in it. */
function scalarOf(y: Tensor): Tensor {
  const weights = op.broadcast(op.input("weights", [1]), y.shape);
  const wave = op.tanh(op.multiply(op.add(y, 0.1), weights));
  return op.sum(op.multiply(wave, op.add(y, 1)), [...y.shape.keys()]);
}

async function check({ shapes, make, range = [-1, 1] }: Case) {
  const inputs = shapes.map((shape, index) => op.input(`x${index}`, shape));
  const value = scalarOf(make(...inputs));
  const outputs = Object.fromEntries(gradients(value, inputs).map((g, index) => [`d${index}`, g]));
  const executable = await Executable.load(compile("test", { value, ...outputs }, { precision: "float64" }));
  const random = generator(1, "derivatives");
  const array = (n: number, draw: () => number) => Float64Array.from(Array.from({ length: n }, draw));
  const feeds: Record<string, Float64Array | Int32Array> = {
    rows: Int32Array.of(4, 0, 0, 2),
    weights: array(1, () => 0.7),
  };
  shapes.forEach((shape, index) => {
    feeds[`x${index}`] = array(sizeOf(shape), () => range[0] + (range[1] - range[0]) * random.uniform());
  });
  const found = await executable.run(feeds, SIZES);
  const step = 1e-3;
  for (const index of shapes.keys()) {
    const cells = feeds[`x${index}`];
    for (const cell of cells.keys()) {
      const at = cells[cell];
      const valueAt = async (x: number) => {
        cells[cell] = x;
        return (await executable.run(feeds, SIZES)).value[0];
      };
      // Fourth-order central difference: error of order step^4.
      const near = (await valueAt(at + step)) - (await valueAt(at - step));
      const far = (await valueAt(at + 2 * step)) - (await valueAt(at - 2 * step));
      cells[cell] = at;
      const difference = (8 * near - far) / (12 * step);
      const gradient = found[`d${index}`][cell];
      expect(Math.abs(gradient - difference)).toBeLessThan(1e-8 * (1 + Math.abs(difference)));
    }
  }
  await executable.dispose();
}

describe("the derivative of", () => {
  test.each(cases.map((c) => [`${c.kind}: ${c.about}`, c] as const))(
    "%s equals its finite differences",
    async (_, c) => {
      await check(c);
    },
  );

  test("every kind that has one is tested here", () => {
    const tested = new Set(cases.map((c) => c.kind));
    expect(Object.keys(DERIVATIVES).filter((kind) => !tested.has(kind as Kind))).toEqual([]);
  });
});

test("the double-precision error function is exact to 1e-15, and its single twin to 1e-6", async () => {
  // mpmath 1.3: erf of -3, -1, -1e-9, 0, 0.5, 2, 5.
  const xs = [-3, -1, -1e-9, 0, 0.5, 2, 5];
  const known = [
    -0.9999779095030014, -0.8427007929497149, -1.1283791670955127e-9, 0.0, 0.5204998778130465,
    0.9953222650189527, 0.9999999999984626,
  ];
  for (const precision of ["float64", "float32"] as const) {
    const executable = await Executable.load(
      compile("erf", { y: op.erf(op.input("x", [7])) }, { precision }),
    );
    const array = precision === "float64" ? Float64Array : Float32Array;
    const { y } = await executable.run({ x: array.from(xs) });
    known.forEach((value, i) => {
      expect(Math.abs(y[i] - value)).toBeLessThan(precision === "float64" ? 1e-15 : 1e-6);
    });
  }
});

test("the normal density is that of the formula, and no denormal number far out", async () => {
  const executable = await Executable.load(compile("pdf", { y: op.normalPdf(op.input("x", [4])) }));
  const { y } = await executable.run({ x: Float32Array.of(0, -1.5, 13.5, -1e4) });
  expect(y[0]).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 6);
  expect(y[1]).toBeCloseTo(Math.exp(-1.125) / Math.sqrt(2 * Math.PI), 6);
  for (const far of [y[2], y[3]]) {
    expect(far).toBeLessThan(1e-34);
    expect(far).toBeGreaterThan(1.2e-38); // the smallest normal number of single precision
  }
});

test("gelu's derivative far below 0 is exactly 0 in single precision, far above exactly 1", async () => {
  const x = op.input("x", [4]);
  const program = compile("dead", { d: gradients(op.sum(op.gelu(x), [0]), [x])[0] });
  const { d } = await (await Executable.load(program)).run({ x: Float32Array.of(-8, -13.5, -1e4, 8) });
  expect(Array.from(d)).toEqual([0, 0, 0, 1]);
});

test("wideGelu of x / sqrt 2 is sqrt 2 gelu of x; its derivative is exactly 0 far below, 2 far above, never NaN", async () => {
  const s = op.input("s", [6]);
  const wide = op.wideGelu(s);
  const gelu = op.multiply(op.gelu(op.multiply(s, Math.SQRT2)), Math.SQRT2);
  const program = compile("wide", { wide, gelu, d: gradients(op.sum(wide, [0]), [s])[0] });
  const cells = Float32Array.of(-8, -9.4, -1e30, 8, 1e30, 0.7);
  const { wide: found, gelu: known, d } = await (await Executable.load(program)).run({ s: cells });
  found.forEach((cell, i) => {
    expect(Math.abs(cell - known[i])).toBeLessThanOrEqual(3e-7 * Math.max(1, Math.abs(known[i])));
  });
  expect(Array.from(d.subarray(0, 5))).toEqual([0, 0, 0, 2, 2]);
});

describe("gradients", () => {
  test("add up over every way from a parameter to the scalar", async () => {
    const x = op.input("x", [1]);
    const y = op.multiply(op.exp(x), op.add(x, op.multiply(x, x)));
    const program = compile("sum", { d: gradients(y, [x])[0] }, { precision: "float64" });
    const executable = await Executable.load(program);
    const { d } = await executable.run({ x: Float64Array.of(0.5) });
    expect(d[0]).toBeCloseTo(Math.exp(0.5) * (0.5 + 0.25 + 1 + 1), 12);
  });

  test("refuse a parameter that the scalar does not depend on, and what is not a scalar", () => {
    const [x, y] = [op.input("x", [2]), op.input("y", [2])];
    expect(() => gradients(op.sum(x, [0]), [y])).toThrow("nothing depends on y");
    expect(() => gradients(x, [x])).toThrow("not a scalar");
  });

  test("are worked out for nothing that has no parameter in it", () => {
    const [x, data] = [op.input("x", [2]), op.input("data", [2])];
    const value = op.sum(op.multiply(x, op.exp(data)), [0]);
    const kinds = orderedNodes(gradients(value, [x])).map((node) => node.kind);
    expect(kinds.filter((kind) => kind === "exp")).toHaveLength(1);
  });
});
