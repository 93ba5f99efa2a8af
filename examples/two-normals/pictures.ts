/** @file Pictures of conditional diffusion: samples beside the truth, the walk back in panels, moving, and as a page. */
import type { Diffusion } from "../../src/diffusion/index.ts";
import type { Figure, ThemeName } from "../../src/plot/index.ts";
import { animatedFigure, animationPage } from "../figures/animation.ts";
import { pointsFigure, type Square } from "../figures/points-figure.ts";
import type { TwoNormalsResult } from "./demonstration.ts";

const PANELS = 10;
const PLANE: Square = { x: [-2.6, 2.6], y: [-2.6, 2.6] };
/** Every so-many-th step moves: all 100 of them would make a megabyte. */
const STRIDE = 4;
const WALKERS = 250;

export async function twoNormalsPictures(
  model: Diffusion,
  results: TwoNormalsResult["results"],
  theme: ThemeName,
): Promise<{ readonly figures: Record<string, Figure>; readonly page: string }> {
  const { steps: last } = model.settings;
  const { condition } = results[1];
  const { steps } = await model.sample({ size: 1500, condition, returnSteps: true });
  const at = (step: number) => ({ title: `t = ${last - step}`, points: steps[step] });
  const shown = Array.from({ length: PANELS }, (_, i) => Math.round((i * last) / (PANELS - 1)));
  const moving = Array.from({ length: last / STRIDE + 1 }, (_, i) => i * STRIDE);
  const walk = {
    title: "Two normals: noise is taken away",
    labels: moving.map((step) => at(step).title),
    steps: moving.map((step) => steps[step]),
  };
  const subtitle = `given [${condition.join(", ")}]`;
  const clouds = results.flatMap(({ condition: given, samples, truth, kl }) => [
    { title: `[${given.join(", ")}]`, points: samples },
    { title: `truth, KL ${kl.ofSamplesFromTruth.toFixed(3)}`, points: truth },
  ]);
  const conditions = pointsFigure(clouds, {
    theme,
    square: { x: [-1.6, 1.6], y: [-1.6, 1.6] },
    columns: 2,
    cell: 200,
    colours: [0, 1, 0, 1, 0, 1],
    title: "Samples at three conditions, beside the truth",
    subtitle: "each condition is [x1, y1, s1, x2, y2, s2]; KL in nats, by nearest neighbours",
  });
  const figures = {
    conditions,
    reverse: pointsFigure(shown.map(at), { theme, square: PLANE, title: walk.title, subtitle }),
    walk: animatedFigure(walk, { theme, square: PLANE, points: WALKERS }),
  };
  return { figures, page: animationPage(walk, { theme, square: PLANE, points: WALKERS }) };
}
