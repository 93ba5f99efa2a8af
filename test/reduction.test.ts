/** @file Reducing a survey: what is found is what the files were made of; each fault kept or mended; interruptions, gaps, mistakes. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import h5wasm, { type Dataset } from "h5wasm/node";
import { expect, test } from "vitest";
import { Model, readTable } from "../src/index.ts";
import { type ApogeeGaiaOptions, reduceApogeeGaia } from "../src/reduction/apogee-gaia.ts";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { printedJson, pythonWith } from "./python.ts";
import { rowsOfSet, type SetRow } from "./reduction/read-set.ts";
import {
  reddeningAt,
  type SurveyFiles,
  type SurveyStar,
  surveyStars,
  writeSurvey,
} from "./reduction/small-survey.ts";

const folder = temporaryFolder("reduction");
const STARS = 120;
const plain = surveyStars(STARS);

let surveys = 0;
/** A new survey with some stars changed, by their places. */
async function survey(
  changes: Readonly<Record<number, Partial<SurveyStar>>> = {},
  more: readonly SurveyStar[] = [],
): Promise<SurveyFiles> {
  const own = join(folder, `survey${surveys++}`);
  mkdirSync(own);
  const stars = plain.map((star, i) => ({ ...star, ...changes[i] }));
  return await writeSurvey(own, stars, [...stars, ...more]);
}

let reductions = 0;
async function reduced(files: SurveyFiles, options: Partial<ApogeeGaiaOptions> = {}) {
  const out = options.out ?? join(folder, `out${reductions++}`);
  const notes: string[] = [];
  const counts = await reduceApogeeGaia({
    ...{ ...files, gaia: [files.gaia], xp: [files.xp], out, onNote: (note) => notes.push(note) },
    ...options,
  });
  const training = await rowsOfSet(join(out, "training_set.h5"));
  const testing = await rowsOfSet(join(out, "testing_set.h5"));
  const rows = [...training, ...testing];
  const of = (star: number) => rows.find(({ id }) => id === String(plain[star].id));
  const told = notes.filter((note) => !note.includes("does not tell how uncertain it is"));
  return { out, counts, notes: told, allNotes: notes, training, testing, rows, of };
}

const numbersOf = (row: SetRow | undefined) => row?.numbers ?? {};

test("the table is what the survey was made of", async () => {
  const { rows, counts, of, notes } = await reduced(await survey());
  expect(notes).toEqual([]);
  expect(counts).toMatchObject({
    allStar: STARS,
    withSpectra: STARS,
    goodSpectra: STARS - 2,
    training: 108,
    testing: 12,
  });
  expect(rows.length).toBe(STARS);
  plain.forEach((star, i) => {
    const { numbers, designation, spectra, relevancy } = of(i)!;
    expect(designation).toBe(star.name.slice(2));
    expect(numbers).toMatchObject({
      teff: star.teff,
      logg: star.logg,
      m_h: star.mh,
      phot_g_mean_mag: star.g,
    });
    expect(numbers.bprp).toBeCloseTo(star.bpRp, 5);
    expect(numbers.jh).toBe(Math.fround(star.j - star.h));
    expect(numbers.jk_err).toBeCloseTo(Math.hypot(0.02, 0.04), 7);
    // At 1.48 per micrometre the zero-point is -13 to -64 microarcseconds, and some 20 fainter stars' term.
    expect(numbers.parallax - star.parallax).toBeGreaterThan(0);
    expect(numbers.parallax - star.parallax).toBeLessThan(0.07);
    expect(numbers.g_fakemag / (numbers.parallax * 10 ** (star.g / 5))).toBeCloseTo(1, 12);
    expect(numbers.g_fakemag_err / numbers.g_fakemag).toBeCloseTo(star.parallaxError / numbers.parallax, 9);
    const modulus = 10 - 5 * Math.log10(numbers.parallax);
    expect(numbers.logc19).toBeCloseTo(Math.log(reddeningAt((i % 2) as 0 | 1, modulus)), 2);
    expect(spectra.xp_coeffs).toEqual(star.coefficients);
    expect(relevancy.filter(Boolean).length).toBe(i % 3 === 0 ? 109 : 70);
    const t = i / (STARS - 1);
    if (i > 0 && i < STARS - 1)
      expect(spectra.xp_coeffs_gnorm[9]).toBeCloseTo((0.3 - t) * Math.cos(1 + 9 / 7), 9);
    else expect(spectra.xp_coeffs_gnorm[9]).toBeNaN(); // beyond the percentiles; the labels are kept
  });
});

