/**
 * @file Two files for the commands of the README: the held-out stars as a shallower infrared survey would have them, and 100,000 stars
 * with ids and places on the sky to be labelled.
 *
 *     npx tsx examples/labels/prepare.ts green2020_stars.csv green     # the table, and the model's folder
 */
import { readFileSync, writeFileSync } from "node:fs";
import { heldOutRows, readTable } from "../../src/index.ts";
import { generator } from "../../src/numeric/generator.ts";

/** What such a survey reaches [mag], and what it writes where it saw nothing. */
const DEPTH = 12.5;
const NOT_DETECTED = "99";
const INFRARED = ["j_mag", "h_mag", "ks_mag"];
const STARS = 100_000;

const [path, folder] = process.argv.slice(2);
const [header, ...lines] = readFileSync(path, "utf8").trimEnd().split(/\r?\n/);
const names = header.split(",");
const rows = lines.map((line) => line.split(","));

const table = await readTable(path, {
  exclude: ["survey", "reddening_source", "cov_teff_logg", "cov_teff_feh", "cov_logg_feh"],
  limits: { reddening: { code: 0, lower: 0, upper: "reddening_err" } },
});
const numbered = { ...table, columns: [...table.columns, { name: "row", values: indices(table.rows) }] };
const held = await heldOutRows(folder, numbered);
const heldOut = Array.from(held.columns.at(-1)?.values ?? [], (row) => rows[row]);

writeFileSync("shallow.csv", `${[header, ...heldOut.map(shallow)].join("\n")}\n`);
console.log(`${heldOut.length} held-out stars are in shallow.csv, "${NOT_DETECTED}" beyond ${DEPTH} mag.`);

const random = generator(1, "field");
const field = Array.from({ length: STARS }, (_, i) => {
  const ra = 360 * random.uniform();
  const dec = (Math.asin(2 * random.uniform() - 1) * 180) / Math.PI;
  // Beyond 2^53, as Gaia's are.
  const id = 2n ** 60n + 10_007n * BigInt(i);
  return [id, ra.toFixed(6), dec.toFixed(6), ...rows[i % rows.length]].join(",");
});
writeFileSync("field.csv", `${[`source_id,ra,dec,${header}`, ...field].join("\n")}\n`);
console.log(`${STARS} stars are in field.csv.`);

function shallow(cells: readonly string[]): string {
  const faint = (name: string) => INFRARED.includes(name) && Number(cells[names.indexOf(name)]) > DEPTH;
  return names
    .map((name, i) =>
      faint(name) ? NOT_DETECTED : faint(name.replace(/_err$/, "")) && name.endsWith("_err") ? "" : cells[i],
    )
    .join(",");
}

function indices(count: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: count }, (_, row) => row);
}
