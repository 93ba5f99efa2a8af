/** @file Where HEALPix pixels lie, against the pixels of places. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { healpixPixelNumber } from "./healpix.ts";
import { healpixPlace } from "./healpix-place.ts";

test("every place within a pixel lies in it", () => {
  const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), fc.nat(), inside, inside, (order, number, east, west) => {
      const pixel = number % (12 * 4 ** order);
      const { longitude, latitude } = healpixPlace(order, pixel, east, west);
      expect(healpixPixelNumber(order, longitude, latitude)).toBe(pixel);
    }),
    { numRuns: 2000 },
  );
});

test("corners at the poles are the poles, and neighbours share theirs", () => {
  for (const face of [0, 1, 2, 3]) expect(healpixPlace(0, face, 1, 1).latitude).toBe(90);
  for (const face of [8, 9, 10, 11]) expect(healpixPlace(0, face, 0, 0).latitude).toBe(-90);
  expect(healpixPlace(0, 4, 0.5, 0.5)).toEqual({ longitude: 0, latitude: 0 });
  const [one, other] = [healpixPlace(3, 0, 1, 0), healpixPlace(3, 1, 0, 0)];
  expect(one.longitude).toBeCloseTo(other.longitude, 12);
  expect(one.latitude).toBeCloseTo(other.latitude, 12);
});
