/**
 * @file The probability-flow ODE. In one dimension it is a monotone map from normal levels to values: the
 * quantile function itself, without Monte-Carlo noise.
 */
import { evenLevels } from "../distribution/levels.ts";
import { type DenoisingField, noiseGrid } from "./denoising-field.ts";

/** Above a noise level so few evenly spaced levels suffice; the rest is filled in where it is passed. */
export interface FlowStage {
  readonly above: number;
  readonly levels: number;
}

export interface FlowOptions {
  /** Noise levels on the way; default 15. */
  readonly steps?: number;
  /** "multistep": exponential Adams-Bashforth; "heun": twice the work a step. Default "multistep". */
  readonly solver?: "multistep" | "heun" | "euler";
  /** How much of the multistep solver's third-order term counts; default 0.75. */
  readonly thirdOrder?: number;
  /** Coarse levels for high noise; default 17 above noise level 1.2, 33 above 0.4; none for all levels from the start. */
  readonly stages?: readonly FlowStage[];
}

const DEFAULT_STEPS = 15;
/** The noise levels on the way: all but evenly spaced logarithms. */
const RHO = 20;
const DEFAULT_STAGES: readonly FlowStage[] = [
  { above: 1.2, levels: 17 },
  { above: 0.4, levels: 33 },
];

/**
 * Values at the same ascending standard normal levels for each question. While the noise is high the map is
 * smooth and is followed at few levels; as it falls, further ones are put in between by cubic interpolation.
 * @returns (questions, levels), standardised.
 */
export async function flowOnLevels(
  field: DenoisingField,
  levels: Float64Array,
  {
    steps = DEFAULT_STEPS,
    solver = "multistep",
    thirdOrder = DEFAULT_THIRD_ORDER,
    stages = DEFAULT_STAGES,
  }: FlowOptions = {},
): Promise<Float32Array> {
  const sigmas = noiseGrid(steps, field, RHO);
  const end = Math.max(-levels[0], levels.at(-1)!);
  const grids = stages
    .filter(({ levels: count }) => count < levels.length)
    .map(({ above, levels: count }) => ({ above, levels: evenLevels(count, end) }));
  const moments = await startMoments(field);
  let grid = grids[0]?.levels ?? levels;
  let state = startState(moments, grid);
  let next = 1;
  for (let i = 0; i < steps; i++) {
    while (grid !== levels && sigmas[i] <= grids[next - 1].above) {
      const finer = grids[next++]?.levels ?? levels;
      state = refined(state, grid, finer, field.questions);
      grid = finer;
    }
    await step(field, sigmas, i, state, { solver, thirdOrder });
  }
  if (grid !== levels) state = refined(state, grid, levels, field.questions);
  return state.x;
}

/** Values at levels of each question's own, (questions, nodes). */
export async function flow(
  field: DenoisingField,
  levels: Float32Array,
  { steps = DEFAULT_STEPS, solver = "multistep", thirdOrder = DEFAULT_THIRD_ORDER }: FlowOptions = {},
): Promise<Float32Array> {
  const sigmas = noiseGrid(steps, field, RHO);
  const { means, spreads } = await startMoments(field);
  const nodes = levels.length / field.questions;
  const x = levels.map((z, j) => {
    const question = Math.floor(j / nodes);
    return means[question] + spreads[question] * z;
  });
  const empty = () => new Float32Array(x.length);
  const state = { x, clean: empty(), before: empty(), earlier: empty() };
  for (let i = 0; i < steps; i++) await step(field, sigmas, i, state, { solver, thirdOrder });
  return state.x;
}

interface FlowState {
  x: Float32Array;
  /** D at the last noise level, at the one before it, and at the one before that. */
  clean: Float32Array;
  before: Float32Array;
  earlier: Float32Array;
}

function startState({ means, spreads }: StartMoments, levels: Float64Array): FlowState {
  const x = new Float32Array(means.length * levels.length);
  for (let question = 0; question < means.length; question++) {
    for (let k = 0; k < levels.length; k++) {
      x[question * levels.length + k] = means[question] + spreads[question] * levels[k];
    }
  }
  const empty = () => new Float32Array(x.length);
  return { x, clean: empty(), before: empty(), earlier: empty() };
}

function refined(
  { x, before, earlier }: FlowState,
  from: Float64Array,
  to: Float64Array,
  questions: number,
): FlowState {
  const interpolate = levelInterpolation(from, to);
  const finer = interpolate(x, questions);
  return {
    x: finer,
    clean: new Float32Array(finer.length),
    before: interpolate(before, questions),
    earlier: interpolate(earlier, questions),
  };
}

/**
 * Fills in levels between those that were followed.
 * @param from evenly spaced levels, at least 4; @param to any levels within them.
 * @returns a function from (questions, from) to (questions, to): Lagrange's cubic through the four nearest.
 */
export function levelInterpolation(from: Float64Array, to: Float64Array) {
  const width = from[1] - from[0];
  const firsts = new Int32Array(to.length);
  const weights = new Float64Array(4 * to.length);
  to.forEach((level, j) => {
    const first = Math.min(from.length - 4, Math.max(0, Math.floor((level - from[0]) / width) - 1));
    firsts[j] = first;
    weights.set(cubicWeights((level - from[first]) / width), 4 * j);
  });
  return (values: Float32Array, questions: number): Float32Array => {
    const filled = new Float32Array(questions * to.length);
    for (let question = 0; question < questions; question++) {
      const row = question * from.length;
      for (let j = 0; j < to.length; j++) {
        const at = row + firsts[j];
        const w = 4 * j;
        filled[question * to.length + j] =
          weights[w] * values[at] +
          weights[w + 1] * values[at + 1] +
          weights[w + 2] * values[at + 2] +
          weights[w + 3] * values[at + 3];
      }
    }
    return filled;
  };
}

