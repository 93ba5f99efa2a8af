/** @file Rows in bins of the sky: pixels of HEALPix, each with the median of a column or how many rows it has. */
import { healpixPixelNumber } from "../numeric/healpix.ts";
import { medianOfSorted } from "../numeric/statistics.ts";

export interface SkyBins {
  readonly order: number;
  /** Pixels with rows, and what each is coloured by. */
  readonly bins: ReadonlyMap<number, number>;
  /** Rows in bins, and those without a place or a value. */
  readonly rows: number;
  readonly left: number;
}

/** Where rows are; in degrees, of the frame that is drawn. */
export interface SkyPlaces {
  readonly longitude: ArrayLike<number>;
  readonly latitude: ArrayLike<number>;
}

/** Finer pixels (0.9 degrees) could not be told apart in a picture of the whole sky. */
const FINEST = 6;
/** A bin has so many rows on the average, where the order is chosen. */
const FEWEST = 8;

/** @param values what bins are coloured by the median of; without, by how many rows they have. */
export function skyBins(
  { longitude, latitude }: SkyPlaces,
  values: ArrayLike<number> | undefined,
  order: number | undefined,
): SkyBins {
  const rows: number[] = [];
  for (let row = 0; row < longitude.length; row++) {
    const isPlaced = Number.isFinite(longitude[row]) && Math.abs(latitude[row]) <= 90;
    if (isPlaced && (values === undefined || Number.isFinite(values[row]))) rows.push(row);
  }
  const pixelsAt = (at: number) => rows.map((row) => healpixPixelNumber(at, longitude[row], latitude[row]));
  const chosen = order ?? fittingOrder(pixelsAt(FINEST));
  const members = new Map<number, number[]>();
  for (const [i, pixel] of pixelsAt(chosen).entries()) {
    const own = members.get(pixel);
    if (own) own.push(rows[i]);
    else members.set(pixel, [rows[i]]);
  }
  const bins = new Map<number, number>();
  for (const [pixel, own] of members) {
    const cells = values && Float64Array.from(own, (row) => values[row]).sort();
    bins.set(pixel, cells ? medianOfSorted(cells) : own.length);
  }
  return { order: chosen, bins, rows: rows.length, left: longitude.length - rows.length };
}

/** The finest order whose bins have enough rows. */
function fittingOrder(finest: readonly number[]): number {
  for (let order = FINEST; order > 1; order--) {
    const occupied = new Set(finest.map((pixel) => Math.floor(pixel / 4 ** (FINEST - order)))).size;
    if (finest.length >= FEWEST * occupied) return order;
  }
  return 1;
}
