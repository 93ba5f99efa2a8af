/** @file Two columns in one frame: contours and dots of numbers, densities side by side for each level, a table of levels. */
import * as Plot from "@observablehq/plot";
import { type ColumnAxis, isShown, placed, placesOf } from "./column-axis.ts";
import { contourExtent, massContours, type Place, type Rectangle } from "./contours.ts";
import { histogram } from "./histogram.ts";
import { answerColour, FONT_SIZE, type JointStyle, mixed, type Theme, textWidth } from "./theme.ts";

/** Values of two columns, row by row; rows where one is missing (NaN) are left out. */
export interface Pairs {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface DrawnPair {
  readonly axes: readonly [x: ColumnAxis, y: ColumnAxis];
  /** Joint samples of the model. */
  readonly samples: Pairs;
  readonly data?: Pairs | undefined;
  /** Values to be marked, NaN where one is not known. */
  readonly truth?: readonly [x: number, y: number] | undefined;
}

export interface PairStyle {
  readonly style: JointStyle;
  /** The shares of the samples that the contours hold. */
  readonly masses: readonly number[];
  /** Of the frame, in pixels. */
  readonly size: number;
}

/** Shares that contours hold: of a normal in two dimensions those at one, one and a half and two and a half standard deviations. */
export const DEFAULT_MASSES: readonly number[] = [0.39, 0.68, 0.95];
/** More dots make a picture heavy and no clearer. */
const MAX_DOTS = 3000;

/** What is in a frame, and how many samples and rows are drawn or lie outside. */
export interface PairDrawing {
  readonly marks: Plot.Markish[];
  readonly kind: "contours" | "hexbins" | "densities" | "table";
  readonly samples: number;
  readonly samplesOutside: number;
  readonly rows: number;
  readonly rowsOutside: number;
  /** Rows drawn as dots of their own. */
  readonly dots: number;
  /** Masses whose contour does not lie in the frame. */
  readonly unseen: readonly number[];
  /** Whether the frame cuts contours. */
  readonly isCut: boolean;
}

export function pairDrawing(theme: Theme, pair: DrawnPair, style: PairStyle): PairDrawing {
  const { axes, truth } = pair;
  const samples = placesOfPairs(axes, pair.samples);
  const data = pair.data ? placesOfPairs(axes, pair.data) : [];
  const inside = ([x, y]: Place) => isShown(axes[0], x) && isShown(axes[1], y);
  const [seen, rows] = [samples.filter(inside), data.filter(inside)];
  const levels = axes.filter((axis) => axis.levels).length;
  const drawn =
    levels === 2
      ? tableMarks(theme, axes, samples, data, style)
      : levels === 1
        ? densityMarks(theme, axes, samples, data)
        : numberMarks(theme, axes, { samples, seen, rows }, style);
  return {
    dots: 0,
    unseen: [],
    isCut: false,
    ...drawn,
    marks: [...drawn.marks, ...truthMarks(theme, axes, truth)],
    samples: samples.length,
    samplesOutside: samples.length - seen.length,
    rows: data.length,
    rowsOutside: data.length - rows.length,
  };
}

type Drawn = Pick<PairDrawing, "marks" | "kind"> & Partial<Pick<PairDrawing, "dots" | "unseen" | "isCut">>;

const isWithin = (extent: Rectangle | undefined, axes: DrawnPair["axes"]) =>
  !extent || axes.every(({ range: [low, high] }, i) => extent[i][0] >= low && extent[i][1] <= high);

/** Axes are widened so often at most: a contour that was cut shows only then how far it reaches. */
const MOST_WIDENINGS = 4;
/** Between a contour and the frame, as a share of the axis. */
const MARGIN = 0.02;

/**
 * The axes, as much wider as the contours of all pairs need that are drawn on them; those of names, and those whose range
 * was asked for, stay as they are.
 * @param pairs of places in `axes`, with the samples of both.
 */
export function axesAround(
  axes: readonly ColumnAxis[],
  pairs: readonly { readonly of: readonly [x: number, y: number]; readonly samples: Pairs }[],
  masses: readonly number[],
): ColumnAxis[] {
  const isFree = (at: number) => !axes[at].levels && !axes[at].column.range;
  const drawn = pairs
    .filter(({ of }) => of.every((at) => !axes[at].levels) && of.some(isFree))
    .map(({ of, samples }) => ({ of, places: placesOfPairs([axes[of[0]], axes[of[1]]], samples) }));
  const ranges = axes.map(({ range }): [number, number] => [...range]);
  for (let time = 0; time < MOST_WIDENINGS; time++) {
    const before = ranges.map(([low, high]) => [low, high] as const);
    for (const { of, places } of drawn) {
      const frame = [before[of[0]], before[of[1]]] as const;
      const extent = contourExtent(massContours(places, frame, masses));
      for (const [i, at] of of.entries()) {
        if (!extent || !isFree(at)) continue;
        const [low, high] = before[at];
        const margin = MARGIN * (high - low);
        if (extent[i][0] < low) ranges[at][0] = Math.min(ranges[at][0], extent[i][0] - margin);
        if (extent[i][1] > high) ranges[at][1] = Math.max(ranges[at][1], extent[i][1] + margin);
      }
    }
    if (ranges.every(([low, high], at) => low === before[at][0] && high === before[at][1])) break;
  }
  return axes.map((axis, at) => ({ ...axis, range: ranges[at] }));
}

function placesOfPairs([across, up]: DrawnPair["axes"], { x, y }: Pairs): Place[] {
  const [xs, ys] = [placesOf(across, x), placesOf(up, y)];
  const pairs: Place[] = [];
  for (let i = 0; i < xs.length; i++)
    if (!Number.isNaN(xs[i]) && !Number.isNaN(ys[i])) pairs.push([xs[i], ys[i]]);
  return pairs;
}

function numberMarks(
  theme: Theme,
  axes: DrawnPair["axes"],
  { samples, seen, rows }: Readonly<Record<"samples" | "seen" | "rows", readonly Place[]>>,
  { style, masses }: PairStyle,
): Drawn {
  const [toX, toY] = axes.map(placed);
  const at = { x: ([x]: Place) => toX(x), y: ([, y]: Place) => toY(y) };
  const dots = thinned(rows, MAX_DOTS);
  const isHexbins = style === "hexbins";
  const observed = Plot.dot(dots, {
    ...at,
    r: 1.3,
    fill: isHexbins ? theme.text : theme.data,
    fillOpacity: isHexbins ? 0.35 : 1,
  });
  if (isHexbins) {
    const hexagons = Plot.hexagon(
      seen,
      Plot.hexbin({ fill: "count" }, { ...at, binWidth: 9, stroke: "none" }),
    );
    return { kind: "hexbins", dots: dots.length, marks: [hexagons, observed] };
  }
  const contours = massContours(samples, [axes[0].range, axes[1].range], masses);
  const stroke = answerColour(theme, 0);
  const [[x1, x2], [y1, y2]] = contours.rectangle;
  const { width, height, grid, levels } = contours;
  const heights = levels.map((level) => level.height);
  const curves = Plot.contour(grid, {
    width,
    height,
    x1: toX(x1),
    x2: toX(x2),
    y1: toY(y1),
    y2: toY(y2),
    thresholds: heights,
    value: Plot.identity,
    stroke,
    strokeWidth: 1.2,
    fill: stroke,
    fillOpacity: 0.12,
    clip: true,
  } as Plot.ContourOptions);
  const unseen = masses.filter((mass) => levels.every((level) => level.mass !== mass));
  return {
    kind: "contours",
    dots: dots.length,
    unseen,
    isCut: !isWithin(contourExtent(contours), axes),
    // Plot takes at least one threshold.
    marks: heights.length > 0 ? [observed, curves] : [observed],
  };
}

function thinned<T>(rows: readonly T[], max: number): T[] {
  const step = Math.max(1, Math.ceil(rows.length / max));
  return rows.filter((_, i) => i % step === 0);
}

interface LanePoint {
  readonly lane: number;
  readonly place: number;
  readonly half: number;
}

/** For each level the density of the numbers, on both sides of its place: all on one scale, so areas are shares. */
function densityMarks(
  theme: Theme,
  axes: DrawnPair["axes"],
  samples: readonly Place[],
  data: readonly Place[],
): Drawn {
  const along = axes[0].levels ? 1 : 0; // the axis of numbers
  const [numbers, lanes] = [axes[along], axes[1 - along].levels ?? []];
  const bins = Math.min(40, Math.max(10, Math.round(1.5 * Math.sqrt(data.length || samples.length))));
  const lanesOf = (places: readonly Place[]) =>
    lanes.map((_, lane) => {
      const own = places.filter((place) => place[1 - along] === lane).map((place) => place[along]);
      const share = own.length / Math.max(1, places.length);
      return histogram(own, numbers.range, bins).map((bar) => ({ ...bar, density: share * bar.density }));
    });
  const [model, observed] = [lanesOf(samples), lanesOf(data)];
  const highest = Math.max(1e-300, ...[...model, ...observed].flat().map(({ density }) => density));
  const outlines = (all: typeof model): LanePoint[] =>
    all.flatMap((bars, lane) =>
      bars.flatMap(({ x1, x2, density }) => {
        const half = (0.46 * density) / highest;
        return [
          { lane, place: x1, half },
          { lane, place: x2, half },
        ];
      }),
    );
  const toPlace = placed(numbers);
  const place = (point: LanePoint) => toPlace(point.place);
  const [low, high] = [
    (point: LanePoint) => point.lane - point.half,
    (point: LanePoint) => point.lane + point.half,
  ];
  const stroke = answerColour(theme, 0);
  const area = (points: LanePoint[], look: Plot.AreaOptions) =>
    along === 0
      ? Plot.areaY(points, { x: place, y1: low, y2: high, z: "lane", clip: true, ...look })
      : Plot.areaX(points, { y: place, x1: low, x2: high, z: "lane", clip: true, ...look });
  return {
    kind: "densities",
    marks: [
      area(outlines(observed), { fill: theme.data }),
      area(outlines(model), { fill: stroke, fillOpacity: 0.13, stroke, strokeWidth: 1.3 }),
    ],
  };
}

/** The shares of all pairs of levels, as shades and, where there is room, in per cent; the data's below. */
function tableMarks(
  theme: Theme,
  [across, up]: DrawnPair["axes"],
  samples: readonly Place[],
  data: readonly Place[],
  { size }: PairStyle,
): Drawn {
  const [columns, rows] = [across.levels ?? [], up.levels ?? []];
  const shareIn = (places: readonly Place[], x: number, y: number) =>
    places.filter((place) => place[0] === x && place[1] === y).length / Math.max(1, places.length);
  const cells = columns.flatMap((_, x) =>
    rows.map((__, y) => ({ x, y, share: shareIn(samples, x, y), found: shareIn(data, x, y) })),
  );
  type Cell = (typeof cells)[number];
  const most = Math.max(...cells.map(({ share }) => share));
  const [wide, high] = [size / columns.length, size / rows.length];
  const hasRoom = wide > textWidth("00.0 %", FONT_SIZE) && high > 20;
  const hasRows = data.length > 0 && wide > textWidth("data 00.0 %", FONT_SIZE) && high > 38;
  const text = (written: (cell: Cell) => string, dy: number, fill: string) =>
    Plot.text(cells, { x: "x", y: "y", text: written, dy, fill });
  return {
    kind: "table",
    marks: [
      Plot.rect(cells, {
        x1: ({ x }: Cell) => x - 0.5,
        x2: ({ x }: Cell) => x + 0.5,
        y1: ({ y }: Cell) => y - 0.5,
        y2: ({ y }: Cell) => y + 0.5,
        fill: ({ share }: Cell) =>
          mixed(theme.background, answerColour(theme, 0), 0.6 * Math.sqrt(share / Math.max(1e-300, most))),
        inset: 0.5,
      }),
      ...(hasRoom ? [text(({ share }) => percent(share), hasRows ? -8 : 0, theme.text)] : []),
      ...(hasRows ? [text(({ found }) => `data ${percent(found)}`, 8, theme.text)] : []),
    ],
  };
}

const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;

/** A line for each value that is known, and a square where both are; in a table a frame around the cells. */
function truthMarks(theme: Theme, axes: DrawnPair["axes"], truth: DrawnPair["truth"]): Plot.Markish[] {
  if (!truth) return [];
  const stroke = answerColour(theme, 1);
  const known = truth.map((value, i) => {
    const place = axes[i].place(value);
    return isShown(axes[i], place) ? [placed(axes[i])(place)] : [];
  });
  const [x, y] = known;
  if (axes[0].levels && axes[1].levels) return [...tableFrame(axes, truth, stroke)];
  const look = { stroke, strokeWidth: 1.2 };
  const both = x.flatMap((across) => y.map((up) => [across, up] as const));
  return [
    Plot.ruleX(x, look),
    Plot.ruleY(y, look),
    Plot.dot(both, { x: ([across]) => across, y: ([, up]) => up, symbol: "square", fill: stroke, r: 3.5 }),
  ];
}

/** Around the cells of the known levels: one, a column or a row. */
function tableFrame(axes: DrawnPair["axes"], truth: readonly number[], stroke: string): Plot.Markish[] {
  const places = truth.map((value, i) => axes[i].place(value));
  if (places.every((place) => Number.isNaN(place))) return [];
  const [[x1, x2], [y1, y2]] = places.map((place, i) =>
    isShown(axes[i], place) ? [place - 0.5, place + 0.5] : axes[i].range,
  );
  return [Plot.rect([0], { x1, x2, y1, y2, stroke, strokeWidth: 2, fill: "none", inset: 1.5 })];
}
