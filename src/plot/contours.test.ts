/** @file Contours hold the shares that they state: samples inside them are counted, and a normal's are where they must be. */
import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { massContours, type Place, type Rectangle } from "./contours.ts";

const random = generator(1, "contours");
const normal = Array.from({ length: 20_000 }, (): Place => [random.normal(), 3 + 0.5 * random.normal()]);
const ring = Array.from({ length: 4000 }, (_, i): Place => {
  const angle = 0.001 * Math.PI * i;
  const radius = 1 + 0.1 * random.normal();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});
const FRAME: Rectangle = [
  [-4, 4],
  [0, 6],
];

/** The height of the cell that a place is in: what is inside a contour, told without its interpolation. */
function cellHeight(
  { grid, width, height, rectangle }: ReturnType<typeof massContours>,
  [x, y]: Place,
): number {
  const index = (value: number, [low, high]: readonly [number, number], cells: number) =>
    Math.floor(((value - low) / (high - low)) * cells);
  const [i, j] = [index(x, rectangle[0], width), index(y, rectangle[1], height)];
  return i < 0 || j < 0 || i >= width || j >= height ? 0 : grid[j * width + i];
}

describe.each([
  ["a normal", normal, FRAME],
  [
    "a ring",
    ring,
    [
      [-1.5, 1.5],
      [-1.5, 1.5],
    ] as Rectangle,
  ],
] as const)("contours of %s", (_, samples, frame) => {
  const contours = massContours(samples, frame, [0.39, 0.68, 0.95]);
  test.each([0.39, 0.68, 0.95])("hold %d of the samples", (mass) => {
    const height = contours.levels.find((level) => level.mass === mass)?.height ?? Number.NaN;
    const inside = samples.filter((place) => cellHeight(contours, place) >= height).length;
    expect(inside / samples.length).toBeCloseTo(mass, 1.7);
  });
});

test("of a normal they lie where its density says", () => {
  const { levels, grid } = massContours(normal, FRAME, [0.39, 0.95]);
  // The share inside the ellipse of radius r is 1 - exp(-r²/2), the density there exp(-r²/2) of the highest.
  const highest = Math.max(...grid);
  for (const { mass, height } of levels) expect(Math.abs(height / highest - (1 - mass))).toBeLessThan(0.06);
});

test("samples outside the frame count: what does not fit in has no contour", () => {
  const half: Rectangle = [
    [0, 4],
    [2.9, 6],
  ];
  const { levels } = massContours(normal, half, [0.1, 0.95]);
  expect(levels.map(({ mass }) => mass)).toEqual([0.1]);
});
