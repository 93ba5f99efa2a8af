/**
 * @file The published reduction: APOGEE's allStar, Gaia's rows and spectra and a map of dust become a training set and a
 * testing set of stars.
 * @see Leung, H. W. and Bovy, J. (2024), MNRAS 527, 1494, section 2, and Dataset_Reduction.ipynb of
 * https://github.com/henrysky/astroNN_stars_foundation, whose cuts and formulas these are.
 */
import { join } from "node:path";
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { withFolderLock } from "../files/folder-lock.ts";
import { type BulkReport, notesOfBulk, readBulkFiles } from "./bulk-files.ts";
import { type AllStar, type GaiaStars, readAllStar } from "./catalogues.ts";
import { AS_PUBLISHED, MENDED, type Rules } from "./faults.ts";
import { gaiaStars } from "./gaia-stars.ts";
import { type JudgedSpectra, judgeSpectra } from "./judged-spectra.ts";
import {
  type InputFile,
  inputFiles,
  limitsForManifest,
  limitsOfManifest,
  writeManifest,
} from "./manifest.ts";
import { type NormalDraws, seededDraws } from "./reddening.ts";
import { chosenDust, type Dust, numbersOf } from "./row-numbers.ts";
import { countsOfSet, type RowSets, type SetCounts, splitSets, writeSets } from "./sets.ts";
import { SPECTRUM_ROWS, SPECTRUM_WIDTH } from "./spectra.ts";
import { StarRecords } from "./star-records.ts";
import { StarRows } from "./star-rows.ts";
import { Stars } from "./stars.ts";

export interface ApogeeGaiaOptions {
  /** allStar of APOGEE DR17 (FITS, or a table of any format with its columns). */
  readonly allStar: string;
  /** Gaia's rows: the archive's answer in any format, or bulk files and globs of them (.csv, .csv.gz). */
  readonly gaia: readonly string[];
  /** Bulk files of spectra, and globs of them. */
  readonly xp: readonly string[];
  /** A map's file or folder, `column=NAME` of allStar, or "none". */
  readonly dust: string;
  /** The folder that everything is written to. */
  readonly out: string;
  readonly seed?: number;
  /** Bulk files that are read at once. */
  readonly filesAtOnce?: number;
  /** Keeps the original's faults. */
  readonly asPublished?: boolean;
  /** Writes Parquet besides. */
  readonly parquet?: boolean;
  /** The reduction.json whose limits of coefficients are used. */
  readonly limitsFrom?: string;
  /** Normal numbers for the distances, instead of seeded ones. */
  readonly draws?: NormalDraws;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doing: string, ...progress: Parameters<Required<LongWork>["onProgress"]>) => void;
  /** Told of what was decided or is missing, a sentence each. */
  readonly onNote?: (sentence: string) => void;
}

/** Rows, of both sets together where nothing else is said. */
export interface ReductionCounts {
  readonly allStar: number;
  readonly stars: number;
  readonly withGaia: number;
  readonly withSpectra: number;
  readonly goodSpectra: number;
  readonly kept: number;
  readonly training: number;
  readonly testing: number;
  /** Of the training rows. */
  readonly trainingWith: SetCounts;
}

/** How a stage of the work tells of its progress and is interrupted. */
type Doing = (what: string) => LongWork;

/**
 * Reduces the surveys: writes `training_set.h5`, `testing_set.h5` and `reduction.json` to the folder `out` (docs/reduction.md).
 * A run that was interrupted goes on where it was.
 * @returns how many rows there are, and what they have.
 * @throws InputError for what is wrong with the files, and `signal`'s reason.
 * @see Leung, H. W. and Bovy, J. (2024), MNRAS 527, 1494, section 2.
 * @example
 * const { training, testing } = await reduceApogeeGaia({
 *   allStar: "allStar-dr17-synspec_rev1.fits",
 *   gaia: ["gaia/GaiaSource_*.csv.gz"],
 *   xp: ["xp/XpContinuousMeanSpectrum_*.csv.gz"],
 *   dust: "combine19.h5",
 *   out: "stars",
 * });
 */
export async function reduceApogeeGaia(options: ApogeeGaiaOptions): Promise<ReductionCounts> {
  const lock = { what: "a reduction", onNotice: options.onNote };
  return await withFolderLock(options.out, lock, () => reduceHere(options));
}

