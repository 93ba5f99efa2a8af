/** @file The encoder against itself written out in plain loops, every place of every layer, nothing saved. */
import { expect, test } from "vitest";
import type { LeungBovyConfig } from "../src/networks/leung-bovy/config.ts";
import { contextFeeds, contextSizes, type Questions } from "../src/networks/leung-bovy/context-layout.ts";
import { networkParameters } from "../src/networks/leung-bovy/parameters.ts";
import { conditionProgram } from "../src/networks/leung-bovy/programs.ts";
import { initialise, parameterCount } from "../src/networks/parts/parameter-layout.ts";
import { generator } from "../src/numeric/generator.ts";
import { Executable } from "../src/runtime/executable.ts";

const config: LeungBovyConfig = {
  kind: "leung-bovy",
  columns: 6,
  embeddingDim: 8,
  heads: 2,
  ffnDim: 200, // more than the program works on at once, and no multiple of it
  encoderLayers: 3,
  dropout: 0,
  head: {
    dimension: 1,
    conditionDimension: 8,
    width: 5,
    layers: 1,
    steps: 4,
    schedule: "sigmoid",
    betaStart: 1e-5,
    betaEnd: 0.1,
  },
};
const parameters = networkParameters(config);
const weights = new Float32Array(parameterCount(parameters));
initialise(parameters, weights, 5);
// Biases and gains start at 0 and 1, which would hide a term that is left out.
const random = generator(5, "shake");
for (let i = 0; i < weights.length; i++) weights[i] += 0.2 * random.normal();

type Row = readonly number[];
const matrix = (name: string): Row[] => {
  const { shape, offset, size } = parameters.find((p) => p.name === name)!;
  const width = shape.at(-1)!;
  const flat = Array.from(weights.subarray(offset, offset + size));
  return Array.from({ length: size / width }, (_, row) => flat.slice(row * width, (row + 1) * width));
};
const vector = (name: string) => matrix(name)[0];
const dot = (a: Row, b: Row) => a.reduce((sum, x, i) => sum + x * b[i], 0);
const plus = (a: Row, b: Row) => a.map((x, i) => x + b[i]);
const dense = (x: Row, name: string) =>
  plus(
    matrix(`${name}.weight`).map((row) => dot(row, x)),
    vector(`${name}.bias`),
  );

/** erf by its Maclaurin series, exact to double precision for the small arguments met here. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
const gelu = (x: number) => (x * (1 + erf(x / Math.SQRT2))) / 2;

function norm(x: Row, name: string): Row {
  const mean = x.reduce((a, b) => a + b) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  const [gain, bias] = [vector(`${name}.weight`), vector(`${name}.bias`)];
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[i] + bias[i]);
}

function layer(sequence: readonly Row[], name: string): Row[] {
  const width = config.embeddingDim / config.heads;
  const project = (part: string) => sequence.map((x) => dense(x, `${name}.${part}`));
  const [queries, keys, values] = [project("query"), project("key"), project("value")];
  return sequence.map((x, index) => {
    const mixed = Array.from({ length: config.heads }, (_, head) => {
      const own = (row: Row) => row.slice(head * width, (head + 1) * width);
      const scores = keys.map((key) => Math.exp(dot(own(queries[index]), own(key)) / Math.sqrt(width)));
      const total = scores.reduce((a, b) => a + b);
      return Array.from(
        { length: width },
        (_, i) =>
          dot(
            scores,
            values.map((row) => own(row)[i]),
          ) / total,
      );
    }).flat();
    const middle = norm(plus(x, dense(mixed, `${name}.attentionOutput`)), `${name}.norm1`);
    const hidden = dense(middle, `${name}.feedForward1`).map(gelu);
    return norm(plus(middle, dense(hidden, `${name}.feedForward2`)), `${name}.norm2`);
  });
}

/** The condition of one question, without padding. */
function plainCondition(request: number, given: readonly (readonly [number, number])[]): Row {
  const [weight, bias] = [matrix("embedding.weight"), matrix("embedding.bias")];
  const cells = given.map(([token, value]) => weight[token].map((w, i) => gelu(w * value + bias[token][i])));
  let sequence: Row[] = [weight[request], ...cells];
  for (let k = 0; k < config.encoderLayers; k++) sequence = layer(sequence, `encoder.${k}`);
  return sequence[0];
}

test("the program's condition vectors are those of the network written out in full", async () => {
  const asked: { request: number; given: [number, number][] }[] = [
    {
      request: 2,
      given: [
        [1, 0.4],
        [6, -1.2],
        [2, 0.1],
        [3, 2],
      ],
    },
    { request: 5, given: [[4, -0.7]] },
    { request: 1, given: [] },
  ];
  const width = 4;
  const questions: Questions = {
    tokens: new Int32Array(3 * width),
    values: new Float32Array(3 * width),
    given: Int32Array.from(asked, ({ given }) => given.length),
    request: Int32Array.from(asked, ({ request }) => request),
  };
  asked.forEach(({ given }, row) => {
    given.forEach(([token, value], index) => {
      questions.tokens[row * width + index] = token;
      questions.values[row * width + index] = value;
    });
  });
  const rows = { start: 0, rows: 3, given: width };
  const feeds = Object.fromEntries(
    Object.entries(contextFeeds(questions, rows)).map(([name, cells]) => [
      name,
      cells instanceof Float32Array ? Float64Array.from(cells) : cells,
    ]),
  );
  const own = Object.fromEntries(
    parameters.map(({ name, offset, size }) => [
      name,
      Float64Array.from(weights.subarray(offset, offset + size)),
    ]),
  );
  const executable = await Executable.load(conditionProgram(config, { precision: "float64" }));
  const { condition } = await executable.run({ ...own, ...feeds }, contextSizes(rows));
  asked.forEach(({ request, given }, row) => {
    const single = given.map(([token, value]) => [token, Math.fround(value)] as const);
    plainCondition(request, single).forEach((entry, i) => {
      expect(Math.abs(condition[row * 8 + i] - entry)).toBeLessThan(1e-12);
    });
  });
});
