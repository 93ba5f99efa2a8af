/** @file The whole sky in Mollweide's projection: bins of equal area, coloured by a column's median or by how many rows they have. */
import { COUNT, check } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { equatorialOf, galacticOf } from "../numeric/galactic.ts";
import { healpixPlace } from "../numeric/healpix-place.ts";
import { axisLabel } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import type { FigureOptions } from "./density-figure.ts";
import { escaped, type Figure, figureOf } from "./figure.ts";
import { mollweide } from "./mollweide.ts";
import type { Panel } from "./panel.ts";
import { rampPanel } from "./ramp-panel.ts";
import { skyBins } from "./sky-bins.ts";
import { rampColour, type Theme, themeOf } from "./theme.ts";

/** What places are counted from: the Earth's equator and the equinox, or the plane and the centre of the Galaxy. */
export const SKY_FRAMES = ["galactic", "equatorial"] as const;
export type SkyFrame = (typeof SKY_FRAMES)[number];

export interface SkyFigureData {
  /** Of each row, in degrees; NaN where it has no place. */
  readonly longitude: ArrayLike<number>;
  readonly latitude: ArrayLike<number>;
  /** What these are: right ascension and declination (ICRS, the default), or Galactic. */
  readonly frame?: SkyFrame;
  /** A column of numbers, whose median colours the bins; without, they are coloured by how many rows they have. */
  readonly colour?: { readonly name: string; readonly unit?: string; readonly values: ArrayLike<number> };
}

export interface SkyFigureOptions extends FigureOptions {
  /** The frame that is drawn; default "galactic". */
  readonly frame?: SkyFrame;
  /** The order of the HEALPix bins, 0 to 7; by default the finest (up to 6) whose bins have eight rows on the average. */
  readonly order?: number;
}

const WIDTH = 760;
const EDGE = 18;
/** Colours of bins: as many as the ramp has steps to the eye. */
const COLOURS = 48;
/** Nine bins in ten have another colour than the ramp's ends. */
const TAILS = 0.02;
const MOST_ORDER = 7;

/**
 * Longitudes run to the left, as the sky is seen from within, with 0 in the middle.
 * @throws InputError where no row has a place, and a value to be coloured by.
 * @example
 * const longitude = Float64Array.from({ length: 2000 }, (_, i) => (i * 137.5) % 360);
 * const latitude = Float64Array.from({ length: 2000 }, (_, i) => (Math.asin(1 - i / 1000) * 180) / Math.PI);
 * const colour = { name: "ebv", unit: "mag", values: latitude.map((b) => Math.exp(-Math.abs(b) / 20)) };
 * await writeFigure(skyFigure({ longitude, latitude, colour, frame: "galactic" }), "sky.png");
 */
export function skyFigure(shown: SkyFigureData, options: SkyFigureOptions = {}): Figure {
  checkShape("sky", shown);
  checkShape("sky options", options);
  const { order, frame = "galactic", width = WIDTH } = options;
  if (order !== undefined) {
    check("the order of the bins", order, COUNT);
    if (order > MOST_ORDER)
      throw new InputError(`Bins of the order ${order} are too many to be drawn: give 0 to ${MOST_ORDER}.`);
  }
  const theme = themeOf(options.theme);
  const { colour } = shown;
  const found = skyBins(inFrame(shown, frame), colour?.values, order);
  if (found.rows === 0)
    throw new InputError(
      `No row has a place on the sky${colour ? ` and a value of "${colour.name}"` : ""}: there is nothing to draw.`,
    );
  // Counts differ by powers of ten.
  const scaled = new Map(
    [...found.bins].map(([pixel, value]) => [pixel, colour ? value : Math.log10(value)]),
  );
  const domain = domainOf([...scaled.values()]);
  const map = mapPanel(theme, width - RAMP, { bins: scaled, order: found.order, domain });
  const label = colour
    ? axisLabel({ name: colour.name, ...(colour.unit && { unit: colour.unit }) })
    : "log₁₀ of rows in a bin";
  const names = { galactic: "Galactic coordinates", equatorial: "right ascension and declination" };
  const side = Math.sqrt(41_252.96 / (12 * 4 ** found.order));
  const words = [
    ...(options.subtitle === undefined ? [] : [options.subtitle]),
    names[frame],
    `${found.rows.toLocaleString("en")} rows in ${found.bins.size.toLocaleString("en")} bins of ${side < 2 ? side.toFixed(1) : side.toFixed(0)}° (HEALPix order ${found.order})${colour ? ", medians" : ""}`,
    ...(found.left === 0 ? [] : [`${found.left.toLocaleString("en")} without a place or value`]),
  ];
  const heading = {
    title: options.title ?? (colour ? `${colour.name} over the sky` : "Rows over the sky"),
    subtitle: words.join("; "),
  };
  return figureOf(theme, heading, [[map, rampPanel(theme, map.height, { label, domain })]]);
}

/** Room of the ramp beside the map. */
const RAMP = 82;

function inFrame({ longitude, latitude, frame: of = "equatorial" }: SkyFigureData, frame: SkyFrame) {
  if (of === frame) return { longitude, latitude };
  const turn = frame === "galactic" ? galacticOf : equatorialOf;
  const isPlace = (row: number) => Math.abs(latitude[row]) <= 90;
  const places = Array.from(longitude, (each, row) =>
    isPlace(row) ? turn(each, latitude[row]) : [Number.NaN, Number.NaN],
  );
  return { longitude: places.map(([l]) => l), latitude: places.map(([, b]) => b) };
}

