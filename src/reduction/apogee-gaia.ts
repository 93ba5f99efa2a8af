/**
 * @file The published reduction: APOGEE's allStar, Gaia's rows and spectra and a map of dust become a training set and a
 * testing set of stars.
 * @see Leung, H. W. and Bovy, J. (2024), MNRAS 527, 1494, section 2, and Dataset_Reduction.ipynb of
 * https://github.com/henrysky/astroNN_stars_foundation, whose cuts and formulas these are.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { asWriteError } from "../files/system-errors.ts";
import { filesNamed } from "../table/files/source.ts";
import { type BulkReport, readBulkFiles } from "./bulk-files.ts";
import {
  type AllStar,
  GAIA_ROWS,
  GAIA_WIDTH,
  type GaiaStars,
  noGaiaStars,
  putGaiaStar,
  readAllStar,
  readGaiaTable,
} from "./catalogues.ts";
import { type DustMap, openDustMap } from "./dust/dust-map.ts";
import { AS_PUBLISHED, MENDED } from "./faults.ts";
import { judgeSpectra } from "./judged-spectra.ts";
import {
  type InputFile,
  inputFiles,
  limitsForManifest,
  limitsOfManifest,
  writeManifest,
} from "./manifest.ts";
import { logOfReddening, logReddening, type NormalDraws, seededDraws } from "./reddening.ts";
import { SPECTRUM_ROWS, SPECTRUM_WIDTH } from "./spectra.ts";
import { testedRows } from "./split.ts";
import { StarRecords } from "./star-records.ts";
import { StarRows } from "./star-rows.ts";
import { Stars } from "./stars.ts";
import {
  SCALAR_NAMES,
  type ScalarName,
  type TrainingRows,
  writeTrainingParquet,
  writeTrainingSet,
} from "./training-set.ts";

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
  readonly trainingWith: Readonly<
    Record<"spectrum" | "teff" | "allLabels" | "parallax" | "reddening" | "colours", number>
  >;
}

/** Reduces the surveys. @throws InputError for what is wrong with the files, and `signal`'s reason. */
export async function reduceApogeeGaia(options: ApogeeGaiaOptions): Promise<ReductionCounts> {
  const { seed = 0, filesAtOnce = 4, asPublished = false, out, signal, onNote = () => undefined } = options;
  const rules = asPublished ? AS_PUBLISHED : MENDED;
  const doing = (what: string): LongWork => ({
    ...(signal && { signal }),
    onProgress: (done, total) => options.onProgress?.(what, done, total),
  });
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw asWriteError(out, error);
  });
  const known = options.limitsFrom === undefined ? undefined : await limitsOfManifest(options.limitsFrom);
  const dust = await chosenDust(options.dust, !rules.mapIsExact);
  const allStar = await readAllStar(options.allStar, {
    ...doing("rows of allStar"),
    ...("column" in dust && { extra: dust.column }),
  });
  if ("column" in dust && allStar.extra === undefined)
    throw new InputError(
      `${options.allStar} has no column "${dust.column}" of reddening; name another with \`dust\`.`,
    );
  const stars = new Stars(allStar.ids);
  const { gaia, inputs: gaiaFiles } = await gaiaStars(options.gaia, stars, {
    ...options,
    filesAtOnce,
    doing,
  });
  const rows = new StarRows(allStar, { gaia, stars: stars.ofRows(allStar.ids) }, rules);

  const records = await StarRecords.open(join(out, "spectra"), {
    stars: stars.digest,
    width: SPECTRUM_WIDTH,
  });
  try {
    const bulk = await readBulkFiles(
      options.xp,
      SPECTRUM_ROWS,
      { stars, records },
      { filesAtOnce, ...doing("bytes of spectra") },
    );
    for (const sentence of notesOf("spectra", bulk)) onNote(sentence);
    const { places, repeated } = await records.places(
      bulk.files.map(({ path }) => path),
      stars.count,
    );
    if (repeated > 0)
      onNote(`Stars in more than one file of spectra: ${repeated}; the file named first counts.`);
    const spectra = await judgeSpectra(rows, { records, places }, rules, known);
    signal?.throwIfAborted();

    const isKept = (row: number) => {
      if (spectra.isGood[row] === 1) return true;
      const mayBeKept = !rules.badSpectrumDropsLabels || spectra.isWhole[row] === 0;
      return mayBeKept && rows.hasGoodLabels(row);
    };
    const kept = Int32Array.from({ length: allStar.rows }, (_, row) => row).filter(isKept);
    if (kept.length === 0)
      throw new InputError(
        "No row passes the cuts: the files belong to other stars, or lack what the cuts need.",
      );
    const numbers = await numbersOf(
      kept,
      rows,
      allStar,
      dust,
      options.draws ?? seededDraws(seed),
      doing("stars in the dust map"),
    );
    const isTested = testedRows(
      Array.from(kept, (row) => rows.group(row)),
      seed,
    );

    const part = (tested: boolean): TrainingRows => {
      const chosen = kept.filter((_, i) => isTested[i] === tested);
      const of = (values: Float64Array) => values.filter((_, i) => isTested[i] === tested);
      return {
        rows: chosen.length,
        designations: Array.from(chosen, (row) => rows.designation(row)),
        ids: BigInt64Array.from(chosen, (row) => allStar.ids[row]),
        numbers: Object.fromEntries(
          SCALAR_NAMES.map((name) => [name, of(numbers[name])]),
        ) as TrainingRows["numbers"],
        spectra: (from, to) => spectra.block(chosen.subarray(from, to)),
      };
    };
    const [training, testing] = [part(false), part(true)];
    await writeSets({ training, testing }, options, doing("rows written"));
    const counts: ReductionCounts = {
      allStar: allStar.rows,
      stars: stars.count,
      withGaia: rows.stars.reduce((sum, star) => sum + (star === -1 ? 0 : gaia.found[star]), 0),
      withSpectra: sumOf(spectra.isThere),
      goodSpectra: sumOf(spectra.isGood),
      kept: kept.length,
      training: training.rows,
      testing: testing.rows,
      trainingWith: countsOf(
        training,
        kept.filter((row, i) => !isTested[i] && spectra.isGood[row] === 1).length,
      ),
    };
    const checked = await inputFiles(
      [options.allStar, ...("map" in dust ? dust.files : [])],
      doing("bytes of checksums"),
    );
    await writeManifest(join(out, "reduction.json"), {
      anygiven: VERSION,
      asPublished,
      seed,
      dust: "map" in dust ? dust.map.name : options.dust,
      inputs: {
        allStar: checked[0],
        gaia: gaiaFiles,
        dust: checked.slice(1),
        xp: bulk.files,
      },
      notRead: { filesWithoutStars: bulk.passedOver, uncovered: bulk.uncovered },
      counts,
      coefficientLimits: limitsForManifest(spectra.limits),
    });
    return counts;
  } finally {
    await records.close();
  }
}

