/** @file Which columns are errors by their ucds. */
import { expect, test } from "vitest";
import { errorsByUcds } from "./error-ucds.ts";

const found = (ucds: Readonly<Record<string, string>>) =>
  Object.fromEntries(errorsByUcds(Object.keys(ucds), ucds));

test("errors have the ucd of their column behind a word for errors", () => {
  const ucds = {
    ...{ ra: "pos.eq.ra;meta.main", dra: "stat.error;pos.eq.ra", v: "phot.mag;em.opt.V" },
    ...{ dv: "stat.stdev;phot.mag;em.opt.V", b: "phot.mag;em.opt.B", id: "meta.id" },
  };
  expect(found(ucds)).toEqual({ ra: "dra", v: "dv" });
});

test.each([
  [{ v: "phot.mag", v2: "phot.mag;meta.main", dv: "stat.error;phot.mag" }],
  [{ v: "phot.mag", dv: "stat.error;phot.mag", dv2: "stat.error;phot.mag" }],
  [{ v: "phot.mag;em.opt.V", dv: "stat.error;phot.mag" }],
  [{ v: "phot.mag", n: "stat.error" }],
])("where one of the two is not alone, there are none: %j", (ucds) => {
  expect(found(ucds)).toEqual({});
});