test("datasets have the original's types, big-endian ones and booleans too, and lie in one piece", async () => {
  const { out } = await reduced(await survey());
  await h5wasm.ready;
  const file = new h5wasm.File(join(out, "training_set.h5"), "r");
  try {
    const about = (name: string) => {
      const { metadata, shape } = file.get(name) as Dataset;
      return {
        shape,
        size: metadata.size,
        little: metadata.littleEndian,
        type: metadata.type,
        chunks: metadata.chunks,
      };
    };
    const whole = { chunks: null };
    expect(about("2mass_designation")).toMatchObject({ shape: [108, 1], size: 16, type: 3, ...whole });
    expect(about("gaia_source_id")).toMatchObject({
      shape: [108],
      size: 8,
      little: false,
      type: 0,
      ...whole,
    });
    expect(about("raw/teff")).toMatchObject({ shape: [108], size: 4, little: false, type: 1, ...whole });
    expect(about("raw/bprp")).toMatchObject({ shape: [108], size: 4, little: true, type: 1, ...whole });
    expect(about("raw/logc19")).toMatchObject({ shape: [108], size: 8, little: true, type: 1, ...whole });
    expect(about("raw/xp_coeffs")).toMatchObject({
      shape: [108, 110],
      size: 8,
      little: true,
      type: 1,
      ...whole,
    });
    expect(about("raw/xp_relevancy")).toMatchObject({ shape: [108, 110], size: 1, type: 8, ...whole });
    expect((file.get("raw/xp_relevancy") as Dataset).metadata.enum_type?.members).toEqual({
      FALSE: 0,
      TRUE: 1,
    });
  } finally {
    file.close();
  }
});

const python = pythonWith("h5py", "A reduction's files read by h5py");

test.skipIf(!python)("h5py reads them with the original's types, and adds to the file", async () => {
  const { out, training } = await reduced(await survey());
  const read = printedJson<{ types: Record<string, string>; ids: string[]; teff: number[]; added: string[] }>(
    python ?? "",
    `
import sys, json, h5py
file = h5py.File(sys.argv[1], "r+")
types = {}
file.visititems(lambda name, each: types.__setitem__(name, each.dtype.str + str(list(each.shape)[1:])) if isinstance(each, h5py.Dataset) else None)
file["raw/added"] = [1.5]
print(json.dumps({"types": types, "ids": [str(each) for each in file["gaia_source_id"][:]],
  "teff": [float(each) for each in file["raw/teff"][:]], "added": [str(each) for each in file["raw/added"][:]]}))
file.close()`,
    join(out, "training_set.h5"),
  );
  expect(read.types).toEqual({
    ...{ "2mass_designation": "|S16[1]", gaia_source_id: ">i8[]" },
    ...{ "raw/xp_coeffs": "<f8[110]", "raw/xp_coeffs_err": "<f8[110]", "raw/xp_relevancy": "|b1[110]" },
    ...{ "raw/xp_coeffs_gnorm": "<f8[110]", "raw/xp_coeffs_gnorm_err": "<f8[110]" },
    ...{
      "raw/bprp": "<f4[]",
      "raw/jh": "<f4[]",
      "raw/jk": "<f4[]",
      "raw/jh_err": "<f4[]",
      "raw/jk_err": "<f4[]",
    },
    ...{
      "raw/bprp_err": "<f8[]",
      "raw/g_fakemag": "<f8[]",
      "raw/g_fakemag_err": "<f8[]",
      "raw/parallax": "<f8[]",
    },
    ...{ "raw/logc19": "<f8[]", "raw/logc19_err": "<f8[]", "raw/parallax_err": ">f4[]", "raw/teff": ">f4[]" },
    ...{
      "raw/phot_g_mean_mag": ">f4[]",
      "raw/teff_err": ">f4[]",
      "raw/logg": ">f4[]",
      "raw/logg_err": ">f4[]",
    },
    ...{ "raw/m_h": ">f4[]", "raw/m_h_err": ">f4[]" },
  });
  expect(read.ids).toEqual(training.map(({ id }) => id));
  expect(read.teff).toEqual(training.map(({ numbers }) => numbers.teff));
  expect(read.added).toEqual(["1.5"]);
});

