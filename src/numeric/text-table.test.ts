/** @file Tables in the terminal: aligned, and each row on its line whatever its cells hold. */
import { expect, test } from "vitest";
import { textTable } from "./text-table.ts";

test("columns are aligned, the first to the left", () => {
  expect(
    textTable(
      ["name", "n"],
      [
        ["a", "10"],
        ["long name", "5"],
      ],
    ),
  ).toBe("name        n\na          10\nlong name   5");
});

test("what would break the line or command the terminal is shown as written in JSON", () => {
  const table = textTable(
    ["name", "n"],
    [
      ["mass\n(g)", "1"],
      ["\u001b[2Jred", "2"],
      ["\u009b1m\t\u007f", "3"],
    ],
  );
  expect(table.split("\n")).toHaveLength(4);
  expect(table).toContain("mass\\n(g)");
  expect(table).toContain("\\u001b[2Jred");
  expect(table).toContain("\\u009b1m\\t\\u007f");
});
