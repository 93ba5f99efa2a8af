/** @file The published system's `training_set.h5` and `testing_set.h5`, as the columns of its stellar model. */
import { InputError } from "../../../base/errors.ts";
import { fieldsOf, type Hdf5Column, type Hdf5Field, type Hdf5Table, placeOf } from "./columns.ts";
import type { Hdf5File } from "./file.ts";

/** Coefficients of one of Gaia's two spectra; the datasets hold those of BP, then those of RP. */
export const coefficients = 55;

/** The columns that are no coefficients, by their names in the model, and the datasets they are in. */
const scalars: readonly (readonly [column: string, dataset: string])[] = [
  ...["bprp", "jh", "jk", "teff", "logg", "m_h"].map((name) => [name, name] as const),
  ["logebv", "logc19"],
  ["g_fakemag", "g_fakemag"],
];

/** True for the group `raw` of such a file. */
export function isTrainingSet(file: Hdf5File, group: string): boolean {
  return (
    group.endsWith("/raw") && file.entry(group).kind === "group" && file.names(group).includes("xp_coeffs")
  );
}

/**
 * Reads a group `raw` as the published system does for training:
 * - bp0 to bp54 and rp0 to rp54 are `xp_coeffs_gnorm`, the coefficients divided by the flux in G;
 * - a coefficient that `xp_relevancy` calls irrelevant is missing; for bp52 to bp54 that of bp51 decides,
 *   of rp52 to rp54 what it does of rp51;
 * - bprp, jh, jk, teff, logg, m_h, g_fakemag bear their own names, and `logc19` is logebv;
 * - NAME_err are the errors of NAME;
 * - only rows with finite teff and logg are kept, which is a rule of its training;
 * - parallax, phot_g_mean_mag and the stars' names outside the group are no columns of the model.
 *
 * @throws InputError for a dataset that is lacking or of another shape.
 */
export function trainingSetTable(file: Hdf5File, group: string): Hdf5Table {
  const field = (name: string, cells: number): Hdf5Field => {
    const path = `${group}/${name}`;
    const entry = file.names(group).includes(name) ? file.entry(path) : undefined;
    const found = entry?.kind === "dataset" ? fieldsOf(entry.dataset)[0] : undefined;
    const width = cells === 1 ? "" : `${cells}`;
    if (found === undefined || found.dims.join() !== width) {
      const lacks =
        found === undefined
          ? "lacks"
          : `has ${found.dims.join(" x ") || 1} instead of ${cells} numbers a row in`;
      throw new InputError(
        `${file.label} is laid out as the published system's training set, but ${lacks} the dataset "${path}".`,
      );
    }
    return found;
  };
  const has = new Set(file.names(group));
  const relevancy = field("xp_relevancy", 2 * coefficients);
  const spectra = (suffix: string): Hdf5Column[] => {
    const cells = field(`xp_coeffs_gnorm${suffix}`, 2 * coefficients);
    return Array.from({ length: 2 * coefficients }, (_, i) => {
      const name = `${i < coefficients ? "bp" : "rp"}${i % coefficients}${suffix}`;
      return {
        name,
        ...placeOf(cells, i),
        missingWhere: { ...placeOf(relevancy, tellingCoefficient(i)), is: false },
      };
    });
  };
  const columns = spectra("");
  if (has.has("xp_coeffs_gnorm_err")) columns.push(...spectra("_err"));
  for (const [name, dataset] of scalars) {
    columns.push({ name, ...placeOf(field(dataset, 1), 0) });
    const errors = `${dataset}_err`;
    if (has.has(errors)) columns.push({ name: `${name}_err`, ...placeOf(field(errors, 1), 0) });
  }
  return { path: group, columns, finite: ["teff", "logg"] };
}

/** The coefficient whose relevancy decides that of the i-th: the last three of each spectrum follow the one before. */
export function tellingCoefficient(i: number): number {
  const last = i < coefficients ? 51 : coefficients + 51;
  return i % coefficients > 51 ? last : i;
}