test("each fault of the original is kept as published, and mended otherwise", async () => {
  const flux = 10 ** ((25.6873668671 - plain[20].g) / 2.5);
  const withZero = plain[20].coefficients!.slice();
  withZero[7] = 0;
  const copiedParallax = 0.7;
  const files = await survey(
    {
      20: { coefficients: withZero },
      21: {
        ruwe: 1.39,
        starFlag: 0n,
        coefficients: plain[21].coefficients!.map((value) => value + 100 * flux),
      },
      22: { j: Math.fround(99.999) },
      23: { parallaxError: Math.fround(0.12) },
      24: { parallax: -0.005, parallaxError: Math.fround(0.05) },
      25: { copiedParallax },
      26: { teff: -9999 },
    },
    [plain[40]],
  );
  const published = await reduced(files, { asPublished: true });
  const mended = await reduced(files);

  expect(
    published.rows
      .filter(({ id }) => id === String(plain[40].id))
      .map(({ spectra }) => Number.isNaN(spectra.xp_coeffs[0])),
  ).toEqual(
    expect.arrayContaining([false, true]), // only one of the two rows has the spectrum
  );
  const both = mended.rows.filter(({ id }) => id === String(plain[40].id));
  expect(both.map(({ spectra }) => spectra.xp_coeffs[0])).toEqual([
    plain[40].coefficients![0],
    plain[40].coefficients![0],
  ]);

  expect(published.of(20)?.spectra.xp_coeffs[7]).toBeNaN();
  expect(mended.of(20)?.spectra.xp_coeffs[7]).toBe(0);

  expect(published.of(21)).toBeUndefined(); // its labels are good, its spectrum an outlier
  expect(mended.of(21)?.numbers.teff).toBe(plain[21].teff);
  expect(mended.of(21)?.spectra.xp_coeffs_gnorm[0]).toBeNaN();

  expect(numbersOf(published.of(22)).jh).toBeNaN();
  expect(numbersOf(published.of(22)).jh_err).toBeCloseTo(Math.hypot(0.02, 0.03), 7);
  expect(numbersOf(mended.of(22)).jh_err).toBeNaN();

  expect(numbersOf(published.of(23))).toMatchObject({
    parallax: Number.NaN,
    parallax_err: Math.fround(0.12),
  });
  expect(numbersOf(mended.of(23))).toMatchObject({ parallax: Number.NaN, parallax_err: Number.NaN });

  // Corrected, the parallax is positive: as published the star is behind all dust nevertheless.
  const behindAll = Math.log(reddeningAt(0, 5 * Math.log10(99) + 10));
  expect(numbersOf(mended.of(24)).parallax).toBeGreaterThan(0);
  expect(numbersOf(published.of(24)).logc19).toBeCloseTo(behindAll, 9);
  expect(numbersOf(published.of(24)).logc19_err).toBeCloseTo(0, 9);
  expect(numbersOf(mended.of(24)).logc19_err).toBeGreaterThan(0.01);

  expect(numbersOf(published.of(25)).parallax - numbersOf(mended.of(25)).parallax).toBeCloseTo(
    copiedParallax - plain[25].parallax,
    6,
  );
  expect(numbersOf(published.of(26)).teff).toBe(-9999);
  expect(numbersOf(mended.of(26)).teff).toBeNaN();
});

test("rows of one star are on one side of the split, and a seed repeats it", async () => {
  const repeated = plain.slice(0, 60);
  const files = await survey({}, repeated);
  const [one, same, other] = [
    await reduced(files, { seed: 1 }),
    await reduced(files, { seed: 1 }),
    await reduced(files, { seed: 2 }),
  ];
  const ids = (rows: readonly SetRow[]) => rows.map(({ id }) => id).sort();
  expect(ids(one.testing)).toEqual(ids(same.testing));
  expect(ids(one.testing)).not.toEqual(ids(other.testing));
  expect(one.rows.map(({ numbers }) => numbers.logc19)).toEqual(
    same.rows.map(({ numbers }) => numbers.logc19),
  );
  const tested = new Set(ids(one.testing));
  expect(ids(one.training).filter((id) => tested.has(id))).toEqual([]);
  expect(one.testing.length).toBeGreaterThanOrEqual(18); // a tenth of 180, and the rest of the last star
  expect(one.testing.length).toBeLessThanOrEqual(19);
});

