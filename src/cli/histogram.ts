/** @file Distributions in the terminal, drawn with block characters: of samples, of a density, of categories. */
import type { CategoryDistribution, NumberDistribution } from "../distribution/distribution.ts";
import { formatNumber, percent } from "../numeric/format.ts";

const UPWARDS = " ▁▂▃▄▅▆▇█";
const RIGHTWARDS = " ▏▎▍▌▋▊▉█";
const COLUMNS = 64;
const ROWS = 6;
/** Of a distribution, what lies between these is drawn. */
const [FIRST, LAST] = [0.005, 0.995];
/** A continuous part with less of the probability is not drawn. */
const MIN_MASS = 1e-3;
const MAX_CATEGORIES = 20;

type ShowValue = (value: number) => string;

const fourDigits: ShowValue = (value) => String(Number(value.toPrecision(4)));

/** Columns of equal width over the central 99 % of the samples, the axis below. */
export function histogram(samples: Float64Array, show: ShowValue = fourDigits): string {
  const sorted = samples.slice().sort();
  const last = sorted.length - 1;
  const low = sorted[Math.floor(FIRST * last)];
  const high = sorted[Math.ceil(LAST * last)];
  if (!(high > low)) return `all samples are ${show === fourDigits ? formatNumber(low) : show(low)}`;
  const counts = new Float64Array(COLUMNS);
  for (const sample of sorted) {
    if (sample >= low && sample <= high)
      counts[Math.min(COLUMNS - 1, Math.floor(((sample - low) / (high - low)) * COLUMNS))] += 1;
  }
  return drawn(counts, [low, (low + high) / 2, high].map(show));
}

/**
 * The density over the central 99 %, without its point masses: these would dwarf it. Empty if there is almost
 * any other probability.
 */
export function densityCurve(distribution: NumberDistribution, show: ShowValue): string {
  const [low, high] = [distribution.quantile(FIRST), distribution.quantile(LAST)];
  if (!(high > low)) return "";
  const { pointMasses } = distribution.toJSON();
  const edge = (i: number) => low + ((high - low) * i) / COLUMNS;
  // A point mass at an edge belongs to the column below: P(X <= edge) has it.
  const masses = Float64Array.from({ length: COLUMNS }, (_, i) => {
    const inside = pointMasses.filter(({ value }) => value > edge(i) && value <= edge(i + 1));
    const pointMass = inside.reduce((sum, { probability }) => sum + probability, 0);
    return Math.max(0, distribution.cdf(edge(i + 1)) - distribution.cdf(edge(i)) - pointMass);
  });
  if (masses.reduce((sum, mass) => sum + mass, 0) < MIN_MASS) return "";
  return drawn(masses, [low, (low + high) / 2, high].map(show));
}

/** The probabilities of integers, each (or each few) with a column of its own. */
export function integerBars(distribution: NumberDistribution): string {
  const [low, high] = [distribution.quantile(FIRST), distribution.quantile(LAST)];
  const numbers = high - low + 1;
  const each = Math.ceil(numbers / COLUMNS);
  const bars = Math.ceil(numbers / each);
  const width = Math.floor(COLUMNS / bars);
  const upTo = (bar: number) => distribution.cdf(low - 1 + bar * each);
  const masses = Float64Array.from({ length: bars * width }, (_, column) => {
    const bar = Math.floor(column / width);
    return upTo(bar + 1) - upTo(bar);
  });
  const middle = low + Math.floor((bars * each) / 2);
  const labels = numbers < 3 ? [low, high] : [low, middle, low + bars * each - 1];
  return drawn(masses, labels.map(String));
}

/** The most probable categories, a bar each. */
export function categoryBars({
  categories,
  probabilities,
}: Pick<CategoryDistribution, "categories" | "probabilities">): string {
  const order = [...categories.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const shown = order.slice(0, MAX_CATEGORIES);
  const most = probabilities[shown[0]];
  const width = Math.max(...shown.map((index) => categories[index].length));
  const lines = shown.map((index) => {
    const bar = rightwards((probabilities[index] / most) * (COLUMNS - 24));
    return `  ${categories[index].padEnd(width)}  ${bar} ${percent(probabilities[index])}`;
  });
  const others = order.slice(MAX_CATEGORIES);
  if (others.length === 0) return lines.join("\n");
  const left = others.reduce((sum, index) => sum + probabilities[index], 0);
  return [...lines, `  ${others.length} more, together ${percent(left)}`].join("\n");
}

/** The values of a column that has few, a bar each, in their order. */
export function valueBars({
  categories,
  probabilities,
}: Pick<CategoryDistribution, "categories" | "probabilities">): string {
  const most = Math.max(...probabilities);
  const width = Math.max(...categories.map(({ length }) => length));
  return categories
    .map((value, i) => {
      const bar = rightwards((probabilities[i] / most) * (COLUMNS - 24));
      return `  ${value.padStart(width)}  ${bar} ${percent(probabilities[i])}`;
    })
    .join("\n");
}

function rightwards(length: number): string {
  const eighths = Math.round(length * 8);
  const rest = eighths % 8 === 0 ? "" : RIGHTWARDS[eighths % 8];
  return RIGHTWARDS[8].repeat(Math.floor(eighths / 8)) + rest;
}

/** Columns as high as the numbers say, a line below, and labels from its left end to its right. */
function drawn(heights: Float64Array, labels: readonly string[]): string {
  const most = Math.max(...heights);
  const lines = Array.from({ length: ROWS }, (_, line) => {
    const floor = ROWS - 1 - line;
    return Array.from(heights, (height) => {
      const eighths = Math.round((height / most) * ROWS * 8) - floor * 8;
      return UPWARDS[Math.max(0, Math.min(8, eighths))];
    })
      .join("")
      .trimEnd();
  });
  const axis = spreadOut(labels, heights.length);
  return [...lines, "─".repeat(heights.length), axis].map((line) => `  ${line}`).join("\n");
}

/** Labels from end to end of a line: the first at its left, the last at its right, one between in the middle. */
function spreadOut(labels: readonly string[], width: number): string {
  const [left, ...others] = labels;
  const right = others.pop() ?? "";
  const middle = others[0] ?? "";
  const gap = width - left.length - middle.length - right.length;
  const before = Math.max(1, Math.floor(width / 2 - left.length - middle.length / 2));
  return left + " ".repeat(before) + middle + " ".repeat(Math.max(1, gap - before)) + right;
}
