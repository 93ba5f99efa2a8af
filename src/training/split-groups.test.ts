import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { settingsOf } from "./presets.ts";
import { splitRows } from "./split.ts";
import {
  heldOutGroups,
  partsOfGroups,
  type RowGroups,
  RowGroupsReader,
  rowGroupsOf,
  splitSentence,
} from "./split-groups.ts";

const random = generator(1, "groups of rows");
const grouped = (keys: number[], isOrdered = false): RowGroups => ({
  name: "star",
  isOrdered,
  keys: Float64Array.from(keys),
});
const stars = grouped(Array.from({ length: 1000 }, () => random.integer(60)));
const times = grouped(
  Array.from({ length: 1000 }, () => random.integer(300)),
  true,
);

describe("held-out groups", () => {
  test("are whole, about the share of the rows, and others for another seed", () => {
    const heldOut = heldOutGroups(stars, 0.1, 1);
    const sides = new Map<number, Set<number>>();
    stars.keys.forEach((key, row) => {
      sides.set(key, (sides.get(key) ?? new Set()).add(heldOut[row]));
    });
    for (const side of sides.values()) expect(side.size).toBe(1);
    const rows = heldOut.reduce((sum, each) => sum + each, 0);
    expect(Math.abs(rows - 100)).toBeLessThan(15);
    expect(heldOutGroups(stars, 0.1, 1)).toEqual(heldOut);
    expect(heldOutGroups(stars, 0.1, 2)).not.toEqual(heldOut);
  });

  test("of an order are its end: no trained row is as late as a held-out one", () => {
    const heldOut = heldOutGroups(times, 0.2, 1);
    const of = (side: number) => [...times.keys].filter((_, row) => heldOut[row] === side);
    expect(Math.max(...of(0))).toBeLessThan(Math.min(...of(1)));
    expect(Math.abs(of(1).length - 200)).toBeLessThan(6);
  });

  test("are at least one, and never all; rows without a group are each by themselves", () => {
    expect([...heldOutGroups(grouped([1, 1, 1, 2, 2]), 0.1, 1)]).toEqual([0, 0, 0, 1, 1]);
    expect([...heldOutGroups(grouped([1, 1, 2, 2, 2], true), 0.1, 1)]).toEqual([0, 0, 1, 1, 1]);
    const alone = heldOutGroups(grouped(Array<number>(40).fill(Number.NaN)), 0.25, 1);
    expect(alone.reduce((sum, each) => sum + each, 0)).toBe(10);
    // Without a time: not among the last.
    expect(heldOutGroups(grouped([1, 2, 3, Number.NaN], true), 0.25, 1)[3]).toBe(0);
    expect(() => heldOutGroups(grouped([4, 4, 4]), 0.1, 1)).toThrow('All rows have the same "star"');
    expect(heldOutGroups(stars, 0, 1).includes(1)).toBe(false);
  });
});

describe("parts of groups", () => {
  test("have about equally many rows, and no group in two", () => {
    const parts = partsOfGroups(stars, 5, 1);
    const rows = [0, 1, 2, 3, 4].map((part) => parts.filter((each) => each === part).length);
    for (const each of rows) expect(Math.abs(each - 200)).toBeLessThan(25);
    const of = new Map<number, Set<number>>();
    stars.keys.forEach((key, row) => {
      of.set(key, (of.get(key) ?? new Set()).add(parts[row]));
    });
    for (const each of of.values()) expect(each.size).toBe(1);
  });

  test("of an order follow each other, none empty", () => {
    const random = generator(2, "orders");
    for (let trial = 0; trial < 200; trial++) {
      const count = 4 + random.integer(8);
      const keys = Array.from({ length: count }, (_, i) =>
        Array<number>(1 + random.integer(60)).fill(i),
      ).flat();
      const parts = partsOfGroups(grouped(keys, true), 4, 1);
      expect([...parts]).toEqual([...parts].sort((a, b) => a - b));
      expect(new Set(parts).size).toBe(4);
    }
    expect(() => partsOfGroups(grouped([1, 2]), 3, 1)).toThrow("2 different values, too few for 3 parts");
  });
});

describe("what rows are split by", () => {
  const table = (values: number[], more: object = {}): Table => ({
    source: "test",
    rows: values.length,
    columns: [{ name: "star", values: Float64Array.from(values), ...more }],
  });

  test("is the cells' values, of categories by name through all blocks", () => {
    const reader = new RowGroupsReader("star");
    reader.add(table([0, 1, Number.NaN], { kind: "category", categories: ["a", "b"] }));
    reader.add(table([0, 1], { kind: "category", categories: ["b", "c"] }));
    expect([...reader.groups().keys]).toEqual([0, 1, Number.NaN, 1, 2]);
    expect(rowGroupsOf(table([3, 4]), "")).toBeUndefined();
  });

  test("is an order where it has dates, or that is said", () => {
    expect(rowGroupsOf(table([3, 4]), "star")?.isOrdered).toBe(false);
    expect(rowGroupsOf(table([3, 4]), "last:star")?.isOrdered).toBe(true);
    expect(rowGroupsOf(table([3, 4], { kind: "date" }), "star")?.isOrdered).toBe(true);
    const names = table([0], { kind: "category", categories: ["a"] });
    expect(() => rowGroupsOf(names, "last:star")).toThrow("no order");
    expect(() => rowGroupsOf(names, "sta")).toThrow(/no column "sta".*Rows are split by it/);
  });

  test("is told in a sentence", () => {
    expect(splitSentence(grouped([1, 1, 2, 3]), Uint32Array.of(0, 1))).toBe(
      "Held out are whole groups of rows with the same star: 1 of 3 groups, 2 of 4 rows.",
    );
    expect(splitSentence(grouped([1, 2], true), Uint32Array.of(1))).toBe(
      "Held out are the last rows by star: 1 of 2 rows.",
    );
  });
});

test("a split holds out these rows, in the order of chance; without groups it is what it was", () => {
  const settings = settingsOf("default", { batchSize: 8, validation: 0.1 });
  const rows = { rows: 1000, hasOutput: (row: number) => row !== 7 };
  const { training, validation } = splitRows(rows, settings, stars);
  const heldOut = heldOutGroups(stars, 0.1, 1);
  expect(validation.every((row) => heldOut[row] === 1)).toBe(true);
  expect(training.some((row) => heldOut[row] === 1 || row === 7)).toBe(false);
  expect(training.length + validation.length).toBe(1000 - Number(heldOut[7] === 0));
  expect([...training]).not.toEqual([...training].sort((a, b) => a - b));
  const plain = splitRows(rows, settings);
  expect(plain.validation.length).toBe(100);
  expect(new Set([...plain.training, ...plain.validation]).size).toBe(
    999 + Number(plain.validation.includes(7)),
  );
});
