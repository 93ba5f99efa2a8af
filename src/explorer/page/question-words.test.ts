/** @file A question of the page is written so that the address, the command line and TypeScript understand it. */
import { describe, expect, test } from "vitest";
import type { ModelColumn } from "../../columns/encoding.ts";
import { plainEncoding } from "../../columns/encoding.ts";
import { givenOfText } from "../../model/question-text.ts";
import { addressOf, modelOfAddress, stateOfAddress } from "./address.ts";
import { cellText, cellWords, commandLine, typeScript } from "./question-words.ts";

const number = (name: string, unit?: string): ModelColumn => ({
  name,
  output: true,
  encoding: plainEncoding({ center: 0, scale: 1 }),
  ...(unit !== undefined && { unit }),
});
const columns: readonly ModelColumn[] = [
  number("teff", "K"),
  number("a b"),
  {
    ...number("kind"),
    encoding: {
      ...plainEncoding({ center: 0, scale: 1 }),
      kind: "category",
      categories: ["red giant", "it's"],
    },
  },
  { ...number("day"), encoding: { ...plainEncoding({ center: 0, scale: 1 }), kind: "date" } },
];
const given = {
  teff: { value: 4700, error: 50 },
  "a b": { lower: -2, upper: 3.5 },
  kind: "it's",
  day: 18_262,
};
const usual = { given: {}, of: "teff", x: "teff", y: "a b" };

describe("a question", () => {
  test("comes back from the address as it was", () => {
    const state = { given, other: { kind: "red giant" }, of: "a b", x: "day", y: "teff" };
    const address = addressOf(columns, state, "my model");
    expect(modelOfAddress(address)).toBe("my model");
    expect(stateOfAddress(columns, address, usual)).toEqual({ state, isWhole: true });
  });

  test("may be compared with the one in which nothing is given", () => {
    const address = addressOf(columns, { ...usual, other: {} });
    expect(stateOfAddress(columns, address, usual)?.state.other).toEqual({});
  });

  test("of a changed address is left out, and that is told", () => {
    const found = stateOfAddress(columns, "#g=teff%3Dhot&of=nothing&x=kind&y=day", usual);
    expect(found).toEqual({
      state: { given: {}, other: undefined, of: "teff", x: "kind", y: "day" },
      isWhole: false,
    });
    expect(stateOfAddress(columns, "", usual)).toBeUndefined();
  });

  test("is what the command line reads", () => {
    const line = commandLine(columns, given, "a b", "my model");
    expect(line).toBe(
      [
        "npx anygiven density 'my model' --of 'a b'",
        "  --given teff=4700+-50",
        "  --given 'a b=-2..3.5'",
        "  --given 'kind=it'\\''s'",
        "  --given day=2020-01-01",
      ].join(" \\\n"),
    );
    const read = Object.entries(given).map(([name, cell], i) =>
      givenOfText(`${name}=${cellText(columns[i === 0 ? 0 : i], cell)}`, {}, columns),
    );
    expect(read).toEqual([
      { teff: given.teff },
      { "a b": given["a b"] },
      { kind: "it's" },
      { day: "2020-01-01" },
    ]);
  });

  test("is written in TypeScript", () => {
    expect(typeScript(columns, given, "teff", "survey")).toContain(
      'given: { teff: { value: 4700, error: 50 }, "a b": { lower: -2, upper: 3.5 }, kind: "it\'s", day: "2020-01-01" }',
    );
  });

  test("is told with its unit", () => {
    expect(cellWords(columns[0], given.teff)).toBe("4700 ± 50 K");
    expect(cellWords(columns[1], given["a b"])).toBe("−2 to 3.5");
  });
});
