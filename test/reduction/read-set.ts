/** @file Reading a training set in the original's layout, for tests, by h5wasm and not by what wrote it. */
import h5wasm, { type Dataset, type Group } from "h5wasm/node";

const SPECTRA = ["xp_coeffs", "xp_coeffs_err", "xp_coeffs_gnorm", "xp_coeffs_gnorm_err"] as const;

export interface SetRow {
  readonly id: string;
  readonly designation: string;
  /** Of the group raw, whatever has one number a row. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly spectra: Readonly<Record<(typeof SPECTRA)[number], Float64Array>>;
  readonly relevancy: readonly boolean[];
}

export async function rowsOfSet(path: string): Promise<SetRow[]> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, "r");
  try {
    const raw = file.get("raw") as Group;
    const values = (name: string) => (file.get(name) as Dataset).value as ArrayLike<unknown>;
    const scalars = raw.keys().filter((name) => (raw.get(name) as Dataset).shape?.length === 1);
    const columns = scalars.map((name) => [name, values(`raw/${name}`) as ArrayLike<number>] as const);
    const spectra = SPECTRA.map((name) => [name, values(`raw/${name}`) as Float64Array] as const);
    const [ids, designations, relevancy] = [
      values("gaia_source_id"),
      values("2mass_designation"),
      values("raw/xp_relevancy"),
    ];
    return Array.from({ length: ids.length }, (_, row) => ({
      id: String(ids[row]),
      designation: String(designations[row]),
      numbers: Object.fromEntries(columns.map(([name, cells]) => [name, cells[row]])),
      spectra: Object.fromEntries(
        spectra.map(([name, cells]) => [name, cells.slice(110 * row, 110 * (row + 1))]),
      ) as SetRow["spectra"],
      relevancy: Array.from({ length: 110 }, (_, i) => Boolean(relevancy[110 * row + i])),
    }));
  } finally {
    file.close();
  }
}
