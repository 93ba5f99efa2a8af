/** @file What the colours of points mean: a vertical ramp with an axis. */
import * as Plot from "@observablehq/plot";
import { tickText } from "./axis.ts";
import { type Panel, panel } from "./panel.ts";
import { rampColour, type Theme } from "./theme.ts";

const STEPS = 64;
const WIDTH = 74;

export function rampPanel(
  theme: Theme,
  height: number,
  { label, domain: [low, high] }: { readonly label: string; readonly domain: readonly [number, number] },
): Panel {
  const steps = Array.from({ length: STEPS }, (_, i) => i);
  const at = (i: number) => low + ((high - low) * i) / STEPS;
  return panel(
    theme,
    { width: WIDTH, height },
    {
      marginLeft: 4,
      marginRight: 56,
      x: { axis: null, domain: [0, 1] },
      y: {
        axis: "right",
        domain: [low, high],
        ticks: 5,
        tickFormat: tickText,
        label,
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 50,
        tickSize: 4,
      },
      marks: [
        // A hair of overlap: otherwise a renderer's rounding leaves lines between the steps.
        Plot.rect(steps, {
          x1: () => 0,
          x2: () => 1,
          y1: at,
          y2: (i: number) => at(Math.min(STEPS, i + 1.3)),
          fill: (i: number) => rampColour(theme, i / (STEPS - 1)),
        }),
      ],
    },
  );
}
