/** @file Points that walk: an SVG that moves by itself, and a page with a slider. Neither needs anything else. */
import { InputError } from "../../src/base/errors.ts";
import { escaped, type Figure } from "../../src/plot/figure.ts";
import {
  answerColour,
  FONT_FAMILY,
  FONT_SIZE,
  type ThemeName,
  TITLE_SIZE,
  themeOf,
} from "../../src/plot/theme.ts";
import { type Square, squareAround } from "./points-figure.ts";

/** The same points at one step after the other. */
export interface Walk {
  readonly title: string;
  /** What the step shown is called: "t = 99". One for each step. */
  readonly labels: readonly string[];
  /** steps, then points, then two coordinates. */
  readonly steps: readonly (readonly (readonly number[])[])[];
}

export interface AnimationOptions {
  readonly theme?: ThemeName;
  /** Seconds of one run; default 6. The last step is held for a third of that besides. */
  readonly seconds?: number;
  /** Width and height of the plane in pixels; default 360. */
  readonly size?: number;
  readonly square?: Square;
  /** Points drawn; default 600: every one adds all its steps to the file. */
  readonly points?: number;
}

const TOP = 34;
const HELD = 1 / 3;

/**
 * An SVG that moves in any browser (SMIL: https://www.w3.org/TR/SVG11/animate.html), over and over.
 * @throws InputError for a walk without steps or of unequal ones.
 */
export function animatedFigure(walk: Walk, options: AnimationOptions = {}): Figure {
  const { theme: name, seconds = 6, size = 360 } = options;
  const theme = themeOf(name);
  const paths = pathsOf(walk, options, size);
  const times = timesOf(walk.steps.length);
  const run = `dur="${(seconds * (1 + HELD)).toFixed(2)}s" repeatCount="indefinite" keyTimes="${times.join(";")}"`;
  const moves = (attribute: string, values: readonly number[]) =>
    `<animate attributeName="${attribute}" ${run} values="${[...values, values.at(-1)!].join(";")}"/>`;
  const dots = paths.map(
    ({ x, y }) =>
      `<circle r="1.6" cx="${x.at(-1)}" cy="${y.at(-1)}">${moves("cx", x)}${moves("cy", y)}</circle>`,
  );
  const labels = walk.labels.map((label, step) => stepLabel(label, step, times, run, size, theme.faint));
  const height = size + TOP;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${height}" viewBox="0 0 ${size} ${height}" font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}" role="img">` +
    `<title>${escaped(walk.title)}</title><rect width="${size}" height="${height}" fill="${theme.background}"/>` +
    `<text x="12" y="22" font-size="${TITLE_SIZE}" font-weight="600" fill="${theme.text}">${escaped(walk.title)}</text>` +
    `${labels.join("")}<g transform="translate(0,${TOP})" fill="${answerColour(theme, 0)}" fill-opacity="0.75">${dots.join("\n")}</g></svg>\n`;
  return { svg, width: size, height, title: walk.title };
}

/** When each step is reached, as shares of the whole run; the last is held to the end. */
function timesOf(steps: number): string[] {
  const moving = 1 / (1 + HELD);
  const reached = Array.from({ length: steps }, (_, step) =>
    ((moving * step) / Math.max(1, steps - 1)).toFixed(4),
  );
  return [...reached, "1"];
}

/** Seen from its own step to the next: the last one where nothing moves. */
function stepLabel(
  label: string,
  step: number,
  times: readonly string[],
  run: string,
  size: number,
  colour: string,
): string {
  const last = times.length - 2;
  const shown = times.map((_, i) => (i === step || (step === last && i > last) ? "visible" : "hidden"));
  return (
    `<text x="${size - 12}" y="22" text-anchor="end" fill="${colour}" visibility="${step === last ? "visible" : "hidden"}">${escaped(label)}` +
    `<animate attributeName="visibility" ${run} calcMode="discrete" values="${shown.join(";")}"/></text>`
  );
}

interface Path {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Each point's way in pixels, one decimal. */
function pathsOf(walk: Walk, { square, points: most = 600 }: AnimationOptions, size: number): Path[] {
  const { steps, labels, title } = walk;
  const count = steps[0]?.length ?? 0;
  if (count === 0) throw new InputError("There are no points to draw.");
  if (labels.length !== steps.length || steps.some((points) => points.length !== count))
    throw new InputError("Every step of an animation needs a label and the same points.");
  const { x, y } = square ?? squareAround(steps.map((points) => ({ title, points })));
  const across = (value: number) => pixel(((value - x[0]) / (x[1] - x[0])) * size);
  const down = (value: number) => pixel((1 - (value - y[0]) / (y[1] - y[0])) * size);
  return Array.from({ length: Math.min(most, count) }, (_, point) => ({
    x: steps.map((points) => across(points[point][0])),
    y: steps.map((points) => down(points[point][1])),
  }));
}

const pixel = (value: number) => Math.round(value * 10) / 10;

/** A page of its own with the walk on a canvas, a slider for the step, and play and pause. */
export function animationPage(walk: Walk, options: AnimationOptions = {}): string {
  const { theme: name, seconds = 6, size = 360 } = options;
  const theme = themeOf(name);
  const data = { paths: pathsOf(walk, options, size), labels: walk.labels, seconds, size };
  const colours = { dot: answerColour(theme, 0), background: theme.background };
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(walk.title)}</title>
<style>
body { margin: 2rem auto; max-width: ${size}px; font: 15px ${FONT_FAMILY}; color: ${theme.text}; background: ${theme.background} }
canvas { width: 100%; aspect-ratio: 1 }
div { display: flex; gap: 0.7rem; align-items: center }
input { flex: 1 }
output { min-width: 5em; text-align: right }
</style>
<h3>${escaped(walk.title)}</h3>
<canvas id="plane" width="${2 * size}" height="${2 * size}"></canvas>
<div><button type="button" id="play">Pause</button><input id="step" type="range" min="0" max="${walk.steps.length - 1}" value="0" aria-label="step"><output id="label"></output></div>
<script>
const { paths, labels, seconds, size } = ${JSON.stringify(data).replaceAll("<", "\\u003c")};
const [plane, slider, label, button] = ["plane", "step", "label", "play"].map((id) => document.getElementById(id));
const pen = plane.getContext("2d");
let playing = true;
function draw() {
  const step = Number(slider.value);
  pen.setTransform(2, 0, 0, 2, 0, 0);
  pen.fillStyle = "${colours.background}";
  pen.fillRect(0, 0, size, size);
  pen.fillStyle = "${colours.dot}";
  for (const { x, y } of paths) {
    pen.beginPath();
    pen.arc(x[step], y[step], 1.6, 0, 7);
    pen.fill();
  }
  label.textContent = labels[step];
}
slider.addEventListener("input", () => { pause(); draw(); });
button.addEventListener("click", () => (playing ? pause() : play()));
function pause() { playing = false; button.textContent = "Play"; }
function play() {
  playing = true;
  button.textContent = "Pause";
  if (Number(slider.value) === labels.length - 1) slider.value = 0;
}
setInterval(() => {
  if (!playing) return;
  slider.value = Number(slider.value) + 1;
  draw();
  if (Number(slider.value) === labels.length - 1) pause();
}, (1000 * seconds) / labels.length);
draw();
</script>
</html>
`;
}