/** From where to where colours go: without the outermost bins. */
function domainOf(values: readonly number[]): readonly [number, number] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [low, high] = [at(TAILS), at(1 - TAILS)];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

interface DrawnBins {
  readonly bins: ReadonlyMap<number, number>;
  readonly order: number;
  readonly domain: readonly [number, number];
}

function mapPanel(theme: Theme, width: number, { bins, order, domain: [low, high] }: DrawnBins): Panel {
  const scale = (width - 2 * EDGE) / 4;
  const height = 2 * scale + 2 * EDGE;
  const at = (longitude: number, latitude: number) => {
    const [x, y] = mollweide(longitude, latitude);
    return `${digits(width / 2 - scale * x)},${digits(height / 2 - scale * y)}`;
  };
  // Bins of one colour are one path: the picture is smaller by half.
  const paths = new Map<number, string[]>();
  for (const [pixel, value] of [...bins].sort(([a], [b]) => a - b)) {
    const step = Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * (COLOURS - 1));
    const own = outlines(order, pixel).map((corners) => `M${corners.map(([l, b]) => at(l, b)).join("L")}Z`);
    paths.set(step, [...(paths.get(step) ?? []), ...own]);
  }
  const drawn = [...paths]
    .sort(([a], [b]) => a - b)
    .map(([step, own]) => {
      const colour = rampColour(theme, step / (COLOURS - 1));
      // A hair of the same colour around each: otherwise a renderer's rounding leaves lines between the bins.
      return `<path d="${own.join("")}" fill="${colour}" stroke="${colour}" stroke-width="0.5" stroke-linejoin="round"/>`;
    });
  const line = (points: readonly (readonly [number, number])[]) =>
    `M${points.map(([l, b]) => at(l, b)).join("L")}`;
  const meridians = steps(-180, 180, 60).map((l) => line(steps(-90, 90, 3).map((b) => [l, b])));
  const parallels = steps(-60, 60, 30).map((b) => line(steps(-180, 180, 6).map((l) => [l, b])));
  const words = [
    ...steps(-120, 120, 60).map((l) =>
      text(at(l, 0), `${(l + 360) % 360}°`, 'dy="-4" text-anchor="middle"', theme),
    ),
    ...[-60, -30, 30, 60].map((b) =>
      text(at(180, b), `${b}°`.replace("-", "−"), 'dx="-3" dy="4" text-anchor="end"', theme),
    ),
  ];
  const rim = `<ellipse cx="${digits(width / 2)}" cy="${digits(height / 2)}" rx="${digits(2 * scale)}" ry="${digits(scale)}" fill="none" stroke="${theme.faint}"/>`;
  const graticule = `<path d="${[...meridians, ...parallels].join("")}" fill="none" stroke="${theme.faint}" stroke-width="0.6" stroke-opacity="0.7"/>`;
  const svg = `<svg width="${width}" height="${digits(height)}" viewBox="0 0 ${width} ${digits(height)}">${[...drawn, graticule, rim, ...words].join("\n")}</svg>`;
  return { svg, width, height: Math.ceil(height) };
}

function text(place: string, words: string, how: string, theme: Theme): string {
  const [x, y] = place.split(",");
  return `<text x="${x}" y="${y}" ${how} font-size="10" fill="${theme.text}" stroke="${theme.background}" stroke-width="2.5" paint-order="stroke">${escaped(words)}</text>`;
}

const digits = (number: number) => Number(number.toFixed(2));

const steps = (from: number, to: number, by: number) =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, i) => from + i * by);

/** Sides of large bins are bent. */
const BENT_ORDER = 4;

/** The corners of a pixel, longitudes from -180 to 180; twice, cut at the rim, where it lies on both sides. */
function outlines(order: number, pixel: number): (readonly [number, number])[][] {
  const parts = Math.max(1, 2 ** (BENT_ORDER - order));
  const sides = [
    [0, 0, 1, 0],
    [1, 0, 0, 1],
    [1, 1, -1, 0],
    [0, 1, 0, -1],
  ] as const;
  const fromMiddle = (longitude: number) => ((((longitude + 180) % 360) + 360) % 360) - 180;
  const middle = fromMiddle(healpixPlace(order, pixel).longitude);
  const around = sides.flatMap(([x, y, dx, dy]) =>
    Array.from({ length: parts }, (_, i): readonly [number, number] => {
      const place = healpixPlace(order, pixel, x + (dx * i) / parts, y + (dy * i) / parts);
      const isPole = Math.abs(place.latitude) > 89.999;
      return [isPole ? middle : middle + fromMiddle(place.longitude - middle), place.latitude];
    }),
  );
  const cut = (shift: number) =>
    around.map(([l, b]) => [Math.min(180, Math.max(-180, l + shift)), b] as const);
  const reach = around.map(([l]) => l);
  const [first, last] = [Math.min(...reach), Math.max(...reach)];
  return [cut(0), ...(last > 180 ? [cut(-360)] : []), ...(first < -180 ? [cut(360)] : [])];
}
