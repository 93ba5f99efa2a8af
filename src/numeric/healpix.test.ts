/** @file Pixels by hand, by their nesting, and as healpy numbers them. */
import { describe, expect, test } from "vitest";
import { isShared, NEEDS_SHARED, sharedJson } from "../../test/reference.ts";
import { generator } from "./generator.ts";
import { healpixPixel, healpixPixelNumber } from "./healpix.ts";

const GOLDEN = "data/surveys/golden/healpix/ang2pix.expected.json";

test("the twelve squares of order 0 are numbered from the north", () => {
  expect([45, 135, 225, 315].map((longitude) => healpixPixelNumber(0, longitude, 60))).toEqual([0, 1, 2, 3]);
  expect([0.5, 90, 180, 270].map((longitude) => healpixPixelNumber(0, longitude, 0))).toEqual([4, 5, 6, 7]);
  expect([45, 135, 225, 315].map((longitude) => healpixPixelNumber(0, longitude, -60))).toEqual([
    8, 9, 10, 11,
  ]);
});

test("a square's four children: the southern first, then east, west and the northern", () => {
  // Square 4 has its middle at longitude 0 on the equator; its corners lie at 45 degrees to the east and west.
  expect([-20, 20].map((latitude) => healpixPixelNumber(1, 0.1, latitude))).toEqual([16, 19]);
  expect([22, 338].map((longitude) => healpixPixelNumber(1, longitude, 0.1))).toEqual([17, 18]);
});

test("the north pole is the last pixel of a northern square, the south pole the first of a southern one", () => {
  expect(healpixPixel(29, 45, 90)).toBe(2n ** 58n - 1n);
  expect(healpixPixel(29, 45, -90)).toBe(8n * 2n ** 58n);
});

test("a pixel lies in the pixel of every coarser order, and any turn of the longitude is the same", () => {
  const random = generator(3, "sky");
  for (let i = 0; i < 2000; i++) {
    const longitude = 360 * random.uniform();
    const latitude = (180 / Math.PI) * Math.asin(2 * random.uniform() - 1);
    const finest = healpixPixel(29, longitude, latitude);
    for (const order of [0, 1, 7, 12, 14, 15, 16, 24, 25, 28])
      expect(healpixPixel(order, longitude, latitude)).toBe(finest >> BigInt(2 * (29 - order)));
    expect(healpixPixel(12, longitude - 360, latitude)).toBe(finest >> 34n);
  }
});

test("what is no direction and no order is refused", () => {
  expect(() => healpixPixel(5, 10, 90.1)).toThrow(/latitude 90.1/);
  expect(() => healpixPixel(5, Number.NaN, 0)).toThrow(/longitude NaN/);
  expect(() => healpixPixel(30, 0, 0)).toThrow(/from 0 to 29, not 30/);
  expect(() => healpixPixelNumber(25, 0, 0)).toThrow(/does not fit a double/);
});

describe.skipIf(!isShared(GOLDEN))(`against healpy ${NEEDS_SHARED}`, () => {
  test("300 points at 16 orders have healpy's numbers", () => {
    const golden = sharedJson<{
      lon_deg: number[];
      lat_deg: number[];
      nest: Record<string, string[]>;
    }>(GOLDEN);
    // The last 18 points lie on edges and poles, where implementations may differ.
    for (const [order, pixels] of Object.entries(golden.nest))
      expect(
        golden.lon_deg
          .slice(0, 300)
          .map((longitude, i) => `${healpixPixel(Number(order), longitude, golden.lat_deg[i] as number)}`),
      ).toEqual(pixels.slice(0, 300));
  });
});
