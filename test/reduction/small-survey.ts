/**
 * @file A small survey for tests, made up, in the layouts of the real ones: allStar as FITS, Gaia's rows and spectra as
 * bulk ECSV, a dust map as HDF5. What a reduction should find is known of each star.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { generator } from "../../src/numeric/generator.ts";
import { healpixPixelNumber } from "../../src/numeric/healpix.ts";
import { f32, f64, i64, primary, row, table } from "../../src/table/files/fits/testing/fits-bytes.ts";
import { writeHdf5 } from "../../src/table/files/hdf5/testing/write-hdf5.ts";

/** A star, and what APOGEE says of it in one row. Magnitudes and errors are numbers of single precision, as the surveys'. */
export interface SurveyStar {
  readonly name: string;
  readonly id: bigint;
  readonly ra: number;
  readonly dec: number;
  readonly longitude: number;
  readonly latitude: number;
  readonly parallax: number;
  readonly parallaxError: number;
  /** allStar's copy of the parallax, in single precision. */
  readonly copiedParallax?: number;
  readonly g: number;
  readonly bpRp: number;
  readonly j: number;
  readonly h: number;
  readonly k: number;
  readonly teff: number;
  readonly logg: number;
  readonly mh: number;
  readonly ruwe: number;
  readonly starFlag: bigint;
  readonly aspcapFlag: bigint;
  /** 110, before the division by the flux; none where Gaia has no spectrum. */
  readonly coefficients?: Float64Array;
  readonly relevant: readonly [bp: number, rp: number];
  readonly hasGaia: boolean;
}

/** Two fields of the sky, whose files are divided at this pixel of order 8. */
const DIVIDED_AT = 400_000;
const FIELDS = [
  { ra: 120, dec: 35, longitude: 185, latitude: 28 },
  { ra: 260, dec: -45, longitude: 345, latitude: -5 },
] as const;

const single = Math.fround;

/** Stars whose spectra depend on one number each, so that the cut of coefficients takes the extreme two of it alone. */
export function surveyStars(count: number, seed = 1): SurveyStar[] {
  const random = generator(seed, "small survey");
  return Array.from({ length: count }, (_, i): SurveyStar => {
    const field = FIELDS[i % FIELDS.length];
    const ra = field.ra + random.uniform();
    const dec = field.dec + random.uniform();
    const g = single(9 + 6 * random.uniform());
    const t = i / (count - 1);
    const flux = 10 ** ((25.6873668671 - g) / 2.5);
    const parallax = 0.4 + 3 * random.uniform();
    return {
      name: `2M${String(10_000_000 + i)}+${String(1_000_000 + i)}`,
      id: BigInt(healpixPixelNumber(12, ra, dec)) * 2n ** 35n + BigInt(128 * (i + 1)),
      ...{ ra, dec, parallax, g, ruwe: 1.05, hasGaia: true },
      longitude: field.longitude + random.uniform(),
      latitude: field.latitude + random.uniform(),
      parallaxError: single(0.02),
      bpRp: 0.6 + t,
      ...{ j: single(g - 1.5), h: single(g - 1.9 - t / 4), k: single(g - 2 - t / 3) },
      ...{ teff: single(6500 - 2000 * t), logg: single(4.4 - 2 * t), mh: single(random.normal() / 4) },
      ...{ starFlag: 0n, aspcapFlag: 0n, relevant: i % 3 === 0 ? [55, 54] : [40, 30] },
      coefficients: Float64Array.from({ length: 110 }, (_, k) => flux * (0.3 - t) * Math.cos(1 + k / 7)),
    };
  });
}

/** The paths of a survey's files. */
export interface SurveyFiles {
  readonly allStar: string;
  readonly gaia: string;
  readonly xp: string;
  readonly dust: string;
}

/** The reddening of the map in a field, at a distance modulus: it grows evenly. */
export function reddeningAt(field: 0 | 1, modulus: number): number {
  return (field === 0 ? 0.002 : 0.01) * modulus;
}

/** Writes the files of a survey. @param rows allStar's rows, where they are others than the stars. */
export async function writeSurvey(
  folder: string,
  stars: readonly SurveyStar[],
  rows: readonly SurveyStar[] = stars,
): Promise<SurveyFiles> {
  const allStar = join(folder, "allStar-small.fits");
  writeFileSync(allStar, Buffer.concat([primary, allStarTable(rows), secondTable()]));
  const halves = [
    ["000000", "399999", stars.filter(({ id }) => Number(id >> 43n) < DIVIDED_AT)],
    ["400000", "786431", stars.filter(({ id }) => Number(id >> 43n) >= DIVIDED_AT)],
  ] as const;
  for (const [from, to, some] of halves) {
    const write = (name: string, lines: readonly string[]) =>
      writeFileSync(join(folder, `${name}_${from}-${to}.csv.gz`), gzipSync(`${lines.join("\n")}\n`));
    write("GaiaSource", [...ecsv(GAIA), ...some.filter(({ hasGaia }) => hasGaia).map(gaiaLine)]);
    write("XpContinuousMeanSpectrum", [
      ...ecsv(SPECTRA),
      ...some.filter(({ coefficients }) => coefficients).map(spectrumLine),
      `${2n ** 60n},1,null,"[]","[]","[]",null,null,"[]","[]","[]",null`, // a star of which nothing is wanted
    ]);
  }
  const dust = join(folder, "small-map.h5");
  await writeDustMap(dust);
  const files = (name: string) => join(folder, `${name}_*.csv.gz`);
  return { allStar, dust, gaia: files("GaiaSource"), xp: files("XpContinuousMeanSpectrum") };
}

