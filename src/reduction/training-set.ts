/**
 * @file `training_set.h5` and `testing_set.h5` as the published reduction writes them, types and names included; and the
 * same rows as a Parquet table with the stellar model's columns.
 */
import { rm } from "node:fs/promises";
import { BIGINT, DOUBLE, VARCHAR } from "@duckdb/node-api";
import { moveIntoPlace } from "../files/atomic-file.ts";
import { temporaryBeside } from "../files/leftovers.ts";
import { asWriteError } from "../files/system-errors.ts";
import { copySlices } from "../table/files/copied-slices.ts";
import { identifier, literal, openDuckDB } from "../table/files/duckdb.ts";
import { type ElementType, elementBytes, openContiguousHdf5 } from "../table/files/hdf5/contiguous.ts";
import { tellingCoefficient } from "../table/files/hdf5/training-set.ts";
import { withTemporaryFolder } from "../table/files/source.ts";
import { COEFFICIENTS } from "./spectra.ts";

/** Numbers of a row that are no coefficients, in the original's types and in its order. */
const SCALARS = {
  bprp: "float32",
  bprp_err: "float64",
  jh: "float32",
  jk: "float32",
  g_fakemag: "float64",
  g_fakemag_err: "float64",
  jh_err: "float32",
  jk_err: "float32",
  logc19: "float64",
  logc19_err: "float64",
  parallax: "float64",
  parallax_err: "big-endian float32",
  phot_g_mean_mag: "big-endian float32",
  teff: "big-endian float32",
  logg: "big-endian float32",
  m_h: "big-endian float32",
  teff_err: "big-endian float32",
  logg_err: "big-endian float32",
  m_h_err: "big-endian float32",
} as const satisfies Readonly<Record<string, ElementType>>;

export type ScalarName = keyof typeof SCALARS;
export const SCALAR_NAMES = Object.keys(SCALARS) as readonly ScalarName[];

/** Coefficients of some rows, {@link COEFFICIENTS} of each; NaN where a row has none. */
export interface SpectraBlock {
  readonly xp_coeffs: Float64Array;
  readonly xp_coeffs_err: Float64Array;
  readonly xp_coeffs_gnorm: Float64Array;
  readonly xp_coeffs_gnorm_err: Float64Array;
  readonly xp_relevancy: Uint8Array;
}

const SPECTRA = {
  xp_coeffs: "float64",
  xp_coeffs_err: "float64",
  xp_coeffs_gnorm: "float64",
  xp_coeffs_gnorm_err: "float64",
  xp_relevancy: "boolean",
} as const satisfies Readonly<Record<keyof SpectraBlock, ElementType>>;

/** Rows to be written. */
export interface TrainingRows {
  readonly rows: number;
  readonly designations: readonly string[];
  readonly ids: BigInt64Array;
  readonly numbers: Readonly<Record<ScalarName, Float64Array>>;
  /** The coefficients of rows from..to-1. */
  readonly spectra: (from: number, to: number) => Promise<SpectraBlock>;
}

const BLOCK_ROWS = 2048;
const DESIGNATION_BYTES = 16;

/** Told of rows as they are written. */
type OnRows = (rows: number) => void;

/** @throws InputError if the file cannot be written; the old one, if any, is then untouched. */
export async function writeTrainingSet(
  path: string,
  { rows, designations, ids, numbers, spectra }: TrainingRows,
  onRows: OnRows = () => undefined,
): Promise<void> {
  const raw = (types: Readonly<Record<string, ElementType>>, rowShape: readonly number[]) =>
    Object.fromEntries(
      Object.entries(types).map(([name, type]) => [`raw/${name}`, { type, rows, rowShape }]),
    );
  const writer = await openContiguousHdf5(path, {
    "2mass_designation": { type: { text: DESIGNATION_BYTES }, rows, rowShape: [1] },
    gaia_source_id: { type: "big-endian int64", rows },
    ...raw(SPECTRA, [COEFFICIENTS]),
    ...raw(SCALARS, []),
  });
  try {
    const texts = Buffer.alloc(rows * DESIGNATION_BYTES);
    for (const [row, text] of designations.entries())
      texts.write(text, row * DESIGNATION_BYTES, DESIGNATION_BYTES, "latin1");
    await writer.write("2mass_designation", 0, texts);
    const numbersOfStars = Buffer.alloc(rows * 8);
    for (let row = 0; row < rows; row++) numbersOfStars.writeBigInt64BE(ids[row], 8 * row);
    await writer.write("gaia_source_id", 0, numbersOfStars);
    for (const name of SCALAR_NAMES)
      await writer.write(`raw/${name}`, 0, bytesOf(numbers[name], SCALARS[name]));
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const block = await spectra(from, Math.min(rows, from + BLOCK_ROWS));
      for (const [name, type] of Object.entries(SPECTRA))
        await writer.write(`raw/${name}`, from, bytesOf(block[name as keyof SpectraBlock], type));
      onRows(Math.min(BLOCK_ROWS, rows - from));
    }
    await writer.close();
  } finally {
    await writer.abort();
  }
}

