import { expect, test } from "vitest";
import { nearMisses, unknownName } from "./suggestions.ts";

const known = ["teff", "logg", "m_h", "bp0", "bp1", "HouseValue", "AveRooms"];

test("a name with a slip in it finds what was meant", () => {
  expect(nearMisses("tef", known)).toEqual(["teff"]);
  expect(nearMisses("TEFF", known)).toEqual(["teff"]);
  expect(nearMisses("houseValeu", known)).toEqual(["HouseValue"]);
  expect(nearMisses("House", known)).toEqual(["HouseValue"]);
  expect(nearMisses("bp2", known)).toEqual(["bp0", "bp1"]);
});

test("a name like none of them finds nothing", () => {
  expect(nearMisses("parallax", known)).toEqual([]);
  expect(nearMisses("zz", ["qq"])).toEqual([]);
});

test("the message says whose name is unknown, guesses, and lists what there is", () => {
  expect(unknownName("column", "Teff", ["teff", "logg"], "stars.csv")).toBe(
    'stars.csv has no column "Teff"; did you mean "teff"? the columns are: teff, logg',
  );
  expect(unknownName("preset", "quick", ["paper"])).toBe(
    'there is no preset "quick"; the presets are: paper',
  );
  const many = Array.from({ length: 40 }, (_, i) => `band${i}x`);
  expect(unknownName("column", "parallax", many)).toMatch(/band29x, and 10 more$/);
});
