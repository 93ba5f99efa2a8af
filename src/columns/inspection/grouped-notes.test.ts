import { expect, test } from "vitest";
import { groupedNotes } from "./grouped-notes.ts";

const bounded = (name: string, end = 0) => ({
  name,
  notes: [
    `${name}: bounded, ${end} ..; no answer lies outside. Where values can, say so: bounds ${name}=none.`,
  ],
});

test("up to three notes of a kind are told whole", () => {
  const columns = ["a", "b", "c"].map((name) => bounded(name));
  expect(groupedNotes(columns)).toEqual(columns.flatMap(({ notes }) => notes));
});

test("of more the first is told, and the others are named, the first of many", () => {
  const names = Array.from({ length: 9 }, (_, i) => `x${i}`);
  const other = { name: "y", notes: ["y: 5 cells have limits and no value."] };
  expect(groupedNotes([...names.map((name) => bounded(name)), other])).toEqual([
    `${bounded("x0").notes[0]} The same of x1, x2, x3, x4, x5 and 3 more.`,
    "y: 5 cells have limits and no value.",
  ]);
});

test("notes that differ in their numbers are said to be alike, not the same", () => {
  const columns = [1, 2, 3, 4].map((end) => bounded(`x${end}`, end));
  expect(groupedNotes(columns)).toEqual([
    `${bounded("x1", 1).notes[0]} The like of x2, x3, x4: "anygiven inspect --json" has each.`,
  ]);
});
