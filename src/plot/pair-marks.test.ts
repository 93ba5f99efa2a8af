/** @file Axes of pairs: the contours lie inside them, unless a range is asked for. */
import { expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { axisOf } from "./column-axis.ts";
import { contourExtent, massContours } from "./contours.ts";
import { cornerFigure } from "./corner-figure.ts";
import { axesAround, DEFAULT_MASSES } from "./pair-marks.ts";

const random = generator(2, "pairs");
const normals = () => Float64Array.from({ length: 4000 }, () => random.normal());
// The end of a narrow ridge is smoothed far beyond its last sample; a few samples lie far off.
const x = normals().map((value) => Math.abs(value));
const y = x.map((value, i) => (i % 400 === 0 ? 40 * random.normal() : value + 0.05 * random.normal()));
const samples = { x, y };
const pair = [{ of: [0, 1] as const, samples }];
const axes = [axisOf({ name: "x" }, [x]), axisOf({ name: "y" }, [y])];

test("are widened until all contours lie inside, and no further", () => {
  const places = Array.from(x, (each, i) => [each, y[i]] as const);
  const beyond = (of: readonly { readonly range: readonly [number, number] }[]) => {
    const extent = contourExtent(massContours(places, [of[0].range, of[1].range], DEFAULT_MASSES));
    return of.map(({ range: [low, high] }, i) =>
      extent ? Math.max(low - extent[i][0], extent[i][1] - high) / (high - low) : Number.NaN,
    );
  };
  expect(Math.max(...beyond(axes))).toBeGreaterThan(0);
  const wider = axesAround(axes, pair, DEFAULT_MASSES);
  for (const room of beyond(wider)) expect(room).toBeLessThanOrEqual(0);
  for (const [i, { range }] of wider.entries())
    expect((range[1] - range[0]) / (axes[i].range[1] - axes[i].range[0])).toBeLessThan(1.2);
});

test("whose range was asked for stay, and the caption says that they cut", () => {
  const asked = axisOf({ name: "x", range: [0.5, 1] }, [x]);
  expect(axesAround([asked, axes[1]], pair, DEFAULT_MASSES)[0].range).toEqual([0.5, 1]);
  const columns = (range?: readonly [number, number]) => [
    { name: "x", samples: x, range },
    { name: "y", samples: y },
  ];
  const words = (range?: readonly [number, number]) =>
    cornerFigure(columns(range))
      .svg.replace(/<[^>]*>/g, "")
      .replace(/\s+/g, " ");
  expect(words()).not.toContain("are cut");
  expect(words([0, 3])).toMatch(/contours are cut where ?the axes end/);
});
