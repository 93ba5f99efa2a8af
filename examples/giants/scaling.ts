/**
 * @file Whether a model of red giants has learnt the scaling relations of asteroseismology: how fast its medians change with mass,
 * radius and temperature, as powers, and how far they are from the relations themselves.
 *
 *     npx tsx examples/giants/scaling.ts masses APOKASC_Catalog.v7.1.fits     # the model's folder, and the table of its training
 *
 * nu_max ~ M R^-2 Teff^-1/2 and delta_nu ~ M^1/2 R^-3/2 (Kjeldsen & Bedding 1995, A&A 293, 87), from which M ~ nu_max^3 delta_nu^-4 Teff^3/2.
 */
import { heldOutRows, load, type Model, readTable, tableColumn, tableFromColumns } from "../../src/index.ts";
import { medianOfSorted } from "../../src/numeric/statistics.ts";

const [MASS, RADIUS, TEFF] = ["KASC_RG_MASS_SCALE_2", "KASC_RG_RADIUS_SCALE_2", "TEFF_SCALE_2"];
const [NU_MAX, DELTA_NU] = ["NU_MAX RG", "DELTA_NU RG"];

/** By how much a given value is raised and lowered, as a share. Temperatures of giants lie close together. */
const STEPS: Readonly<Record<string, number>> = { [TEFF]: 0.02 };
const STEP = 0.1;

const RELATIONS = [
  { of: NU_MAX, powers: { [MASS]: 1, [RADIUS]: -2, [TEFF]: -0.5 } },
  { of: DELTA_NU, powers: { [MASS]: 0.5, [RADIUS]: -1.5, [TEFF]: 0 } },
  { of: MASS, powers: { [NU_MAX]: 3, [DELTA_NU]: -4, [TEFF]: 1.5 } },
];

const [folder, path] = process.argv.slice(2);
const model = await load(folder);
const table = await readTable(path, { columns: model.columns, missing: [-9999, -1], uncheckedErrors: true });
const held = await heldOutRows(folder, table);
for (const relation of RELATIONS) await compare(model, relation);
await model.dispose();

function medianOf(values: readonly number[]): number {
  return medianOfSorted(values.toSorted((a, b) => a - b));
}

async function compare(asked: Model, { of, powers }: (typeof RELATIONS)[number]): Promise<void> {
  const given = Object.keys(powers);
  const all = Object.fromEntries([of, ...given].map((name) => [name, tableColumn(held, name).values]));
  const rows = Array.from({ length: held.rows }, (_, row) => row).filter((row) =>
    Object.values(all).every((values) => values[row] > 0),
  );
  const values = Object.fromEntries(
    Object.entries(all).map(([name, cells]) => [name, rows.map((row) => cells[row])]),
  );
  const medians = async (name?: string, factor = 1) => {
    const columns = given.map((each) => [
      each,
      each === name ? values[each].map((value) => value * factor) : values[each],
    ]);
    const answers = await asked.predict(tableFromColumns(Object.fromEntries(columns)), { of: [of], given });
    return Array.from(tableColumn(answers, of).values, Math.log);
  };
  const found: string[] = [];
  for (const name of given) {
    const factor = 1 + (STEPS[name] ?? STEP);
    const [up, down] = [await medians(name, factor), await medians(name, 1 / factor)];
    const slope = medianOf(up.map((value, i) => (value - down[i]) / (2 * Math.log(factor))));
    found.push(`${name}^${slope.toFixed(2)} (${powers[name]})`);
  }
  const offsets = (logs: readonly number[]) => {
    const each = logs.map((log, i) => log - Math.log(values[of][i]));
    const middle = medianOf(each);
    return 100 * 1.4826 * medianOf(each.map((offset) => Math.abs(offset - middle)));
  };
  const relation = rows.map((_, i) =>
    given.reduce((sum, name) => sum + powers[name] * Math.log(values[name][i]), 0),
  );
  console.log(`${of} of ${rows.length} held-out stars ~ ${found.join(" ")}`);
  console.log(
    `  scatter of the table's values about the model's medians ${offsets(await medians()).toFixed(1)} %, about the relation ${offsets(relation).toFixed(1)} %`,
  );
}