test("other formats of Gaia's rows, in any order: joined by id", async () => {
  const files = await survey();
  const bulk = readdirSync(join(files.gaia, ".."))
    .filter((name) => name.startsWith("GaiaSource"))
    .map((name) => join(files.gaia, "..", name));
  const lines = bulk.flatMap((path) => {
    const all = gunzipSync(readFileSync(path)).toString().trim().split("\n");
    return all.filter((line) => !line.startsWith("#"));
  });
  const [header] = lines;
  const rows = lines.filter((line) => line !== header).reverse();
  const csv = join(folder, "answer.csv");
  writeFileSync(csv, `${[header, ...rows].join("\n").replaceAll("null", "")}\n`);
  const jsonl = join(folder, "answer.jsonl");
  const names = header.split(",");
  writeFileSync(
    jsonl,
    rows
      .map(
        (line) =>
          `{${line
            .split(",")
            .map((cell, i) => `"${names[i]}": ${cell}`)
            .join(", ")}}\n`,
      )
      .join(""),
  );
  const expected = (await reduced(files)).rows.map(({ numbers }) => numbers);
  for (const gaia of [csv, jsonl])
    expect((await reduced(files, { gaia: [gaia] })).rows.map(({ numbers }) => numbers)).toEqual(expected);
});

test("a missing file of spectra is a told gap, a faulty row is passed over and told", async () => {
  const files = await survey();
  const paths = filesOf(files.xp);
  const lines = gunzipSync(readFileSync(paths[0])).toString().split("\n");
  const at = lines.findIndex((line) => /^\d/.test(line));
  lines[at] = lines[at].replace(/"\[[^"]*\]"/, '"[1,2,3]"');
  lines.splice(at + 1, 0, lines[at + 1].slice(0, 100)); // a line that breaks off
  writeFileSync(paths[0], gzipSync(lines.join("\n")));
  rmSync(paths[1]);
  const { notes, counts } = await reduced(files);
  expect(notes).toEqual([
    `Stars without spectra, because no file is of their part of the sky: 60 (HEALPix order 8, pixels 400000 to 786431); fetch those files, and run this again.`,
    `${paths[0]}: rows that could not be read, and were passed over: 2; line ${at + 1} has 3 numbers in bp_coefficients, not 55.`,
  ]);
  expect(counts.withSpectra).toBe(59);
  expect(counts.kept).toBe(STARS);
});

test("after an interruption, finished files are not read again, and the end is the same", async () => {
  const files = await survey();
  const expected = await reduced(files);
  const out = join(folder, "interrupted");
  const stop = new AbortController();
  const finishedOne = () =>
    existsSync(join(out, "spectra.jsonl")) &&
    readFileSync(join(out, "spectra.jsonl"), "utf8").split("\n").length > 2;
  const first = reduced(files, {
    ...{ out, filesAtOnce: 1, signal: stop.signal },
    onProgress: (doing) => {
      if (doing === "bytes of spectra" && finishedOne()) stop.abort();
    },
  });
  await expect(first).rejects.toThrow(/abort/i);
  expect(readdirSync(out).filter((name) => /\.h5$|\.tmp$|json$/.test(name))).toEqual([]);
  const again = await reduced(files, { out });
  expect(again.notes).toEqual([
    "Read before, and not again: 2 files of Gaia's rows.",
    "Read before, and not again: 1 file of spectra.",
  ]);
  expect(again.rows).toEqual(expected.rows);
  const twins = [filesOf(files.xp)[0], filesOf(files.xp)[0]];
  await expect(reduced(files, { xp: twins })).rejects.toThrow(/have the same name/);
  const manifest = JSON.parse(readFileSync(join(out, "reduction.json"), "utf8"));
  expect(manifest.inputs.xp.map(({ path }: { path: string }) => basename(path))).toEqual(
    filesOf(files.xp).map((path) => basename(path)),
  );
  expect(manifest.inputs.xp[0]).toMatchObject({
    found: 60,
    faulty: 0,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });

  // A file that has changed is read again; one that is gone has been read.
  const [one, other] = filesOf(files.xp);
  utimesSync(one, 1, 1);
  rmSync(other);
  const without = await reduced(files, { out });
  expect(without.notes).toEqual([
    "Read before, and not again: 2 files of Gaia's rows.",
    "Read before for this folder, and not named now: 1 file of spectra; what was found there counts.",
  ]);
  expect(without.rows).toEqual(expected.rows);
  const known = await reduced(files, { out, limitsFrom: join(out, "reduction.json") });
  expect(known.rows).toEqual(expected.rows);
  rmSync(join(out, "spectra.bin"));
  await expect(reduced(files, { out })).rejects.toThrow(
    /spectra\.bin is gone, but .*spectra\.jsonl is there/,
  );
  const others = await writeSurvey(join(folder, "interrupted"), surveyStars(30, 9));
  await expect(reduced(others, { out })).rejects.toThrow(
    /spectra\.bin holds|gaia\.bin holds what was found for other stars/,
  );
});

