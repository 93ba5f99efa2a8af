/** @file Pictures of diffusion on two moons: noise added, noise taken away, the exact density. */
import type { Diffusion } from "../../src/diffusion/index.ts";
import type { Figure, ThemeName } from "../../src/plot/index.ts";
import { densityMapFigure, mapPoints } from "../figures/map-figure.ts";
import { pointsFigure, type Square } from "../figures/points-figure.ts";
import type { MoonsResult } from "./demonstration.ts";

const PANELS = 10;
const PLANE: Square = { x: [-2.6, 3.2], y: [-2.6, 2.9] };
const GRID = { x: [-1.5, 2.5], y: [-1, 1.5], across: 128 } as const;
const UP = 80;

/** Ten panels of either walk, evenly spaced in the steps, and the density of the probability flow. */
export async function moonsPictures(
  model: Diffusion,
  points: readonly (readonly number[])[],
  kl: MoonsResult["kl"],
  theme: ThemeName,
): Promise<Record<string, Figure>> {
  const { steps: last } = model.settings;
  const shown = Array.from({ length: PANELS }, (_, i) => Math.round((i * last) / (PANELS - 1)));
  const noised = shown.map((step) => ({ title: `t = ${step}`, points: model.noise(points, { step }) }));
  const { steps } = await model.sample({ size: 1500, returnSteps: true });
  // The walk back begins at t = T.
  const cleaned = shown.map((step) => ({ title: `t = ${last - step}`, points: steps[step] }));
  const values = (await model.logPdf(mapPoints(GRID, UP))).map(Math.exp);
  const numbers = `KL of samples from the truth ${kl.ofSamplesFromTruth.toFixed(3)} nats (of true points ${kl.ofTruthFromTruth.toFixed(3)})`;
  return {
    forward: pointsFigure(noised, { theme, square: PLANE, title: "Two moons: noise is added" }),
    reverse: pointsFigure(cleaned, {
      theme,
      square: PLANE,
      title: "Two moons: noise is taken away",
      subtitle: numbers,
    }),
    density: densityMapFigure(
      { ...GRID, columns: [{ name: "x" }, { name: "y" }], values },
      {
        theme,
        title: "The exact density of the probability flow",
        subtitle: `KL of the truth from it ${kl.byDensity.toFixed(3)} nats`,
      },
    ),
  };
}
