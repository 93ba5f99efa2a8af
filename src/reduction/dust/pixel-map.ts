/**
 * @file Maps of dust along lines of sight, kept as pixels of HEALPix of several sizes: `combine19.h5` and
 * `bayestar2019.h5`.
 * @see Green, G. M. et al. (2019), ApJ 887, 93 (Bayestar19, whose layout this is).
 * @see Bovy, J. et al. (2016), ApJ 818, 130 (mwdust, which combines it with others to Combined19).
 */
import { basename } from "node:path";
import { InputError } from "../../base/errors.ts";
import { healpixPixelNumber } from "../../numeric/healpix.ts";
import { type Hdf5Dataset, type Hdf5File, withHdf5File } from "../../table/files/hdf5/file.ts";
import type { DustMap, Sightline } from "./dust-map.ts";

/** Distances of a line of sight: moduli 4, 4.125 ... 18.875. */
const STEPS = 120;
const FIRST_MODULUS = 4;
const STEP = 1 / 8;

/** @param wantsSamples whether the reddening is to be drawn from the map's samples, where it has them. */
export async function openPixelMap(path: string, wantsSamples: boolean): Promise<DustMap> {
  return await withMap(path, async (_file, { samples }) => ({
    name: basename(path),
    files: [path],
    samples: wantsSamples && samples ? samples.shape[1] : 0,
    isOfDistances: true,
    sightlines: (longitudes, latitudes) => sightlines(path, wantsSamples, longitudes, latitudes),
  }));
}

interface MapDatasets {
  readonly pixels: Hdf5Dataset;
  readonly best: Hdf5Dataset;
  readonly samples: Hdf5Dataset | undefined;
}

async function withMap<T>(
  path: string,
  work: (file: Hdf5File, datasets: MapDatasets) => Promise<T>,
): Promise<T> {
  const label = path;
  return await withHdf5File({ path, label, format: "hdf5" }, async (file) => {
    const dataset = (name: string, shape: string): Hdf5Dataset | undefined => {
      const entry = file.has(name) ? file.entry(name) : undefined;
      if (entry?.kind !== "dataset") return undefined;
      const own = entry.dataset.shape.slice(1).join(" x ");
      if (own === shape || (shape === "K x 120" && entry.dataset.shape.length === 3)) return entry.dataset;
      throw new InputError(
        `${path}: "${name}" has ${own || "1"} numbers for each pixel instead of ${shape}; it is no dust map that is known here.`,
      );
    };
    const pixels = dataset("pixel_info", "");
    const best = dataset("best_fit", `${STEPS}`);
    if (!pixels || !best)
      throw new InputError(
        `${path} is no dust map that is known here: it lacks the dataset ${pixels ? "best_fit" : "pixel_info"}, which combine19.h5 and bayestar2019.h5 have.`,
      );
    return await work(file, { pixels, best, samples: dataset("samples", "K x 120") });
  });
}

async function* sightlines(
  path: string,
  wantsSamples: boolean,
  longitudes: Float64Array,
  latitudes: Float64Array,
): ReturnType<DustMap["sightlines"]> {
  // What is read of HDF5 is read within a call; the stars wait for it in blocks of the map.
  const rows = await withMap(path, async (file, { pixels }) =>
    rowsOfStars(file, pixels, longitudes, latitudes),
  );
  const order = Array.from(rows.keys())
    .filter((star) => rows[star] !== -1)
    .sort((a, b) => rows[a] - rows[b]);
  let at = 0;
  while (at < order.length) {
    const from = rows[order[at]];
    let end = at;
    while (end < order.length && rows[order[end]] < from + BLOCK_ROWS) end++;
    const stars = order.slice(at, end);
    const curves = await withMap(path, async (file, { best, samples }) =>
      curvesOf(file, wantsSamples && samples ? samples : best, {
        from,
        to: rows[stars[stars.length - 1]] + 1,
      }),
    );
    for (const star of stars) yield { star, along: curves(rows[star]) };
    at = end;
  }
}

/** Rows of the map that are in memory at once. */
const BLOCK_ROWS = 8192;

/** Which row of the map each star's pixel is, of the finest that there is; -1 for none. */
function rowsOfStars(
  file: Hdf5File,
  pixels: Hdf5Dataset,
  longitudes: Float64Array,
  latitudes: Float64Array,
): Int32Array {
  const levels = pixelsByOrder(file, pixels);
  return Int32Array.from(longitudes, (longitude, star) => {
    const latitude = latitudes[star];
    if (!Number.isFinite(longitude) || !(Math.abs(latitude) <= 90)) return -1;
    for (const { order, rows } of levels) {
      const row = rows.get(healpixPixelNumber(order, longitude, latitude));
      if (row !== undefined) return row;
    }
    return -1;
  });
}

/** The rows of pixels by their numbers, the finest order first. */
function pixelsByOrder(file: Hdf5File, pixels: Hdf5Dataset) {
  const members = new Map(pixels.type.compound_type?.members.map((member) => [member.name, member]));
  const [side, number] = [members.get("nside"), members.get("healpix_index")];
  if (!side || !number) throw new InputError(`${file.label}: pixel_info lacks nside or healpix_index.`);
  const bySide = new Map<number, Map<number, number>>();
  for (let from = 0; from < pixels.shape[0]; from += PIXELS_AT_ONCE) {
    const count = Math.min(PIXELS_AT_ONCE, pixels.shape[0] - from);
    file.withRows(pixels, from, count, ({ view }) => {
      for (let i = 0; i < count; i++) {
        const at = i * pixels.rowBytes;
        const nside = wholeAt(view, at + side.offset, side.size);
        const level = bySide.get(nside) ?? new Map<number, number>();
        bySide.set(nside, level);
        level.set(wholeAt(view, at + number.offset, number.size), from + i);
      }
    });
  }
  return Array.from(bySide, ([nside, rows]) => ({ order: Math.log2(nside), rows })).sort(
    (a, b) => b.order - a.order,
  );
}

const PIXELS_AT_ONCE = 65_536;

function wholeAt(view: DataView, at: number, size: number): number {
  return size === 8 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
}

/** The lines of sight of some rows of the map. */
function curvesOf(
  file: Hdf5File,
  dataset: Hdf5Dataset,
  { from, to }: { readonly from: number; readonly to: number },
): (row: number) => Sightline {
  const curves = dataset.rowBytes / (STEPS * dataset.type.size);
  const values = file.withRows(dataset, from, to - from, ({ view }) => {
    const numbers = new Float64Array((to - from) * curves * STEPS);
    for (let i = 0; i < numbers.length; i++)
      numbers[i] = dataset.type.size === 8 ? view.getFloat64(8 * i, true) : view.getFloat32(4 * i, true);
    return numbers;
  });
  return (row) => (distance, draw) => {
    const curve = ((row - from) * curves + (draw % curves)) * STEPS;
    return alongCurve(values, curve, distance);
  };
}

/** Linear in the distance modulus; before the first distance and beyond the last as in the segment there. */
function alongCurve(values: Float64Array, curve: number, distance: number): number {
  const place = (5 * Math.log10(distance) + 10 - FIRST_MODULUS) / STEP;
  const segment = Math.min(STEPS - 2, Math.max(0, Math.floor(place)));
  const low = values[curve + segment];
  return low + (place - segment) * (values[curve + segment + 1] - low);
}
