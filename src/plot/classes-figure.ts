/** @file Whether probabilities of categories are as often right as they say, and which categories are taken for which. */
import * as Plot from "@observablehq/plot";
import type { CategoryColumnEvaluation } from "../evaluation/evaluate.ts";
import { checkShape } from "./checked-plots.ts";
import { FIGURE_WIDTH, type FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf } from "./figure.ts";
import { type Panel, type PanelSize, panel } from "./panel.ts";
import { type ClassReliability, reliabilityKey, reliabilityRows } from "./reliability-figure.ts";
import { answerColour, FONT_SIZE, mixed, type Theme, textWidth, themeOf } from "./theme.ts";

/** What is drawn of a column that was evaluated. */
export type ClassesDrawn = ClassReliability &
  Pick<CategoryColumnEvaluation, "accuracy" | "auc" | "confusion">;

const HEIGHT = 300;
/** More categories than this are not readable: the most frequent are shown, and all others as one. */
const MAX_CATEGORIES = 12;
const MOST_BESIDE = 110;
/** Cells that are less wide have colours only. */
const ROOM_FOR_NUMBERS = 44;

/**
 * Left as {@link reliabilityFigure}. Right: of the rows of each true category, the share that was answered with each as the most
 * probable one (the confusion matrix).
 * @example
 * const reliability = [{ from: 0.3, to: 0.4, answers: 50, probability: 0.36, share: 0.34 }];
 * const survived = {
 *   ...{ name: "survived", categories: ["no", "yes"], questions: 50, calibrationError: 0.02, reliability },
 *   accuracy: { value: 0.8, lower: 0.7, upper: 0.9 },
 *   auc: { value: 0.85, lower: 0.75, upper: 0.92 },
 *   confusion: [
 *     [24, 6],
 *     [4, 16],
 *   ],
 * };
 * await writeFigure(classesFigure(survived), "classes.svg"); // as evaluate has them, of a column of categories
 */
export function classesFigure(scores: ClassesDrawn, options: FigureOptions = {}): Figure {
  checkShape("scores of categories", scores);
  checkShape("options", options);
  const theme = themeOf(options.theme);
  const { width = FIGURE_WIDTH, height = HEIGHT } = options;
  const { name, accuracy, auc, calibrationError, questions } = scores;
  const said =
    `accuracy ${percent(accuracy.value)}, ${Number.isNaN(auc.value) ? "" : `AUC ${auc.value.toFixed(3)}, `}` +
    `calibration error ${calibrationError.toFixed(3)}; ${questions} questions; right: the share of each true category that was taken for each`;
  const heading = {
    title: options.title ?? `${name}, its categories`,
    subtitle: options.subtitle ? `${options.subtitle}; ${said}` : said,
    key: reliabilityKey(theme),
  };
  const left = Math.floor(width * 0.46);
  return figureOf(theme, heading, [
    [
      ...reliabilityRows(theme, { width: 2 * left + 8, height }, [scores])[0],
      confusionPanel(theme, { width: width - left - 8, height }, scores),
    ],
  ]);
}

/** The categories that are shown, in their order, and all others together. */
function groupsOf(
  categories: readonly string[],
  confusion: ClassesDrawn["confusion"],
): { readonly name: string; readonly members: readonly number[] }[] {
  const all = [...categories.keys()];
  const single = (index: number) => ({ name: categories[index], members: [index] });
  if (all.length <= MAX_CATEGORIES) return all.map(single);
  const rows = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const frequent = new Set([...all].sort((a, b) => rows[b] - rows[a]).slice(0, MAX_CATEGORIES - 1));
  const members = all.filter((index) => !frequent.has(index));
  return [
    ...all.filter((index) => frequent.has(index)).map(single),
    { name: `${members.length} others`, members },
  ];
}

function confusionPanel(theme: Theme, size: PanelSize, { categories, confusion }: ClassesDrawn): Panel {
  const groups = groupsOf(categories, confusion);
  const names = groups.map(({ name }) => name);
  const counted = (found: readonly number[], answered: readonly number[]) =>
    found.reduce((all, i) => answered.reduce((sum, j) => sum + confusion[i][j], all), 0);
  const every = [...categories.keys()];
  const cells = groups.flatMap((found) =>
    groups.map((answered) => {
      const count = counted(found.members, answered.members);
      const share = count / Math.max(1, counted(found.members, every));
      return { found: found.name, answered: answered.name, share, count };
    }),
  );
  const wide = Math.max(...names.map((each) => textWidth(each, FONT_SIZE)));
  const beside = Math.min(MOST_BESIDE, wide) + 34;
  const room = (size.width - beside - 18) / names.length;
  const isTurned = wide > room - 6;
  const below = isTurned ? Math.min(MOST_BESIDE, wide) + 30 : 40;
  const fits = (space: number) => (text: string) => {
    const letters = Math.max(1, Math.floor(space / textWidth("n", FONT_SIZE)));
    return text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text;
  };
  const text = (share: number) => (share > 0.55 ? theme.background : theme.text);
  return panel(theme, size, {
    marginLeft: beside,
    marginBottom: below,
    marginTop: 8,
    x: {
      type: "band",
      domain: names,
      label: "most probable category",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: below - 6,
      tickSize: 0,
      ...(isTurned && { tickRotate: -90 }),
      tickFormat: fits(isTurned ? MOST_BESIDE : room),
      padding: 0.04,
    },
    y: {
      type: "band",
      domain: names,
      label: "true category",
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: beside - 8,
      tickSize: 0,
      tickFormat: fits(MOST_BESIDE),
      padding: 0.04,
    },
    marks: [
      Plot.cell(cells, {
        x: "answered",
        y: "found",
        fill: ({ share }: { share: number }) => mixed(theme.grid, answerColour(theme, 0), share),
      }),
      ...(room >= ROOM_FOR_NUMBERS
        ? [
            Plot.text(cells, {
              x: "answered",
              y: "found",
              text: ({ share, count }: { share: number; count: number }) =>
                count === 0 ? "" : percent(share),
              fill: ({ share }: { share: number }) => text(share),
            }),
          ]
        : []),
    ],
  });
}

const percent = (share: number) => `${Math.round(100 * share)}\u00a0%`;
