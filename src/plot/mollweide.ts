/** @file The sphere on a plane: Mollweide's projection, which keeps areas; an ellipse twice as wide as high. */

/**
 * Where a direction lies in the ellipse of half-axes 2 and 1, in units of its half height; both in degrees, longitude from the
 * middle (-180 to 180).
 * @see Snyder, J. P. (1987), "Map Projections: A Working Manual", USGS Professional Paper 1395, page 251.
 */
export function mollweide(longitude: number, latitude: number): readonly [x: number, y: number] {
  const wanted = Math.PI * Math.sin((latitude * Math.PI) / 180);
  // 2 a + sin 2a = wanted, by Newton's method; at the poles, where it has no slope, the answer is known.
  let a = (latitude * Math.PI) / 180;
  if (Math.abs(latitude) > 89.999) return [0, Math.sign(latitude)];
  for (let step = 0; step < 50; step++) {
    const change = (2 * a + Math.sin(2 * a) - wanted) / (2 + 2 * Math.cos(2 * a));
    a -= change;
    if (Math.abs(change) < 1e-10) break;
  }
  return [(longitude / 90) * Math.cos(a), Math.sin(a)];
}
