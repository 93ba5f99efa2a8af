/** @file The program of the workers that answer: a model of their own, asked as the page says by messages. */
import type { ModelColumn } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import type { Distribution, NumberDistribution } from "../../distribution/distribution.ts";
import { Model } from "../../model/model.ts";
import { isInterval, type Row } from "../../model/question-table.ts";
import { usePlatform } from "../../runtime/platform.ts";
import { webPlatform } from "../../runtime/web/web-platform.ts";
import { type Axis, evenPositions, unitsPerStep, valueAt } from "./axis.ts";
import type { AnswerTo, Asked, Curve, Curves, DensePart, Joint, PairAxis, Reply } from "./messages.ts";

/** Points of a curve. */
const POINTS = 180;
/** Rows made up to tell how unusual a question is. */
const MADE_UP = 300;

let opened: Model | undefined;

function model(): Model {
  if (!opened) throw new Error("the worker has no model yet");
  return opened;
}

async function answer(asked: Asked): Promise<AnswerTo[keyof AnswerTo]> {
  switch (asked.kind) {
    case "open": {
      // One thread: a question of one row is too small to be shared out, and the page has two such workers.
      usePlatform(webPlatform({ wasm: asked.wasm, threads: 1 }));
      await opened?.dispose();
      opened = typeof asked.model === "string" ? await Model.load(asked.model) : Model.fromBytes(asked.model);
      return { columns: opened.config.columns };
    }
    case "curves":
      return curves(asked);
    case "joint":
      return joint(asked);
    case "next": {
      const { of, given, candidate } = asked;
      const [found] = await model().advise({ of, given, candidates: [candidate], size: 24 });
      return { column: candidate, nats: found.reduction };
    }
    case "unusual": {
      const found = await model().unusual({ given: asked.given, size: MADE_UP });
      return { share: found?.share, size: MADE_UP };
    }
  }
}

async function curves({ given, axes, of }: Extract<Asked, { kind: "curves" }>): Promise<Curves> {
  const began = performance.now();
  const { columns } = model().config;
  const asked = columns.filter(({ output, name }) => output && !Object.hasOwn(given, name));
  const made: Record<string, Curve> = {};
  if (asked.length > 0) {
    const found = await model().density({ of: asked.map(({ name }) => name), given });
    for (const column of asked) {
      const { name } = column;
      made[name] = curveOf(column, found[name], axes[name], name === of);
    }
  }
  for (const name of Object.keys(given)) {
    const column = columns.find((each) => each.name === name);
    // Averages over intervals cost thirty times as much: what is given so has no curve of its own.
    const { [name]: _, ...others } = given;
    if (!column?.output || Object.values(others).some(isInterval)) continue;
    made[name] = curveOf(column, await model().density({ of: name, given: others }), axes[name], false);
  }
  const outside =
    Object.keys(given).length > 0
      ? model()
          .unseen([given])
          .map(({ warning }) => warning)
      : [];
  return { given, of, curves: made, outside, milliseconds: performance.now() - began };
}

function curveOf(column: ModelColumn, found: Distribution, axis: Axis, isOfInterest: boolean): Curve {
  if (found.kind === "category") {
    const { categories, probabilities } = found;
    return { kind: "category", categories, probabilities: [...probabilities] };
  }
  const density = Float32Array.from(evenPositions(POINTS), (position) => {
    const value = valueAt(axis, position);
    return found.pdf(value) * unitsPerStep(axis, value);
  });
  return {
    kind: "number",
    density,
    pointMasses: column.encoding.pointMasses.map((value) => ({
      value,
      probability: found.probability(value),
    })),
    median: found.median(),
    middle: found.interval(0.68),
    wide: found.interval(0.9),
    ...(isOfInterest && found.period === undefined && { densest: densestOf(found) }),
  };
}

function densestOf(found: NumberDistribution): DensePart[] {
  return found.highestDensity(0.68).map(([low, high]) => ({
    low,
    high,
    mass: found.cdf(high) - found.cdf(low) + found.probability(low),
  }));
}

/** By the chain rule, p(x | given) p(y | x, given): without samples, so without their noise. */
async function joint({ given, x, y, cells: count }: Extract<Asked, { kind: "joint" }>): Promise<Joint> {
  const [alongX, alongY] = [placesOf(x, count), placesOf(y, count)];
  const first = await model().density({ of: x.name, given });
  const weights = alongX.map((place) => place.densityOf(first));
  const rows = alongX.map(({ cell }): Row => ({ ...given, [x.name]: cell }));
  const found = await model().density(rows, { of: y.name });
  const [width, height] = [alongX.length, alongY.length];
  const cells = new Float32Array(width * height);
  for (let column = 0; column < width; column++) {
    if (weights[column] === 0) continue;
    const own = found.at(column);
    for (let row = 0; row < height; row++)
      cells[row * width + column] = weights[column] * alongY[row].densityOf(own);
  }
  return { given, x: x.name, y: y.name, width, height, cells };
}

interface Place {
  readonly cell: number | string;
  /** Per step of position, or a name's probability. */
  readonly densityOf: (found: Distribution) => number;
}

function placesOf({ name, axis }: PairAxis, count: number): Place[] {
  const column = model().config.columns.find((each) => each.name === name);
  if (!column) throw new Error(`the model has no column ${name}`);
  if (kindOf(column.encoding).isCategorical || !axis)
    return column.encoding.categories.map((cell) => ({
      cell,
      densityOf: (found) => (found.kind === "category" ? found.probability(cell) : 0),
    }));
  return Array.from(evenPositions(count), (position) => {
    const cell = valueAt(axis, position);
    const units = unitsPerStep(axis, cell);
    return { cell, densityOf: (found) => (found.kind === "number" ? found.pdf(cell) * units : 0) };
  });
}

self.addEventListener("message", async ({ data }: MessageEvent<{ id: number; asked: Asked }>) => {
  const { id, asked } = data;
  const reply: Reply = await answer(asked).then(
    (made) => ({ id, made }),
    (error: unknown) => ({ id, failure: error instanceof Error ? error.message : String(error) }),
  );
  self.postMessage(reply);
});
