import { expect, test } from "vitest";
import { suggestions, unknownName } from "./suggestions.ts";

const known = ["teff", "logg", "m_h", "bp0", "bp1", "HouseValue", "AveRooms"];

test("a name with a slip in it finds what was meant", () => {
  expect(suggestions("tef", known)).toEqual(["teff"]);
  expect(suggestions("TEFF", known)).toEqual(["teff"]);
  expect(suggestions("houseValeu", known)).toEqual(["HouseValue"]);
  expect(suggestions("House", known)).toEqual(["HouseValue"]);
  expect(suggestions("bp2", known)).toEqual(["bp0", "bp1"]);
});

test("a name like none of them finds nothing", () => {
  expect(suggestions("parallax", known)).toEqual([]);
  expect(suggestions("zz", ["qq"])).toEqual([]);
});

test("the message says whose name is unknown, guesses, and lists what there is", () => {
  expect(unknownName("column", "Teff", ["teff", "logg"], "stars.csv")).toBe(
    'stars.csv has no column "Teff"; did you mean "teff"? The columns are: teff, logg.',
  );
  expect(unknownName("preset", "quick", ["paper"])).toBe(
    'There is no preset "quick"; the presets are: paper.',
  );
  const many = Array.from({ length: 40 }, (_, i) => `band${i}x`);
  expect(unknownName("column", "parallax", many)).toMatch(/band29x, and 10 more\.$/);
});
