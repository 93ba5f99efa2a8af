/** @file How much each given column tells about a target, with error bars. */
import * as Plot from "@observablehq/plot";
import type { ColumnAttribution } from "../evaluation/attribution.ts";
import { checkShape } from "./checked-plots.ts";
import { FIGURE_WIDTH, type FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, FONT_SIZE, type Theme, textWidth, themeOf } from "./theme.ts";

/** More columns than this are not readable: those that tell most are shown. */
const MAX_COLUMNS = 24;
const LINE = 24;
const MOST_BESIDE = 200;

/**
 * A line for each given column: by how many nats a row the log score rises where it is not given although the others are, and by how
 * much it falls where it is all that is given; with 95 % bootstrap intervals.
 * @throws InputError for what is no attribution.
 * @example
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const { columns } = await evaluateAttribution(model, stars, { of: ["logg"], given: ["teff", "m_h"], bootstrap: 100 });
 * await writeFigure(attributionFigure(columns[0]), "attribution.svg");
 */
export function attributionFigure(attribution: ColumnAttribution, options: FigureOptions = {}): Figure {
  checkShape("attribution", attribution);
  checkShape("options", options);
  const theme = themeOf(options.theme);
  const { name, given, questions } = attribution;
  const left = given.length - MAX_COLUMNS;
  const said = `${questions} rows, 95 % bootstrap intervals${left > 0 ? `; ${left} columns that tell less are left out` : ""}`;
  const key: KeyEntry[] = [
    { label: "without it, given the others: worse by", colour: answerColour(theme, 0), mark: "dot" },
    { label: "it alone, not nothing: better by", colour: answerColour(theme, 1), mark: "dot" },
  ];
  const heading = {
    title: options.title ?? `What each column tells of ${name}`,
    subtitle: options.subtitle ? `${options.subtitle}; ${said}` : said,
    key,
  };
  return figureOf(theme, heading, [[barsPanel(theme, options, attribution)]]);
}

interface Mark {
  readonly column: string;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

function barsPanel(theme: Theme, options: FigureOptions, { given }: ColumnAttribution): Panel {
  const shown = given.slice(0, MAX_COLUMNS);
  const names = shown.map(({ column }) => column);
  const { width = FIGURE_WIDTH, height = 60 + LINE * Math.max(1, shown.length) } = options;
  const marks = (of: "rise" | "alone") =>
    shown.map((each): Mark => {
      const { value, lower, upper } = each[of].logScore;
      const [low, high] = [lower, upper].map((end) => (Number.isNaN(end) ? value : end));
      return { column: each.column, value, lower: low, upper: high };
    });
  const [rises, alone] = [marks("rise"), marks("alone")];
  const ends = [...rises, ...alone].flatMap(({ lower, upper }) => [lower, upper]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...ends), Math.max(0.001, ...ends)];
  const edge = 0.04 * (high - low);
  const beside = Math.min(MOST_BESIDE, Math.max(30, ...names.map((each) => textWidth(each, FONT_SIZE)))) + 16;
  const drawn = (data: readonly Mark[], series: number, dy: number) => {
    const colour = answerColour(theme, series);
    return [
      Plot.ruleY(data, { y: "column", x1: "lower", x2: "upper", stroke: colour, strokeWidth: 2, dy }),
      Plot.dot(data, { y: "column", x: "value", fill: colour, r: 3.5, dy }),
    ];
  };
  const letters = Math.floor(MOST_BESIDE / textWidth("n", FONT_SIZE));
  return panel(
    theme,
    { width, height },
    {
      marginLeft: beside,
      x: {
        domain: [low - edge, high + edge],
        label: "nats a row",
        labelAnchor: "center",
        labelArrow: "none",
        labelOffset: 34,
        tickSize: 4,
        ticks: 6,
        grid: true,
      },
      y: {
        type: "point",
        domain: names,
        label: null,
        tickSize: 0,
        padding: 0.6,
        tickFormat: (text: string) => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text),
      },
      marks: [Plot.ruleX([0], { stroke: theme.faint }), ...drawn(rises, 0, -4), ...drawn(alone, 1, 4)],
    },
  );
}
