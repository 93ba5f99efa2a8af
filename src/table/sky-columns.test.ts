/** @file Which columns hold places on the sky. */
import { expect, test } from "vitest";
import { equatorialColumns, galacticColumns } from "./sky-columns.ts";

const pairOf = (...names: string[]) => {
  const found = equatorialColumns(names.map((name) => ({ name })));
  return found && [found.longitude, found.latitude];
};

test("places are found by the names that catalogues give them", () => {
  expect(pairOf("dec", "RA", "ra_error")).toEqual(["RA", "dec"]);
  expect(pairOf("RAJ2000", "DEJ2000")).toEqual(["RAJ2000", "DEJ2000"]);
  expect(pairOf("source_ra", "source_dec", "mag")).toEqual(["source_ra", "source_dec"]);
  expect(pairOf("source_ra", "source_dec", "object_ra", "object_dec")).toBeUndefined(); // which of them?
  expect(pairOf("grade", "decade", "rate", "dec")).toBeUndefined();
  expect(galacticColumns([{ name: "GLON" }, { name: "GLAT" }])).toEqual({
    longitude: "GLON",
    latitude: "GLAT",
  });
});

test("what a file declares comes before names, and other units are other things", () => {
  const declared = [
    { name: "ra", unit: "deg" },
    { name: "dec", unit: "deg" },
    { name: "alpha", unit: "rad", ucd: "pos.eq.ra;meta.main" },
    { name: "delta", unit: "rad", ucd: "pos.eq.dec;meta.main" },
  ];
  expect(equatorialColumns(declared)).toEqual({ longitude: "alpha", latitude: "delta" });
  expect(equatorialColumns([{ name: "ra", unit: "mag" }, { name: "dec" }])).toBeUndefined();
});
