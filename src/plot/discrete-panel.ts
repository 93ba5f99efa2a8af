/** @file The probabilities of a column's few values: a group of bars for each value, in their order, the data's shares beside. */
import * as Plot from "@observablehq/plot";
import { kindOf } from "../columns/kinds.ts";
import type { NumberDistribution } from "../distribution/distribution.ts";
import { axisLabel, type PlottedColumn, yAxis } from "./axis.ts";
import { type NumberDensities, noteMark, rangeOf } from "./density-panel.ts";
import { type Panel, type PanelSize, panel } from "./panel.ts";
import { answerColour, FONT_SIZE, type Theme, textWidth } from "./theme.ts";

/** Of whole numbers more than this are drawn as a curve. */
const MAX_VALUES = 40;
/** What point masses may lack of all of the probability, by rounding. */
const ROUNDING = 1e-6;

/** The values to be drawn as bars; undefined of a column that has others between them. */
export function discreteValues({
  column,
  answers,
  data,
  range = column.range,
}: NumberDensities<NumberDistribution>): readonly number[] | undefined {
  if (column.log) return undefined;
  const isInside = (value: number) => !range || (value >= range[0] && value <= range[1]);
  const masses = answers.map((answer) => answer.toJSON().pointMasses);
  const isMasses = masses.every(
    (own) => own.reduce((sum, { probability }) => sum + probability, 0) > 1 - ROUNDING,
  );
  if (answers.length > 0 && isMasses) {
    const values = new Set(masses.flatMap((own) => own.map(({ value }) => value)));
    return [...values].filter(isInside).sort((a, b) => a - b);
  }
  if (!kindOf({ kind: column.kind ?? "number" }).isInteger) return undefined;
  const [low, high] = range ?? rangeOf(answers, data);
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  if (last < first || last - first >= MAX_VALUES) return undefined;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

interface Bar {
  readonly value: string;
  readonly series: number;
  readonly share: number;
}

/** Model and data on one scale: each bar is the share of rows with exactly that value. */
export function discretePanel(
  theme: Theme,
  size: PanelSize,
  { column, answers, data, note }: NumberDensities<NumberDistribution>,
  values: readonly number[],
): Panel {
  const write = writing(column);
  const shares = [
    ...answers.map((answer) => values.map((value) => answer.probability(value))),
    ...(data ? [sharesOf(data, values)] : []),
  ];
  const bars = values.flatMap((value, i) =>
    shares.map((each, series): Bar => ({ value: write(value), series, share: each[i] })),
  );
  const highest = Math.max(1e-12, ...bars.map(({ share }) => share));
  const colour = ({ series }: Bar) => (series === answers.length ? theme.data : answerColour(theme, series));
  const domain = values.map(write);
  const shown = new Set(labelled(domain, size.width));
  return panel(theme, size, {
    ...(note && { marginTop: 22 }),
    fx: {
      domain,
      label: axisLabel(column),
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 34,
      axis: "bottom",
      tickFormat: (value: string) => (shown.has(value) ? value : ""),
    },
    x: { axis: null, domain: shares.map((_, series) => series), padding: 0 },
    y: { ...yAxis("probability", [0, 1.05 * highest], size.height), grid: true },
    marks: [
      Plot.barY(bars, { fx: "value", x: "series", y: "share", fill: colour }),
      Plot.ruleY([0], { stroke: theme.faint }),
      ...(note ? [noteMark(theme, note)] : []),
    ],
  });
}

function writing({ kind = "number" }: PlottedColumn): (value: number) => string {
  const { isText, write } = kindOf({ kind });
  return isText ? (value) => write(value, {}) : String;
}

/** As many of the values as have room for their label. */
function labelled(domain: readonly string[], width: number): string[] {
  const widest = Math.max(...domain.map((value) => textWidth(value, FONT_SIZE))) + 8;
  const every = Math.max(1, Math.ceil((widest * domain.length) / Math.max(1, width - 80)));
  return domain.filter((_, i) => i % every === 0);
}

/** Of all present values; what is none of these counts in the whole. */
function sharesOf(data: ArrayLike<number>, values: readonly number[]): number[] {
  const at = new Map(values.flatMap((value, i) => [[Math.fround(value), i] as const, [value, i] as const]));
  const shares = values.map(() => 0);
  let present = 0;
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) continue;
    present++;
    const found = at.get(data[i]);
    if (found !== undefined) shares[found]++;
  }
  return shares.map((count) => count / Math.max(1, present));
}