type Dust =
  | { readonly map: DustMap; readonly files: readonly string[] }
  | { readonly column: string }
  | { readonly none: true };

async function chosenDust(said: string, samples: boolean): Promise<Dust> {
  if (said === "none") return { none: true };
  const column = /^column=(.+)$/.exec(said)?.[1];
  if (column !== undefined) return { column };
  const map = await openDustMap(said, { samples });
  return { map, files: map.files };
}

interface GaiaReading {
  readonly out: string;
  readonly filesAtOnce: number;
  readonly doing: (what: string) => LongWork;
  readonly onNote?: (sentence: string) => void;
}

/** Bulk files are read for the wanted stars only; a table of another format is taken to be of these stars. */
async function gaiaStars(
  sources: readonly string[],
  stars: Stars,
  { out, filesAtOnce, doing, onNote = () => undefined }: GaiaReading,
): Promise<{ gaia: GaiaStars; inputs: readonly InputFile[] }> {
  const paths = (await Promise.all(sources.map(filesNamed))).flat();
  const areBulk = paths.map((path) => /\.csv(\.gz)?$/i.test(path));
  if (areBulk.includes(true) && areBulk.includes(false))
    throw new InputError(
      "The files of Gaia are of several formats; name bulk files (.csv.gz), or one table.",
    );
  if (!areBulk[0]) {
    const { gaia, others } = await readGaiaTable(paths, stars, doing("rows of Gaia"));
    if (others > 0) onNote(`Rows of Gaia that are of no star of allStar, and are not used: ${others}.`);
    return { gaia, inputs: await inputFiles(paths, doing("bytes of checksums")) };
  }
  const records = await StarRecords.open(join(out, "gaia"), { stars: stars.digest, width: GAIA_WIDTH });
  try {
    const bulk = await readBulkFiles(
      paths,
      GAIA_ROWS,
      { stars, records },
      { filesAtOnce, ...doing("bytes of Gaia") },
    );
    for (const sentence of notesOf("Gaia's rows", bulk)) onNote(sentence);
    const { places } = await records.places(
      bulk.files.map(({ path }) => path),
      stars.count,
    );
    const starAt = new Map(Array.from(places, (place, star) => [place, star] as const));
    const gaia = noGaiaStars(stars.count);
    await records.each((place, numbers) => {
      const star = starAt.get(place);
      if (star !== undefined) putGaiaStar(gaia, star, numbers);
    });
    return { gaia, inputs: bulk.files };
  } finally {
    await records.close();
  }
}