/** Weights of the values at 0, 1, 2 and 3 for the cubic's value at t. */
function cubicWeights(t: number): [number, number, number, number] {
  return [
    (-(t - 1) * (t - 2) * (t - 3)) / 6,
    (t * (t - 2) * (t - 3)) / 2,
    (-t * (t - 1) * (t - 3)) / 2,
    (t * (t - 1) * (t - 2)) / 6,
  ];
}

/** From one noise level to the next, in place; from the last to the clean number. */
async function step(
  field: DenoisingField,
  sigmas: Float64Array,
  i: number,
  state: FlowState,
  { solver, thirdOrder }: Required<Pick<FlowOptions, "solver" | "thirdOrder">>,
): Promise<void> {
  const { x, clean, before } = state;
  const sigma = sigmas[i];
  await field.denoise(x, sigma, clean);
  const next = sigmas[i + 1];
  if (next === undefined) {
    x.set(clean);
    return;
  }
  if (solver === "heun") await heunStep(field, state, sigma, next);
  else multistep(state, stepWeights(sigmas, i, solver === "multistep", thirdOrder));
  // The oldest array is the next to be written.
  [state.clean, state.before, state.earlier] = [state.earlier, clean, before];
}

/**
 * How much of the third-order term counts: all of it is best for smooth densities, but overshoots where narrow peaks part
 * (docs/lab-notebook.md has the table).
 */
const DEFAULT_THIRD_ORDER = 0.75;

/** What x and D at the last three noise levels count in the next x. */
type StepWeights = readonly [x: number, clean: number, before: number, earlier: number];

/**
 * With t = -ln sigma the flow is dx/dt = D - x, so x' = e^-h x + the integral of e^-(h - s) D(t + s) over the step. D is
 * continued by the polynomial through its last three values and the integral taken exactly (exponential Adams-Bashforth:
 * Hochbruck & Ostermann 2010, "Exponential integrators", sec. 2.5); or D stays what it is (Euler).
 */
function stepWeights(sigmas: Float64Array, i: number, isMultistep: boolean, thirdOrder: number): StepWeights {
  const h = Math.log(sigmas[i] / sigmas[i + 1]);
  const keep = Math.exp(-h);
  const one = 1 - keep; // the integrals of e^-(h - s) times 1, s and s^2
  const linear = h - one;
  const square = h * h - 2 * linear;
  if (!isMultistep || i === 0) return [keep, one, 0, 0];
  const h1 = Math.log(sigmas[i - 1] / sigmas[i]);
  const slope = linear / h1;
  if (i === 1) return [keep, one + slope, -slope, 0];
  const h2 = Math.log(sigmas[i - 2] / sigmas[i - 1]);
  const curvature = (thirdOrder * (square + h1 * linear)) / (h1 + h2);
  return [keep, one + slope + curvature / h1, -slope - curvature / h1 - curvature / h2, curvature / h2];
}

function multistep({ x, clean, before, earlier }: FlowState, [keep, a, b, c]: StepWeights): void {
  for (let j = 0; j < x.length; j++) x[j] = keep * x[j] + a * clean[j] + b * before[j] + c * earlier[j];
}

/** Heun's second-order step (Karras et al. 2022, algorithm 1 without churn). */
async function heunStep(
  field: DenoisingField,
  { x, clean }: FlowState,
  sigma: number,
  next: number,
): Promise<void> {
  const slope = x.map((value, j) => (value - clean[j]) / sigma);
  const tried = x.map((value, j) => value + (next - sigma) * slope[j]);
  const again = new Float32Array(x.length);
  await field.denoise(tried, next, again);
  for (let j = 0; j < x.length; j++) {
    const mean = (slope[j] + (tried[j] - again[j]) / next) / 2;
    x[j] = x[j] + (next - sigma) * mean;
  }
}

export interface StartMoments {
  readonly means: Float64Array;
  readonly spreads: Float64Array;
}

/**
 * Mean and standard deviation of each question's density at the highest noise, where it is all but normal:
 * its mean is D's there, its variance sigma^2 + v, with v / sigma^2 the slope of D (Tweedie's formula), so
 * that a modest highest noise is enough.
 */
export async function startMoments(field: DenoisingField): Promise<StartMoments> {
  const { questions, sigmaMax } = field;
  const probes = Float32Array.from({ length: 2 * questions }, (_, j) => (j % 2 === 0 ? -sigmaMax : sigmaMax));
  const clean = new Float32Array(probes.length);
  await field.denoise(probes, sigmaMax, clean);
  const means = new Float64Array(questions);
  const spreads = new Float64Array(questions);
  for (let question = 0; question < questions; question++) {
    const [low, high] = [clean[2 * question], clean[2 * question + 1]];
    means[question] = (low + high) / 2;
    const variance = Math.min(4, Math.max(0, ((high - low) / 2) * sigmaMax));
    spreads[question] = Math.sqrt(sigmaMax ** 2 + variance);
  }
  return { means, spreads };
}
