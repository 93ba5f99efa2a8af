import { expect, test } from "vitest";
import { concatenated, structBytes, structOfArrays } from "./struct-of-arrays.ts";

const fields = { tokens: ["int32", 3], values: ["float32", 2], weights: ["float32", 1] } as const;

test("the arrays lie one after the other, and none overlaps another", () => {
  const memory = new SharedArrayBuffer(structBytes(fields));
  expect(memory.byteLength).toBe(4 * 6);
  const { tokens, values, weights } = structOfArrays(fields, memory);
  tokens.set([1, 2, 3]);
  values.set([0.5, -0.5]);
  weights.set([7]);
  expect([...tokens, ...values, ...weights]).toEqual([1, 2, 3, 0.5, -0.5, 7]);
});

test("a second view of the same memory sees the same numbers", () => {
  const memory = new ArrayBuffer(structBytes(fields));
  structOfArrays(fields, memory).values.set([1.5, 2.5]);
  expect([...structOfArrays(fields, memory).values]).toEqual([1.5, 2.5]);
});

test("arrays are put one behind the other", () => {
  expect(concatenated([Float64Array.of(1, 2), Float64Array.of(3)])).toEqual(Float64Array.of(1, 2, 3));
  expect(concatenated([Float32Array.of(1), Float32Array.of(), Float32Array.of(2)])).toEqual(
    Float32Array.of(1, 2),
  );
});
