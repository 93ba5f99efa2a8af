/** @file One distribution, and what it says of values, as text. */
import type { ColumnEncoding } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { REPORTED_MASSES } from "../distribution/density-json.ts";
import type { Distribution, NumberDistribution, NumberJson } from "../distribution/distribution.ts";
import { fewValues } from "../model/describe.ts";
import type { AnswerAt } from "../model/question-text.ts";
import { formatNumber, percent, roundedTo } from "../numeric/format.ts";
import { textTable } from "../numeric/text-table.ts";
import { categoryBars, densityCurve, integerBars, valueBars } from "./histogram.ts";

const MIN_POINT_MASS = 1e-3;
const MAX_POINT_MASSES = 8;

/** A picture of the distribution and the lines that describe it. @param unit as it stands behind a number: " K". */
export function densityText(distribution: Distribution, encoding: ColumnEncoding, unit = ""): string {
  if (distribution.kind === "category") {
    return `${categoryBars(distribution)}\n  entropy ${roundedTo(distribution.entropy(), 0.1)} nats`;
  }
  const values = fewValues(encoding);
  if (values) return fewValuesText(distribution, values, encoding, unit);
  const spread = spreadOf(distribution);
  // A value that many rows have exactly is told exactly.
  const isMass = (value: number) => encoding.pointMasses.includes(value);
  const show = (value: number) =>
    isMass(value)
      ? `${kindOf(encoding).isText ? kindOf(encoding).write(value, encoding) : value}`
      : kindOf(encoding).write(value, encoding, spread);
  const picture = kindOf(encoding).isInteger ? integerBars(distribution) : densityCurve(distribution, show);
  const lines = [
    picture,
    ...describedLines(distribution, { show, spread, unit, ofSpread: unit || kindOf(encoding).distanceUnit }),
  ].filter((line) => line !== "");
  return lines.join("\n");
}

/** A bar for each value, in their order, and what else is to be said. */
function fewValuesText(
  distribution: NumberDistribution,
  values: readonly number[],
  encoding: ColumnEncoding,
  unit: string,
): string {
  const probabilities = Float64Array.from(values, (value) => distribution.probability(value));
  const write = (value: number) => kindOf(encoding).write(value, encoding);
  const exactly = (value: number) => (kindOf(encoding).isText ? write(value) : String(value));
  const lines = [valueBars({ categories: values.map(exactly), probabilities })];
  // Of two values, as of yes and no, the probability says it all.
  if (values.length > 2)
    lines.push(
      `  median ${write(distribution.median())}${unit}, mean ${roundedTo(distribution.mean(), distribution.std())}${unit}, standard deviation ${roundedTo(distribution.std(), distribution.std())}${unit}`,
    );
  return [...lines, `  entropy ${roundedTo(entropyOf(probabilities), 0.1)} nats`].join("\n");
}

function entropyOf(probabilities: Float64Array): number {
  return probabilities.reduce((sum, each) => (each > 0 ? sum - each * Math.log(each) : sum), 0);
}

/** How values are told. */
interface Shown {
  readonly show: (value: number) => string;
  /** What digits are rounded to. */
  readonly spread: number;
  /** Behind a value, and behind a distance of values. */
  readonly unit: string;
  readonly ofSpread: string;
}

function describedLines(distribution: NumberDistribution, { show, spread, unit, ofSpread }: Shown): string[] {
  const within = ([low, high]: readonly [number, number]) =>
    `${low === high ? show(low) : `${show(low)} .. ${show(high)}`}${unit}`;
  const densest = distribution.highestDensity(REPORTED_MASSES[0]);
  const { pointMasses } = distribution.toJSON();
  return [
    `median ${show(distribution.median())}${unit}, mean ${show(distribution.mean())}${unit}, standard deviation ${roundedTo(distribution.std(), spread)}${ofSpread}`,
    REPORTED_MASSES.map((mass) => `${100 * mass} % in ${within(distribution.interval(mass))}`).join(", "),
    densest.length > 1 ? `densest 68 %: ${densest.map(within).join(" and ")}` : "",
    `highest at ${distribution.modes().map(show).join(", ")}${unit}`,
    pointMassLine(pointMasses),
    `entropy ${roundedTo(distribution.entropy(), 0.1)} nats`,
  ].flatMap((line) => (line === "" ? [] : [`  ${line}`]));
}

/** "exactly 0: 12.3 %, 1: 4.5 %": the heaviest point masses, ascending. */
function pointMassLine(pointMasses: NumberJson["pointMasses"]): string {
  const heavy = pointMasses.filter(({ probability }) => probability >= MIN_POINT_MASS);
  if (heavy.length === 0) return "";
  const shown = [...heavy]
    .sort((a, b) => b.probability - a.probability)
    .slice(0, MAX_POINT_MASSES)
    .sort((a, b) => a.value - b.value)
    .map(({ value, probability }) => `${formatNumber(value)}: ${percent(probability)}`);
  const more = heavy.length > shown.length ? `, and ${heavy.length - shown.length} more` : "";
  return `exactly ${shown.join(", ")}${more}`;
}

/** Half of the central 68 %: unlike the standard deviation not ruled by the tails. */
function spreadOf(distribution: NumberDistribution): number {
  const [wide, narrow] = [0.68, 0.38].map((mass) => {
    const [low, high] = distribution.interval(mass);
    return high - low;
  });
  // Of a normal distribution the central 38 % are half as wide; a point mass far out makes the 68 % far wider.
  const spread = narrow > 0 ? Math.min(wide / 2, narrow) : wide / 2;
  return spread > 0 ? spread : distribution.std();
}

export function answersAtText(name: string, answers: readonly AnswerAt[], unit = ""): string {
  const cell = (value: number | undefined) => (value === undefined ? "-" : formatNumber(value));
  const isCategory = answers.every(({ pdf }) => pdf === undefined);
  const header = isCategory
    ? [name, "probability"]
    : [
        unit === "" ? name : `${name} [${unit.trim()}]`,
        unit === ""
          ? "density"
          : `density [1/${/[ */^]/.test(unit.trim()) ? `(${unit.trim()})` : unit.trim()}]`,
        "P(X <= x)",
        "P(X = x)",
      ];
  const rows = answers.map(({ value, pdf, cdf, probability }) =>
    isCategory
      ? [String(value), cell(probability)]
      : [String(value), cell(pdf), cell(cdf), probability > 0 ? cell(probability) : "0"],
  );
  return textTable(header, rows).replace(/^/gm, "  ");
}
