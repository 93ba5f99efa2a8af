/** @file The probabilities of categories: a group of bars for each, the data's shares behind. */
import * as Plot from "@observablehq/plot";
import type { CategoryDistribution } from "../distribution/distribution.ts";
import { axisLabel, type PlottedColumn, yAxis } from "./axis.ts";
import { noteMark } from "./density-panel.ts";
import { type Panel, type PanelSize, panel } from "./panel.ts";
import { answerColour, FONT_SIZE, type Theme, textWidth } from "./theme.ts";

export interface CategoryAnswers {
  readonly column: PlottedColumn;
  readonly answers: readonly CategoryDistribution[];
  /** Indices in the list of categories; missing ones (NaN) are left out. */
  readonly data?: ArrayLike<number>;
  /** A few words in the upper right corner. */
  readonly note?: string;
}

/** More than this are not readable: the most probable are drawn, and a bar is all others. */
const MAX_CATEGORIES = 16;
/** Names that stand upright take so many pixels at most. */
const MOST_BELOW = 90;

interface Bar {
  readonly category: string;
  readonly series: number;
  readonly share: number;
}

export function categoryPanel(
  theme: Theme,
  size: PanelSize,
  { column, answers, data, note }: CategoryAnswers,
): Panel {
  const all = answers[0].categories;
  const { groups, names } = grouped(all, [
    ...answers.map(({ probabilities }) => probabilities),
    ...(data ? [sharesOf(data, all.length)] : []),
  ]);
  const bars = groups.flatMap((shares, i) =>
    shares.map((share, series): Bar => ({ category: names[i], series, share })),
  );
  const highest = Math.max(1e-12, ...bars.map(({ share }) => share));
  const colour = ({ series }: Bar) => (series === answers.length ? theme.data : answerColour(theme, series));
  const widest = Math.max(...names.map((name) => textWidth(name, FONT_SIZE)));
  const room = (size.width - 80) / names.length;
  const isTurned = widest > room && widest > textWidth("nnnn", FONT_SIZE);
  const below = isTurned ? Math.min(MOST_BELOW, widest) + 26 : 40;
  return panel(
    theme,
    { width: size.width, height: size.height + below - 40 },
    {
      ...(note && { marginTop: 22 }),
      marginBottom: below,
      fx: {
        domain: names,
        label: axisLabel(column),
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: below - 6,
        axis: "bottom",
        ...(isTurned && { tickRotate: -90 }),
        tickFormat: shortened(isTurned ? MOST_BELOW : room),
      },
      x: { axis: null, domain: groups[0].map((_, series) => series) },
      y: { ...yAxis("probability", [0, 1.05 * highest], size.height), grid: true },
      marks: [
        Plot.barY(bars, { fx: "category", x: "series", y: "share", fill: colour }),
        Plot.ruleY([0], { stroke: theme.faint }),
        ...(note ? [noteMark(theme, note)] : []),
      ],
    },
  );
}

/** By name the share in each series, the most probable first; all that there is no room for are one in the end. */
function grouped(
  categories: readonly string[],
  series: readonly ArrayLike<number>[],
): { readonly names: readonly string[]; readonly groups: readonly (readonly number[])[] } {
  const sharesAt = (index: number) => series.map((shares) => shares[index]);
  const highest = categories.map((_, index) => Math.max(...sharesAt(index)));
  const order = [...categories.keys()].sort((a, b) => highest[b] - highest[a]);
  const hasRoom = order.length <= MAX_CATEGORIES;
  const shown = hasRoom ? order : order.slice(0, MAX_CATEGORIES - 1);
  const others = order.slice(shown.length);
  const names = [...shown.map((index) => categories[index]), ...(hasRoom ? [] : [`${others.length} others`])];
  const sums = series.map((shares) => others.reduce((sum, index) => sum + shares[index], 0));
  return { names, groups: [...shown.map(sharesAt), ...(hasRoom ? [] : [sums])] };
}

/** Names with no more letters than there is room for. */
function shortened(room: number): (name: string) => string {
  const letters = Math.max(2, Math.floor(room / textWidth("n", FONT_SIZE)));
  return (name) => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
}

export function sharesOf(data: ArrayLike<number>, count: number): Float64Array {
  const shares = new Float64Array(count);
  let present = 0;
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) continue;
    shares[data[i]]++;
    present++;
  }
  return shares.map((sum) => sum / Math.max(1, present));
}
