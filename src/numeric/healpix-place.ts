/**
 * @file HEALPix the other way round: where on the sphere a place within a pixel lies.
 * @see Górski, K. M. et al. (2005), ApJ 622, 759, section 4: each of twelve squares hangs from a corner; `FROM_POLE` and `AROUND`
 * say where, in half squares down from the north pole and eighths of a turn.
 */

const FROM_POLE = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
const AROUND = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7];

/**
 * The direction of a place within a nested pixel, in degrees.
 * @param pixel Of order 0 to 24.
 * @param east From the pixel's southern corner along its south-eastern edge, from 0 to 1; 0.5 and 0.5 is the middle.
 * @param west Along its south-western edge.
 */
export function healpixPlace(
  order: number,
  pixel: number,
  east = 0.5,
  west = 0.5,
): { readonly longitude: number; readonly latitude: number } {
  const side = 2 ** order;
  const face = Math.floor(pixel / (side * side));
  let rest = pixel - face * side * side;
  let [x, y] = [0, 0];
  for (let bit = 1; bit < side; bit *= 2) {
    x += bit * (rest % 2);
    y += bit * (Math.floor(rest / 2) % 2);
    rest = Math.floor(rest / 4);
  }
  const [across, up] = [(x + east) / side, (y + west) / side];
  const down = FROM_POLE[face] - across - up;
  // The parallel's share of its full length: below 1 in the caps, where it shrinks towards the pole.
  const length = Math.min(1, down, 4 - down);
  const z = down < 1 ? 1 - length ** 2 / 3 : down > 3 ? length ** 2 / 3 - 1 : ((2 - down) * 2) / 3;
  const eighths = length < 1e-12 ? AROUND[face] : (AROUND[face] * length + across - up) / length;
  return { longitude: (((eighths * 45) % 360) + 360) % 360, latitude: (Math.asin(z) * 180) / Math.PI };
}
