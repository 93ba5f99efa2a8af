/** @file Files of contiguous datasets, read back by HDF5 itself (h5wasm) and as tables. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import h5wasm, { type Dataset, type Group } from "h5wasm/node";
import { afterAll, expect, test } from "vitest";
import { readTable } from "../read.ts";
import { openContiguousHdf5 } from "./contiguous.ts";

const folder = mkdtempSync(join(tmpdir(), "contiguous-"));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (array: Float64Array | Float32Array) => new Uint8Array(array.buffer);

test("rows are written in any order, of all types, in groups within groups", async () => {
  const path = join(folder, "all.h5");
  const writer = await openContiguousHdf5(path, {
    names: { type: { text: 4 }, rows: 3, rowShape: [1] },
    ids: { type: "big-endian int64", rows: 3 },
    "a/singles": { type: "float32", rows: 3 },
    "a/b/pairs": { type: "float64", rows: 3, rowShape: [2] },
    "a/b/turned": { type: "big-endian float32", rows: 3 },
    "a/truths": { type: "boolean", rows: 3, rowShape: [2] },
    none: { type: "float64", rows: 0 },
  });
  await writer.write("a/b/pairs", 2, bytes(Float64Array.of(5, 6)));
  await writer.write("a/b/pairs", 0, bytes(Float64Array.of(1, 2, 3, 4)));
  await writer.write("a/singles", 1, bytes(Float32Array.of(1.5, Number.NaN)));
  const ids = Buffer.alloc(24);
  [1636148068921376768n, -1n, 0n].forEach((id, i) => {
    ids.writeBigInt64BE(id, 8 * i);
  });
  await writer.write("ids", 0, ids);
  const turned = Buffer.alloc(12);
  turned.writeFloatBE(4700.5, 4);
  await writer.write("a/b/turned", 0, turned);
  await writer.write("a/truths", 0, Uint8Array.of(0, 1, 1, 1, 0, 0));
  await writer.write("names", 0, Buffer.from("abcdx\0\0\0\0\0\0\0", "latin1"));
  await writer.close();

  await h5wasm.ready;
  const file = new h5wasm.File(path, "r");
  try {
    const value = (name: string) => Array.from((file.get(name) as Dataset).value as ArrayLike<unknown>);
    expect(file.keys()).toEqual(["a", "ids", "names", "none"]);
    expect((file.get("a") as Group).keys()).toEqual(["b", "singles", "truths"]);
    expect(value("a/b/pairs")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(value("a/singles")).toEqual([0, 1.5, Number.NaN]);
    expect(value("a/b/turned")).toEqual([0, 4700.5, 0]);
    expect(value("ids")).toEqual([1636148068921376768n, -1n, 0n]);
    expect(value("names")).toEqual(["abcd", "x", ""]);
    expect(value("a/truths").map(Number)).toEqual([0, 1, 1, 1, 0, 0]);
    expect((file.get("none") as Dataset).shape).toEqual([0]);
  } finally {
    file.close();
  }
  const { columns } = await readTable(path, { group: "a/b" });
  expect(columns.map(({ name, values }) => [name, ...values])).toEqual([
    ["pairs0", 1, 3, 5],
    ["pairs1", 2, 4, 6],
    ["turned", 0, 4700.5, 0],
  ]);
});

test("what is given up leaves nothing behind, and a folder that is missing is told", async () => {
  const before = readdirSync(folder);
  const writer = await openContiguousHdf5(join(folder, "given-up.h5"), { x: { type: "float64", rows: 2 } });
  await writer.write("x", 0, bytes(Float64Array.of(1)));
  await writer.abort();
  expect(readdirSync(folder)).toEqual(before);
  await expect(openContiguousHdf5(join(folder, "nowhere/x.h5"), {})).rejects.toThrow(
    /its folder does not exist/,
  );
});

test("rows beyond a dataset's, and parts of rows, are refused", async () => {
  const writer = await openContiguousHdf5(join(folder, "short.h5"), {
    x: { type: "float64", rows: 2, rowShape: [3] },
  });
  await expect(writer.write("x", 2, new Uint8Array(24))).rejects.toThrow(/are not in x/);
  const other = await openContiguousHdf5(join(folder, "short.h5"), {
    x: { type: "float64", rows: 2, rowShape: [3] },
  });
  await expect(other.write("x", 0, new Uint8Array(8))).rejects.toThrow(/are not in x/);
});
