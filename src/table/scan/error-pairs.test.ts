/** @file Which names are those of errors to either side. */
import { expect, test } from "vitest";
import { errorPairs } from "./error-pairs.ts";

test.each([
  ["koi_prad", "koi_prad_err1", "koi_prad_err2"],
  ["pl_orbper", "pl_orbpererr1", "pl_orbpererr2"],
  ["mass", "mass_upper_err", "mass_lower_err"],
  ["mass", "mass_error_upper", "mass_error_lower"],
  ["mass", "mass_errp", "mass_errm"],
  ["mass", "mass_err_up", "mass_err_low"],
  ["Mass", "E_Mass", "e_Mass"],
  ["KASC_RG_MASS_SCALE_1", "KASC_RG_MASS_SCALE_1_PERR", "KASC_RG_MASS_SCALE_1_MERR"],
  ["starRadius", "starRadiusErrPlus", "starRadiusErrMinus"],
  ["age", "err_up_age", "err_lo_age"],
  ["age", "age_sigma_hi", "age_sigma_lo"],
])("%s has its errors to either side in %s and %s", (name, upper, lower) => {
  expect(errorPairs(new Set([name, lower, upper, "other"]))).toEqual(new Map([[name, [upper, lower]]]));
});

test.each([
  [["mass", "mass_err1"]],
  [["mass", "mass_upper", "mass_lower"]], // limits, until the numbers say something else
  [["mass", "mass_errp", "mass_errm", "mass_upper_err", "mass_lower_err"]],
  [["e", "e1", "e2"]],
  [["flux1", "flux2", "flux_err1", "flux_err2"]],
])("nobody has any among %j", (names) => {
  expect(errorPairs(new Set(names))).toEqual(new Map());
});