async function reduceHere(options: ApogeeGaiaOptions): Promise<ReductionCounts> {
  const { seed = 0, asPublished = false, parquet = false, out, signal, onNote } = options;
  const rules = asPublished ? AS_PUBLISHED : MENDED;
  const doing: Doing = (what) => ({
    ...(signal && { signal }),
    onProgress: (done, total) => options.onProgress?.(what, done, total),
  });
  const known = options.limitsFrom === undefined ? undefined : await limitsOfManifest(options.limitsFrom);
  const dust = await chosenDust(options.dust, !rules.mapIsExact);
  if (!asPublished && "map" in dust && dust.map.samples === 0)
    onNote?.(
      `${dust.map.name} does not tell how uncertain it is: errors of reddening are of the distances alone.`,
    );
  const catalogues = await readCatalogues(options, { dust, rules, doing });
  const { allStar, stars, rows } = catalogues;

  const records = await StarRecords.open(join(out, "spectra"), {
    stars: stars.digest,
    width: SPECTRUM_WIDTH,
  });
  try {
    const { bulk, places } = await readSpectra(options, { stars, records }, doing);
    const spectra = await judgeSpectra(rows, { records, places }, rules, known);
    signal?.throwIfAborted();
    const kept = keptRows(rows, spectra, rules);
    const draws = options.draws ?? seededDraws(seed);
    const numbers = await numbersOf({ kept, rows, allStar }, dust, draws, doing("stars in the dust map"));
    const sets = splitSets({ kept, ids: allStar.ids, numbers }, rows, spectra, seed);
    await writeSets(sets, { out, parquet }, doing("rows written"));
    const counts = countsOf(catalogues, spectra, sets);
    const files = [options.allStar, ...("map" in dust ? dust.map.files : [])];
    const [allStarFile, ...dustFiles] = await inputFiles(files, doing("bytes of checksums"));
    await writeManifest(join(out, "reduction.json"), {
      ...{ anygiven: VERSION, asPublished, seed },
      dust: "map" in dust ? dust.map.name : options.dust,
      inputs: { allStar: allStarFile, gaia: catalogues.gaiaFiles, dust: dustFiles, xp: bulk.files },
      notRead: { filesWithoutStars: bulk.passedOver, uncovered: bulk.uncovered },
      counts,
      coefficientLimits: limitsForManifest(spectra.limits),
    });
    return counts;
  } finally {
    await records.close();
  }
}

const DEFAULT_FILES_AT_ONCE = 4;

interface Catalogues {
  readonly allStar: AllStar;
  readonly stars: Stars;
  readonly gaia: GaiaStars;
  readonly gaiaFiles: readonly InputFile[];
  readonly rows: StarRows;
}

async function readCatalogues(
  options: ApogeeGaiaOptions,
  { dust, rules, doing }: { readonly dust: Dust; readonly rules: Rules; readonly doing: Doing },
): Promise<Catalogues> {
  const extra = "column" in dust ? dust.column : undefined;
  const allStar = await readAllStar(options.allStar, { ...doing("rows of allStar"), extra });
  if (extra !== undefined && allStar.extra === undefined)
    throw new InputError(
      `${options.allStar} has no column "${extra}" of reddening; name another with \`dust\`.`,
    );
  const stars = new Stars(allStar.ids);
  const { filesAtOnce = DEFAULT_FILES_AT_ONCE } = options;
  const { gaia, inputs } = await gaiaStars(options.gaia, stars, { ...options, filesAtOnce, doing });
  const rows = new StarRows(allStar, { gaia, stars: stars.ofRows(allStar.ids) }, rules);
  return { allStar, stars, gaia, gaiaFiles: inputs, rows };
}

/** @returns the record of each star; -1 for none. */
async function readSpectra(
  { xp, filesAtOnce = DEFAULT_FILES_AT_ONCE, onNote }: ApogeeGaiaOptions,
  { stars, records }: { readonly stars: Stars; readonly records: StarRecords },
  doing: Doing,
): Promise<{ bulk: BulkReport; places: Int32Array }> {
  const reading = { filesAtOnce, ...doing("bytes of spectra") };
  const bulk = await readBulkFiles(xp, SPECTRUM_ROWS, { stars, records }, reading);
  for (const sentence of notesOfBulk("spectra", bulk)) onNote?.(sentence);
  const paths = bulk.files.map(({ path }) => path);
  const { places, repeated } = await records.places(paths, stars.count);
  if (repeated > 0)
    onNote?.(`Stars in more than one file of spectra: ${repeated}; the file named first counts.`);
  return { bulk, places };
}

/** Rows with a good spectrum, and those with good labels. @throws InputError where there are none. */
function keptRows(rows: StarRows, spectra: JudgedSpectra, { badSpectrumDropsLabels }: Rules): Int32Array {
  const isKept = (row: number) => {
    if (spectra.isGood[row] === 1) return true;
    const mayBeKept = !badSpectrumDropsLabels || spectra.isWhole[row] === 0;
    return mayBeKept && rows.hasGoodLabels(row);
  };
  const kept = Int32Array.from({ length: rows.stars.length }, (_, row) => row).filter(isKept);
  if (kept.length > 0) return kept;
  throw new InputError(
    "No row passes the cuts: the files belong to other stars, or lack what the cuts need.",
  );
}

function countsOf(
  { allStar, stars, gaia, rows }: Catalogues,
  spectra: JudgedSpectra,
  { training, testing }: RowSets,
): ReductionCounts {
  const sumOf = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0);
  return {
    allStar: allStar.rows,
    stars: stars.count,
    withGaia: rows.stars.reduce((sum, star) => sum + (star === -1 ? 0 : gaia.found[star]), 0),
    withSpectra: sumOf(spectra.isThere),
    goodSpectra: sumOf(spectra.isGood),
    kept: training.rows + testing.rows,
    training: training.rows,
    testing: testing.rows,
    trainingWith: countsOfSet(training),
  };
}