function allStarTable(rows: readonly SurveyStar[]): Buffer {
  const columns = [
    ["APOGEE_ID", "18A"],
    ["VISIT_PK", "3J"], // one of the vectors that are passed over
    ["GLON", "D"],
    ["GLAT", "D"],
    ...["J", "J_ERR", "H", "H_ERR", "K", "K_ERR"].map((name) => [name, "E"]),
    ["STARFLAG", "K"],
    ["ASPCAPFLAG", "K"],
    ["GAIAEDR3_SOURCE_ID", "K"],
    ...["PARALLAX", "PARALLAX_ERROR", "PHOT_G_MEAN_MAG", "PHOT_BP_MEAN_MAG", "PHOT_RP_MEAN_MAG"].map(
      (name) => [`GAIAEDR3_${name}`, "E"],
    ),
    ...["TEFF", "TEFF_ERR", "LOGG", "LOGG_ERR", "M_H", "M_H_ERR", "SFD_EBV"].map((name) => [name, "E"]),
  ].map(([name, form]) => ({ name, form }));
  const bytes = rows.map((star) =>
    row(
      star.name.padEnd(18, "\0"),
      Buffer.alloc(12),
      ...[star.longitude, star.latitude].map(f64),
      ...[star.j, 0.02, star.h, 0.03, star.k, 0.04].map(f32),
      ...[star.starFlag, star.aspcapFlag, star.id].map(i64),
      ...[star.copiedParallax ?? star.parallax, star.parallaxError, star.g, star.g + star.bpRp / 2].map(f32),
      f32(star.g - star.bpRp / 2),
      ...[star.teff, 90, star.logg, 0.05, star.mh, 0.01, 0.25].map(f32),
    ),
  );
  return table(columns, bytes);
}

/** allStar's file has another table behind the first. */
function secondTable(): Buffer {
  return table([{ name: "PARAM_SYMBOL", form: "4A" }], [row("TEFF")]);
}

const GAIA = [
  ...["solution_id", "source_id", "ra", "dec", "parallax", "parallax_error", "ruwe"],
  ...["astrometric_params_solved", "nu_eff_used_in_astrometry", "pseudocolour", "phot_g_mean_mag"],
  ...["phot_bp_mean_mag", "phot_rp_mean_mag", "phot_bp_rp_excess_factor"],
  ...["phot_bp_mean_flux_over_error", "phot_rp_mean_flux_over_error"],
];
const SPECTRA = [
  ...["source_id", "solution_id"],
  ...["bp", "rp"].flatMap((spectrum) =>
    [
      "standard_deviation",
      "coefficients",
      "coefficient_errors",
      "coefficient_correlations",
      "n_relevant_bases",
    ].map((name) => `${spectrum}_${name}`),
  ),
];

function ecsv(names: readonly string[]): string[] {
  const columns = names.flatMap((name) => ["# -", `#   name: ${name}`, "#   datatype: float64"]);
  return ["# %ECSV 1.0", "# ---", "# delimiter: ','", "# datatype:", ...columns, names.join(",")];
}

/** Nu_eff 1.48 per micrometre at G < 6 .. 21: the zero-point has its terms of brightness and place alone. */
function gaiaLine({ id, ra, dec, parallax, parallaxError, ruwe, g, bpRp }: SurveyStar): string {
  return [
    ...[1636148068921376768n, id, ra, dec, parallax, parallaxError, ruwe, 31, 1.48, "null", g],
    ...[single(g + bpRp / 2), single(g - bpRp / 2), 1.2, 500, 800],
  ].join(",");
}

function spectrumLine({ id, coefficients = new Float64Array(110), relevant }: SurveyStar): string {
  const cells = [0, 1].flatMap((spectrum) => {
    const own = Array.from(coefficients.subarray(55 * spectrum, 55 * (spectrum + 1)));
    const errors = own.map(() => 1.5);
    return [
      "1.01",
      ...[own, errors, [0.5, -0.25]].map((numbers) => `"[${numbers.join(",")}]"`),
      relevant[spectrum],
    ];
  });
  return [id, 1636148068921376768n, ...cells].join(",");
}

/** Of each field the pixels of one size, in Galactic coordinates: 64 in the first, 128 in the second. */
async function writeDustMap(path: string): Promise<void> {
  const pixels = FIELDS.flatMap(({ longitude, latitude }, field) => {
    const order = 6 + field;
    const found = new Set<number>();
    for (let x = 0; x <= 1; x += 0.02)
      for (let y = 0; y <= 1; y += 0.02) found.add(healpixPixelNumber(order, longitude + x, latitude + y));
    return Array.from(found, (pixel) => ({ order, pixel, field: field as 0 | 1 }));
  });
  const curves = pixels.flatMap(({ field }) =>
    Array.from({ length: 120 }, (_, i) => reddeningAt(field, 4 + i / 8)),
  );
  await writeHdf5(path, {
    pixel_info: {
      data: new Map<string, Uint32Array | BigUint64Array>([
        ["nside", Uint32Array.from(pixels, ({ order }) => 2 ** order)],
        ["healpix_index", BigUint64Array.from(pixels, ({ pixel }) => BigInt(pixel))],
      ]),
      dtype: [
        ["nside", "<I"],
        ["healpix_index", "<Q"],
      ],
      shape: [pixels.length],
    },
    best_fit: { data: Float64Array.from(curves), shape: [pixels.length, 120] },
  });
}