function bytesOf(values: Float64Array | Uint8Array, type: ElementType): Buffer {
  const size = elementBytes(type);
  const bytes = Buffer.alloc(values.length * size);
  for (let i = 0, at = 0; i < values.length; i++, at += size) {
    if (type === "boolean") bytes[at] = values[i];
    else if (type === "float32") bytes.writeFloatLE(values[i], at);
    else if (type === "big-endian float32") bytes.writeFloatBE(values[i], at);
    else bytes.writeDoubleLE(values[i], at);
  }
  return bytes;
}

/** Coefficients of one of the two spectra. */
const HALF = COEFFICIENTS / 2;
const COEFFICIENT_NAMES = Array.from(
  { length: COEFFICIENTS },
  (_, i) => `${i < HALF ? "bp" : "rp"}${i % HALF}`,
);

/**
 * Writes a table with ids, designations, and the columns of the stellar model with their errors: a coefficient that is
 * not relevant is missing, as in the training of the published model.
 */
export async function writeTrainingParquet(
  path: string,
  { rows, designations, ids, numbers, spectra }: TrainingRows,
  onRows: OnRows = () => undefined,
): Promise<void> {
  const names = [
    ...["source_id", "designation"],
    ...COEFFICIENT_NAMES,
    ...COEFFICIENT_NAMES.map((name) => `${name}_err`),
    ...SCALAR_NAMES.map((name) => name.replace("logc19", "logebv")),
  ];
  const columns = names.map((_, i) => ({
    sql: `c${i}`,
    type: i === 0 ? BIGINT : i === 1 ? VARCHAR : DOUBLE,
  }));
  async function* slices() {
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const to = Math.min(rows, from + BLOCK_ROWS);
      const block = await spectra(from, to);
      const column = (values: Float64Array, i: number) =>
        Float64Array.from({ length: to - from }, (_, row) => {
          const isRelevant = block.xp_relevancy[row * COEFFICIENTS + tellingCoefficient(i)] === 1;
          return isRelevant ? values[row * COEFFICIENTS + i] : Number.NaN;
        });
      yield [
        Array.from(ids.subarray(from, to), (id) => (id === 0n ? null : id)),
        designations.slice(from, to),
        ...COEFFICIENT_NAMES.map((_, i) => column(block.xp_coeffs_gnorm, i)),
        ...COEFFICIENT_NAMES.map((_, i) => column(block.xp_coeffs_gnorm_err, i)),
        ...SCALAR_NAMES.map((name) => numbers[name].slice(from, to)),
      ];
      onRows(to - from);
    }
  }
  const temporary = temporaryBeside(path, "tmp");
  await withTemporaryFolder(async (folder) => {
    const { connection, close } = await openDuckDB({ files: [temporary], folders: [folder] }, {});
    try {
      const { from } = await copySlices({ folder, label: path }, columns, slices());
      const named = names.map((name, i) => {
        const cell = columns[i].type === DOUBLE ? `nullif(c${i}, 'nan'::DOUBLE)` : `c${i}`;
        return `${cell} AS ${identifier(name)}`;
      });
      await connection.run(
        `COPY (SELECT ${named.join(", ")} FROM ${from}) TO ${literal(temporary)} (FORMAT parquet)`,
      );
      await moveIntoPlace(temporary, path);
    } catch (error) {
      throw asWriteError(path, error);
    } finally {
      close();
      await rm(temporary, { force: true });
    }
  });
}
