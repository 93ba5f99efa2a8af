/** @file What a picture of pairs says of itself: which shares the contours hold, how many are drawn, how many lie outside. */
import { kindOf } from "../columns/kinds.ts";
import { formatNumber } from "../numeric/format.ts";
import type { PlottedColumn } from "./axis.ts";
import { written } from "./column-axis.ts";
import type { PairDrawing } from "./pair-marks.ts";

type Counted = Omit<PairDrawing, "marks">;

/** "contours hold 39, 68 and 95 % of 4000 samples; 300 of 412 rows are drawn as dots; 3 samples lie outside the axes" */
export function pairWords(drawings: readonly Counted[], masses: readonly number[]): string {
  const most = (of: (drawing: Counted) => number) => Math.max(...drawings.map(of));
  const kinds = new Set(drawings.map(({ kind }) => kind));
  const samples = most((drawing) => drawing.samples);
  const rows = most((drawing) => drawing.rows);
  const unseen = masses.filter((mass) => drawings.some((drawing) => drawing.unseen.includes(mass)));
  const dotted = drawings.filter(({ kind }) => kind === "contours" || kind === "hexbins");
  const [dots, dotRows] = [
    Math.max(0, ...dotted.map((each) => each.dots)),
    Math.max(0, ...dotted.map(inFrame)),
  ];
  const outside = [
    counted(
      most((drawing) => drawing.samplesOutside),
      "sample",
    ),
    ...(rows > 0
      ? [
          counted(
            most((drawing) => drawing.rowsOutside),
            "row",
          ),
        ]
      : []),
  ].filter((each) => each !== "");
  const [frames, lie] = drawings.length > 1 ? [" of a frame", "up to "] : ["", ""];
  return [
    kinds.has("contours") ? `contours hold ${shares(masses)} of ${samples} samples` : "",
    kinds.has("hexbins") ? `hexagons count ${samples} samples` : "",
    kinds.has("densities")
      ? `at a level the width is the density of ${samples} samples, the area its share`
      : "",
    kinds.has("table") ? `shades are shares of ${samples} samples` : "",
    dots > 0 && dots < dotRows ? `${dots} of ${dotRows} rows are drawn as dots` : "",
    unseen.length > 0 ? `${shares(unseen)} reach${unseen.length === 1 ? "es" : ""} beyond the axes` : "",
    drawings.some(({ isCut }) => isCut) ? "contours are cut where the axes end" : "",
    outside.length > 0 ? `${lie}${outside.join(" and ")} outside the axes${frames}` : "",
  ]
    .filter((each) => each !== "")
    .join("; ");
}

const inFrame = ({ rows, rowsOutside }: Counted) => rows - rowsOutside;

/** "39, 68 and 95 %" */
function shares(masses: readonly number[]): string {
  const texts = masses.map((mass) => String(Number((100 * mass).toPrecision(4))));
  const last = texts.at(-1) ?? "";
  return `${texts.length > 1 ? `${texts.slice(0, -1).join(", ")} and ${last}` : last}\u00a0%`;
}

const counted = (count: number, what: string) =>
  count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;

/** "true: teff 4700, logg 2.4"; nothing where none is known. */
export function truthLabel(columns: readonly PlottedColumn[], truth: readonly number[]): string {
  const known = columns.flatMap((column, i) =>
    Number.isNaN(truth[i]) ? [] : [`${column.name} ${valueText(column, truth[i])}`],
  );
  return known.length > 0 ? `true: ${known.join(", ")}` : "";
}

function valueText(column: PlottedColumn, value: number): string {
  const { categories, kind = "number" } = column;
  if (categories) return categories[value] ?? String(value);
  return kindOf({ kind }).isText ? written(column, value) : formatNumber(value);
}
