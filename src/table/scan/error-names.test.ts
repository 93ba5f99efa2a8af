import { expect, test } from "vitest";
import { errorColumnsOf } from "./error-names.ts";

const found = (name: string, others: readonly string[], rules?: readonly string[]) =>
  errorColumnsOf(name, new Set([name, ...others]), rules);

test.each([
  ["teff", "teff_err"],
  ["parallax", "parallax_error"],
  ["logg", "e_logg"],
  ["TEFF", "TEFF_ERR"],
  ["Teff", "e_teff"],
  ["mag_u_lsst", "mag_err_u_lsst"],
  ["modelMag_u", "modelMagErr_u"],
  ["gMeanPSFMag", "gMeanPSFMagErr"],
  ["MAG_AUTO", "MAGERR_AUTO"],
  ["FLUX_AUTO_G", "FLUXERR_AUTO_G"],
  ["magnitude", "magnitude err"],
  ["teff", "sigma_teff"],
  ["teff", "teff_unc"],
  ["mass", "mass_uncertainty"],
  ["koi.period", "koi.period.err"],
])("%s has its errors in %s", (name, error) => {
  expect(found(name, [error])).toEqual([error]);
  expect(found(error, [name])).toEqual([]);
});

test.each([
  ["rate", "error_rate"],
  ["request_count", "request_error_count"],
  ["parallax", "parallax_over_error"],
  ["count", "err_count"],
  ["ry", "berry"],
  ["", "err"],
  ["mag", "magic"],
  ["e", "e_e_e"],
])("%s has none in %s", (name, other) => {
  expect(found(name, [other])).toEqual([]);
});

test("the plain rules come first, and of several by their words none is taken", () => {
  expect(found("teff", ["teff_err", "TEFF_ERR", "sigma_teff"])).toEqual(["teff_err"]);
  expect(found("teff", ["sigma_teff", "teff_unc"])).toEqual([]);
});

test("rules of the user's own are the only ones", () => {
  expect(found("teff", ["teff_err", "d_teff"], ["d_*"])).toEqual(["d_teff"]);
  expect(found("mag_u", ["mag_err_u"], ["d_*"])).toEqual([]);
});
