/**
 * @file HEALPix: the number of the pixel of the sphere that a direction lies in, in the nested order.
 * @see Górski, K. M. et al. (2005), ApJ 622, 759, section 4 and figure 4: the projection of the sphere to twelve
 * squares, which are halved again and again; the bits of a pixel's place in its square are interleaved to its number.
 */

/** Pixels of order 24 and below have numbers that a double holds exactly (12 * 4^24 < 2^53). */
const LAST_ORDER_OF_NUMBERS = 24;
const LAST_ORDER = 29;
/** Places within a square have up to 29 bits; 15 of each of the two make a number of 30 bits. */
const LOW_BITS = 15;
const LOW_MASK = 0x7fff;
const LOW_RANGE = 2 ** (2 * LOW_BITS);

/**
 * The nested HEALPix pixel of a direction, at any order up to 29 (the finest, `_healpix_29` of HATS).
 *
 * @param order The order k; the sphere has 12 * 4^k pixels.
 * @param longitude Degrees, of any turn: right ascension or Galactic longitude, whichever the pixels are of.
 * @param latitude Degrees in [-90, 90].
 * @throws RangeError for an order that is no integer from 0 to 29, or a direction that is none.
 *
 * @example
 * ```ts
 * healpixPixel(29, 184.2557848920924, -26.470266572513854); // a pixel of half a milliarcsecond
 * ```
 */
export function healpixPixel(order: number, longitude: number, latitude: number): bigint {
  if (order <= LAST_ORDER_OF_NUMBERS) return BigInt(healpixPixelNumber(order, longitude, latitude));
  const high = place(order, longitude, latitude);
  return (BigInt(high) << BigInt(2 * LOW_BITS)) | BigInt(lowBits);
}

/** {@link healpixPixel} as a number, for orders up to 24: beyond, a double does not hold it. */
export function healpixPixelNumber(order: number, longitude: number, latitude: number): number {
  if (order > LAST_ORDER_OF_NUMBERS)
    throw new RangeError(`A pixel of order ${order} does not fit a double; ask healpixPixel for it`);
  return place(order, longitude, latitude) * LOW_RANGE + lowBits;
}

/** The lower 30 bits of the pixel found last: a second result of `place` without an object for each of a billion rows. */
let lowBits = 0;

/** Finds a direction's face and place within it; returns the upper bits of the pixel's number, leaves the lower in lowBits. */
function place(order: number, longitude: number, latitude: number): number {
  if (!Number.isInteger(order) || order < 0 || order > LAST_ORDER)
    throw new RangeError(`HEALPix orders go from 0 to ${LAST_ORDER}, not ${order}`);
  if (!(Math.abs(latitude) <= 90) || !Number.isFinite(longitude))
    throw new RangeError(`No direction has the longitude ${longitude} and the latitude ${latitude}`);
  const side = 2 ** order;
  const z = Math.sin((latitude * Math.PI) / 180);
  const turn = longitude / 90;
  const quarters = turn - 4 * Math.floor(turn / 4); // in [0, 4]; 4 only by rounding, where it is 0 again
  const t = quarters >= 4 ? 0 : quarters;
  let face: number;
  let x: number;
  let y: number;
  if (Math.abs(z) <= 2 / 3) {
    const descending = Math.floor(side * (0.5 + t - 0.75 * z));
    const ascending = Math.floor(side * (0.5 + t + 0.75 * z));
    const a = Math.floor(descending / side);
    const b = Math.floor(ascending / side);
    face = a === b ? (a % 4) + 4 : a < b ? a % 4 : (b % 4) + 8;
    x = ascending % side;
    y = side - 1 - (descending % side);
  } else {
    const quarter = Math.min(3, Math.floor(t));
    const within = t - quarter;
    // The same as side * sqrt(3 (1 - |z|)), without the loss of digits where |z| is nearly 1.
    const reach = (side * Math.cos((latitude * Math.PI) / 180)) / Math.sqrt((1 + Math.abs(z)) / 3);
    const descending = Math.min(side - 1, Math.floor(within * reach));
    const ascending = Math.min(side - 1, Math.floor((1 - within) * reach));
    face = z > 0 ? quarter : quarter + 8;
    x = z > 0 ? side - 1 - ascending : descending;
    y = z > 0 ? side - 1 - descending : ascending;
  }
  const low = interleaved(x & LOW_MASK, y & LOW_MASK);
  const high = interleaved(x >>> LOW_BITS, y >>> LOW_BITS);
  if (order >= LOW_BITS) {
    lowBits = low;
    return face * 4 ** (order - LOW_BITS) + high;
  }
  const number = face * side * side + low; // below order 15 a place has no higher bits
  lowBits = number % LOW_RANGE;
  return Math.floor(number / LOW_RANGE);
}

/** The bits of x in the even places, those of y in the odd ones; of 15 bits each. */
const interleaved = (x: number, y: number) => spread(x) | (spread(y) << 1);

/** Every bit moved to twice its place. */
function spread(bits: number): number {
  let spaced = (bits | (bits << 8)) & 0x00ff00ff;
  spaced = (spaced | (spaced << 4)) & 0x0f0f0f0f;
  spaced = (spaced | (spaced << 2)) & 0x33333333;
  return (spaced | (spaced << 1)) & 0x55555555;
}