test("dust: a column of allStar, or none; a map without samples is told", async () => {
  const files = await survey();
  const uncertain =
    "small-map.h5 does not tell how uncertain it is: errors of reddening are of the distances alone.";
  expect((await reduced(files)).allNotes).toEqual([uncertain]);
  expect((await reduced(files, { asPublished: true })).allNotes).toEqual([]);
  const column = await reduced(files, { dust: "column=SFD_EBV" });
  expect(numbersOf(column.of(3)).logc19).toBeCloseTo(Math.log(0.25), 6);
  expect(numbersOf(column.of(3)).logc19_err).toBeNaN();
  expect(numbersOf((await reduced(files, { dust: "none" })).of(3)).logc19).toBeNaN();
  await expect(reduced(files, { dust: "column=EBV" })).rejects.toThrow(/has no column "EBV" of reddening/);
  await expect(reduced(files, { dust: "nowhere.h5" })).rejects.toThrow(/There is no dust map nowhere\.h5/);
  await expect(reduced(files, { dust: files.allStar })).rejects.toThrow(/is no HDF5 file/);
});

test("mistakes are told in a sentence", async () => {
  const files = await survey();
  const cut = join(folder, "XpContinuousMeanSpectrum_cut.csv.gz");
  copyFileSync(filesOf(files.xp)[0], cut);
  truncateSync(cut, 3000);
  await expect(reduced(files, { xp: [cut] })).rejects.toThrow(
    /it ends in the middle of its gzip data; it is cut off/,
  );
  await expect(reduced(files, { xp: [files.gaia] })).rejects.toThrow(/has no column "bp_coefficients"/);
  await expect(reduced(files, { xp: [join(folder, "*.nothing")] })).rejects.toThrow(/No file matches/);
  await expect(reduced({ ...files, allStar: files.dust })).rejects.toThrow(/holds more than one table/);
});

function filesOf(glob: string): string[] {
  const [start] = basename(glob).split("*");
  const own = join(glob, "..");
  return readdirSync(own)
    .filter((name) => name.startsWith(start))
    .sort()
    .map((name) => join(own, name));
}

test("the whole chain: reduce, train the published network, ask it", async () => {
  const files = await survey();
  const out = join(folder, "chain");
  const words = ["--allstar", files.allStar, "--gaia", files.gaia, "--xp", files.xp, "--dust", files.dust];
  const { code, stdout, stderr } = await anygivenHere(
    "reduce",
    "apogee-gaia",
    ...words,
    "--out",
    out,
    "--parquet",
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("108 rows for training and 12 for testing are in");

  const parquet = await readTable(join(out, "training_set.parquet"), { identifiers: "leave out" });
  const hdf5 = await readTable(join(out, "training_set.h5"));
  expect(parquet.rows).toBe(108);
  for (const column of hdf5.columns) {
    // A table keeps a column in single precision where that loses nothing noticeable.
    const same = parquet.columns.find(({ name }) => name === column.name);
    expect(Array.from(same?.values ?? [], Math.fround), column.name).toEqual(
      Array.from(column.values, Math.fround),
    );
  }

  const model = join(folder, "model");
  const small = [
    "--embedding-dim",
    "16",
    "--heads",
    "2",
    "--ffn-dim",
    "16",
    "--head-dim",
    "16",
    "--batch-size",
    "54",
  ];
  const trained = await anygivenHere(
    ...[
      "train",
      join(out, "training_set.h5"),
      "--preset",
      "paper-stellar",
      "--epochs",
      "1",
      "--out",
      model,
      ...small,
    ],
  );
  expect(trained.code, trained.stderr).toBe(0);
  const asked = await Model.load(model);
  try {
    expect(asked.columns).toHaveLength(118);
    const answer = await asked.density({ of: "teff", given: { bprp: 1.2, logg: 3 } });
    // After one epoch it knows nothing; what it answers is a distribution all the same.
    expect("quantile" in answer && Number.isFinite(answer.quantile(0.5))).toBe(true);
  } finally {
    await asked.dispose();
  }
});
