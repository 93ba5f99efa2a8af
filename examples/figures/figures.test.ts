/** @file One example of each of the demonstrations' figures, checked as those of the package are. */
import { checkFigures } from "../../src/plot/testing/check-figures.ts";
import { cloud } from "../../src/plot/testing/example-figures.ts";
import { animatedFigure } from "./animation.ts";
import { densityMapFigure, mapPoints } from "./map-figure.ts";
import { pointsFigure } from "./points-figure.ts";
import { profileFigure } from "./profile-figure.ts";

const ys = cloud.slice(0, 40).map(([, y]) => y);
const steps = Array.from({ length: 5 }, (_, step) => cloud.slice(0, 30).map(([x, y]) => [x + 4 - step, y]));

checkFigures(
  {
    profile: (options) =>
      profileFigure(
        [0, 1].map((row) => ({
          label: `star ${row}`,
          median: ys,
          low: ys.map((y) => y - 0.2),
          high: ys.map((y) => y + 0.2),
          found: ys.map((y, i) => (i < 30 ? y + 0.1 * Math.sin(7 * i + row) : Number.NaN)),
        })),
        { ...options, across: "coefficient" },
      ),
    map: (options) => {
      const grid = { x: [-1, 2], y: [-1, 1], across: 30 } as const;
      const values = mapPoints(grid, 20).map(([x, y]) => Math.exp(-4 * x * x - 9 * (y - x / 3) ** 2));
      return densityMapFigure({ ...grid, columns: [{ name: "x" }, { name: "y" }], values }, options);
    },
    points: (options) =>
      pointsFigure(
        steps.map((points, t) => ({ title: `t = ${t}`, points })),
        options,
      ),
    animation: ({ theme }) =>
      animatedFigure(
        { title: "Reverse", labels: steps.map((_, t) => `t = ${t}`), steps },
        { ...(theme && { theme }) },
      ),
  },
  new URL("snapshots/", import.meta.url),
);
