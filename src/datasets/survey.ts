/** @file The star survey that comes with the package: a table to try things on, without a download. */
import { packageFile } from "../files/package-files.ts";
import type { TableBlocks } from "../table/blocks.ts";
import { type ReadOptions, readTable } from "../table/files/read.ts";
import { type BlockOptions, tableBlocks } from "../table/files/table-blocks.ts";
import type { Table } from "../table/table.ts";

/** What the columns are measured in; the simulator that made the file has them from here. */
export const SURVEY_UNITS = {
  teff: "K",
  logg: "dex",
  m_h: "dex",
  logebv: "ln mag",
  bprp: "mag",
  jh: "mag",
  jk: "mag",
  g_mag: "mag",
  parallax: "mas",
  g_fakemag: "mas 10^(mag/5)",
} as const;

/**
 * Reads the survey of 20,000 simulated stars that the model "survey" knows: a stand-in for spectroscopic surveys
 * crossed with Gaia and 2MASS. `scripts/make-survey.ts` makes its file with the simulator in `examples/stars/simulator`.
 *
 * Every column has errors (one standard deviation; the noise in the values is drawn with exactly that). Missing cells
 * are NaN in both, and more common among faint stars.
 *
 * | column | unit | meaning |
 * |---|---|---|
 * | teff | K | effective temperature |
 * | logg | dex (cm/s^2) | surface gravity |
 * | m_h | dex | metallicity [M/H] |
 * | logebv | ln mag | natural logarithm of the reddening E(B-V) |
 * | bprp | mag | Gaia colour BP - RP, reddened |
 * | jh, jk | mag | 2MASS colours J - H and J - Ks, reddened |
 * | g_mag | mag | Gaia G magnitude, dimmed by dust |
 * | parallax | mas | may be negative where the error is larger |
 * | g_fakemag | mas 10^(mag/5) | parallax * 10^(g_mag / 5): absolute G magnitude is 5 log10(g_fakemag) - 10, dust included |
 *
 * @param options which columns, and how they are read, as of any other file
 * @throws InputError for options that do not fit the file, as {@link readTable} does.
 * @example
 * const stars = await readSurvey({ columns: ["teff", "logg"] });
 * console.log(stars.rows, stars.columns[0].unit);
 */
export async function readSurvey(options: ReadOptions = {}): Promise<Table> {
  const path = packageFile("data/survey.parquet");
  const { rows, columns } = await readTable(path, options);
  const measured = columns.map((column) => {
    const unit = (SURVEY_UNITS as Readonly<Record<string, string>>)[column.name];
    return unit === undefined ? column : { ...column, unit };
  });
  return { source: "simulated survey", rows, columns: measured };
}

/**
 * The survey in blocks, as `tableBlocks` gives a file's.
 * @throws InputError for options that do not fit the file.
 */
export async function surveyBlocks(options: BlockOptions = {}): Promise<TableBlocks> {
  const blocks = await tableBlocks(packageFile("data/survey.parquet"), options);
  return {
    source: "simulated survey",
    rows: blocks.rows,
    columns: blocks.columns,
    ...(blocks.kept && { kept: blocks.kept }),
    ...(blocks.firstRow !== undefined && { firstRow: blocks.firstRow }),
    close: () => blocks.close(),
    [Symbol.asyncIterator]: () => blocks[Symbol.asyncIterator](),
  };
}
