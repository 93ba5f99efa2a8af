/**
 * @file How fast is ONNX Runtime's own matrix product? One single-threaded session, for some seconds. One JSON line.
 * The suite runs one for each core at once.
 *
 *     npx tsx bench/ours/matmul.ts --size 1024 --seconds 2
 */
import "../../src/runtime/node/install.ts";
import { parseArgs } from "node:util";
import { compile } from "../../src/graph/onnx/emit.ts";
import * as op from "../../src/graph/operations.ts";
import { generator } from "../../src/numeric/generator.ts";
import { Executable } from "../../src/runtime/executable.ts";

const { values } = parseArgs({
  options: {
    /** Rows and columns of all three matrices. */
    size: { type: "string", default: "1024" },
    seconds: { type: "string", default: "2" },
    /** Milliseconds since 1970 at which to begin, so that several begin together; default at once. */
    begin: { type: "string", default: "0" },
    seed: { type: "string", default: "0" },
  },
});
const [size, seconds, begin, seed] = [values.size, values.seconds, values.begin, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const shape = [size, size];
const product = op.matmul(op.input("a", shape), op.input("b", shape));
const program = await Executable.load(compile("matmul", { product }), { threads: 1 });
const random = generator(seed, "matmul");
const matrix = () => Float32Array.from({ length: size * size }, () => random.normal());
const [a, b, made] = [matrix(), matrix(), new Float32Array(size * size)];
const run = program.bind({ a, b }, { product: made });
await run();
checkProduct();

const wait = begin - Date.now();
if (begin > 0 && wait < 0) throw new Error(`started ${-wait} ms too late to begin together`);
await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
const began = performance.now();
let products = 0;
while (performance.now() - began < 1000 * seconds) {
  await run();
  products++;
}
const elapsed = (performance.now() - began) / 1000;
await program.dispose();
process.stdout.write(
  `${JSON.stringify({ bench: "matmul", size, seed, products, seconds: elapsed, gigaflops: (products * 2 * size ** 3) / elapsed / 1e9 })}\n`,
);

/** One cell of the product in double precision. */
function checkProduct(): void {
  const [row, column] = [random.integer(size), random.integer(size)];
  let expected = 0;
  for (let k = 0; k < size; k++) expected += a[row * size + k] * b[k * size + column];
  const found = made[row * size + column];
  if (!(Math.abs(found - expected) < 1e-3 * Math.sqrt(size))) {
    throw new Error(`the product has ${found} where ${expected} belongs`);
  }
}
