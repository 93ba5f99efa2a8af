/** @file Galactic coordinates, against Astropy's. */
import { expect, test } from "vitest";
import { equatorialOf, galacticOf } from "./galactic.ts";

/** SkyCoord(ra, dec).galactic of Astropy 8.0.2. */
const KNOWN = [
  [266.4049882865, -28.9361777396, 1.9e-8, 1.2e-8],
  [192.8594812065, 27.1282511916, 10.39, 89.99999680879876],
  [10.68470833, 41.26875, 121.17432906153702, -21.573308798437054],
  [83.63308333, 22.0145, 184.5574578769959, -5.784356705776994],
  [200.123, -60.5, 306.50395554743847, 2.170085326651111],
] as const;

test("directions are those of Astropy, to the tenth of a second of arc", () => {
  for (const [ra, dec, l, b] of KNOWN) {
    const [longitude, latitude] = galacticOf(ra, dec);
    expect(latitude).toBeCloseTo(b, 5);
    if (b < 89) expect(Math.abs(((longitude - l + 540) % 360) - 180)).toBeLessThan(3e-5);
  }
});

test("there and back is where one was", () => {
  for (let ra = 1; ra < 360; ra += 37)
    for (let dec = -85; dec < 90; dec += 17) {
      const back = equatorialOf(...galacticOf(ra, dec));
      expect(back[0]).toBeCloseTo(ra, 6);
      expect(back[1]).toBeCloseTo(dec, 7);
    }
});