function notesOf(
  what: string,
  { passedOver, finishedBefore, notNamed, uncovered, files: all }: BulkReport,
): string[] {
  const files = (count: number) => `${count} ${count === 1 ? "file" : "files"} of ${what}`;
  const notes: string[] = [];
  if (finishedBefore > 0) notes.push(`Read before, and not again: ${files(finishedBefore)}.`);
  if (notNamed > 0)
    notes.push(
      `Read before for this folder, and not named now: ${files(notNamed)}; what was found there counts.`,
    );
  if (passedOver > 0)
    notes.push(`Not read, because no star of allStar is in their parts of the sky: ${files(passedOver)}.`);
  if (uncovered.stars > 0) {
    const parts = uncovered.pixels.map(([from, to]) => `${from} to ${to}`);
    const listed =
      parts.slice(0, 10).join(", ") + (parts.length > 10 ? `, and ${parts.length - 10} more` : "");
    notes.push(
      `Stars without ${what}, because no file is of their part of the sky: ${uncovered.stars} (HEALPix order 8, pixels ${listed}); fetch those files, and run this again.`,
    );
  }
  for (const { path, faulty, fault } of all)
    if (faulty > 0)
      notes.push(`${path}: rows that could not be read, and were passed over: ${faulty}; ${fault}.`);
  return notes;
}

/** All numbers of the kept rows. */
async function numbersOf(
  kept: Int32Array,
  rows: StarRows,
  allStar: AllStar,
  dust: Dust,
  draws: NormalDraws,
  { signal, onProgress }: LongWork,
): Promise<Record<ScalarName, Float64Array>> {
  const blank = SCALAR_NAMES.map((name) => [name, new Float64Array(kept.length).fill(Number.NaN)] as const);
  const numbers = Object.fromEntries(blank) as Record<ScalarName, Float64Array>;
  for (const [i, row] of kept.entries())
    for (const [name, value] of Object.entries(rows.numbers(row))) numbers[name as ScalarName][i] = value;
  const put = (i: number, { value, error }: { value: number; error: number }) => {
    numbers.logc19[i] = value;
    numbers.logc19_err[i] = error;
  };
  if ("column" in dust && allStar.extra) {
    for (const [i, row] of kept.entries()) put(i, logOfReddening(allStar.extra[row]));
  }
  if ("map" in dust) {
    const { GLON, GLAT } = allStar.numbers;
    const [longitudes, latitudes] = [
      Float64Array.from(kept, (row) => GLON[row]),
      Float64Array.from(kept, (row) => GLAT[row]),
    ];
    let done = 0;
    for await (const { star: i, along } of dust.map.sightlines(longitudes, latitudes)) {
      const parallax = dust.map.isOfDistances ? rows.parallax(kept[i]) : undefined;
      if (parallax === undefined) put(i, logOfReddening(along(0, 0)));
      else if (parallax.isBehindAll || !Number.isNaN(parallax.value))
        put(i, logReddening(along, parallax, draws(allStar.ids[kept[i]])));
      if (++done % STARS_BETWEEN !== 0) continue;
      onProgress?.(done, kept.length);
      await new Promise(setImmediate); // Ctrl-C is heard between events
      signal?.throwIfAborted();
    }
  }
  return numbers;
}

/** Stars between two looks at the bar. */
const STARS_BETWEEN = 500;

async function writeSets(
  sets: { readonly training: TrainingRows; readonly testing: TrainingRows },
  { out, parquet = false }: ApogeeGaiaOptions,
  { signal, onProgress }: LongWork,
): Promise<void> {
  const total = (sets.training.rows + sets.testing.rows) * (parquet ? 2 : 1);
  let done = 0;
  const onRows = (rows: number) => {
    signal?.throwIfAborted();
    done += rows;
    onProgress?.(done, total);
  };
  for (const [name, rows] of Object.entries(sets)) {
    await writeTrainingSet(join(out, `${name}_set.h5`), rows, onRows);
    if (parquet) await writeTrainingParquet(join(out, `${name}_set.parquet`), rows, onRows);
  }
}

function sumOf(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}

function countsOf({ rows, numbers }: TrainingRows, spectrum: number): ReductionCounts["trainingWith"] {
  const having = (...names: readonly ScalarName[]) => {
    let count = 0;
    for (let row = 0; row < rows; row++)
      if (names.every((name) => Number.isFinite(numbers[name][row]))) count++;
    return count;
  };
  return {
    spectrum,
    teff: having("teff"),
    allLabels: having("teff", "logg", "m_h"),
    parallax: having("parallax"),
    reddening: having("logc19"),
    colours: having("jh", "jk"),
  };
}
