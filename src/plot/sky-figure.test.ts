/** @file Maps of the sky: bins, Mollweide's projection, what is drawn. */
import { expect, test } from "vitest";
import { healpixPixelNumber } from "../numeric/healpix.ts";
import { mollweide } from "./mollweide.ts";
import { skyBins } from "./sky-bins.ts";
import { skyFigure } from "./sky-figure.ts";

test("bins have the median of their rows, or their number; rows without place or value are counted", () => {
  const places = { longitude: [10, 10.01, 10.02, 200, 5, 7], latitude: [20, 20, 20, -45, Number.NaN, 91] };
  const values = [1, 5, 2, Number.NaN, 3, 3];
  const near = healpixPixelNumber(4, 10, 20);
  expect(skyBins(places, values, 4)).toEqual({ order: 4, bins: new Map([[near, 2]]), rows: 3, left: 3 });
  const { bins, rows } = skyBins(places, undefined, 4);
  expect([rows, bins.get(near), bins.get(healpixPixelNumber(4, 200, -45))]).toEqual([4, 3, 1]);
});

test("bins are as fine as the rows allow, in a small field finer", () => {
  const many = Array.from({ length: 4000 }, (_, i) => i / 4000);
  const sky = {
    longitude: many.map((_, i) => (i * 137.5) % 360),
    latitude: many.map((each) => (Math.asin(2 * each - 1) * 180) / Math.PI),
  };
  expect(skyBins(sky, undefined, undefined).order).toBe(2);
  const field = {
    longitude: many.map((each) => 10 + each),
    latitude: many.map((_, i) => 10 + (i % 60) / 60),
  };
  expect(skyBins(field, undefined, undefined).order).toBe(6);
});

test("the projection keeps areas, and is Mollweide's", () => {
  expect(mollweide(180, 0)).toEqual([2, 0]);
  expect(mollweide(77, 90)).toEqual([0, 1]);
  for (let latitude = -89; latitude < 90; latitude += 4.4) {
    const [x, y] = mollweide(90, latitude);
    const a = Math.asin(y);
    expect(2 * a + Math.sin(2 * a)).toBeCloseTo(Math.PI * Math.sin((latitude * Math.PI) / 180), 9);
    expect(x).toBeCloseTo(Math.cos(a), 12);
  }
  // The band up to a latitude has its share of the ellipse.
  const steps = Array.from({ length: 4001 }, (_, i) => mollweide(180, (i / 4000) * 30));
  const area = steps
    .slice(1)
    .reduce((sum, [w, h], i) => sum + ((w + steps[i][0]) / 2) * (h - steps[i][1]), 0);
  expect(area / (Math.PI / 2)).toBeCloseTo(Math.sin(Math.PI / 6), 5);
});

test("a bin on the rim is drawn at both sides, and all within the ellipse", () => {
  const { svg } = skyFigure({ longitude: [180], latitude: [2], frame: "galactic" }, { order: 2 });
  const [, path] = /<path d="([^"]*)" fill="#/.exec(svg) ?? [];
  expect(path.split("M").length - 1).toBe(2);
  const [cx, cy, rx, ry] = ["cx", "cy", "rx", "ry"].map((name) =>
    Number(new RegExp(`<ellipse[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]),
  );
  for (const [, x, y] of path.matchAll(/([\d.]+),([\d.]+)/g))
    expect(((Number(x) - cx) / rx) ** 2 + ((Number(y) - cy) / ry) ** 2).toBeLessThan(1.0001);
});

test("what can't be drawn is said", () => {
  expect(() => skyFigure({ longitude: [1], latitude: [95] })).toThrow(
    "No row has a place on the sky: there is nothing to draw.",
  );
  expect(() => skyFigure({ longitude: [1], latitude: [2] }, { order: 9 })).toThrow(
    "Bins of the order 9 are too many to be drawn",
  );
  expect(() => skyFigure({ longitude: [1], latitude: [2] }, { order: -1 })).toThrow("the order of the bins");
});
