/** @file What `anygiven evaluate --report` leaves in its folder: a page, its pictures, its numbers. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Evaluation } from "../evaluation/evaluate.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { Model } from "../model/model.ts";
import type { Figure } from "../plot/figure.ts";
import type { ThemeName } from "../plot/theme.ts";
import type { Table } from "../table/table.ts";
import { loadPlot } from "./plot/options.ts";

export interface EvaluationFolder {
  readonly name: string;
  readonly table: Table;
  readonly theme: ThemeName;
}

/** index.html, which needs no other file; calibration.svg and marginals.svg; evaluation.json. */
export async function writeEvaluationFolder(
  folder: string,
  model: Model,
  evaluation: Evaluation,
  { name, table, theme }: EvaluationFolder,
): Promise<void> {
  const { calibrationFigure, evaluationPage, marginalsOf, writeFigure } = await loadPlot();
  const numbers = evaluation.columns.flatMap((column) => (column.kind === "number" ? [column.name] : []));
  const figures: Record<string, Figure> = {};
  if (evaluation.overall.numbers)
    figures.calibration = calibrationFigure(evaluation.overall.numbers, { theme });
  if (numbers.length > 0) figures.marginals = await marginalsOf(model, table, { of: numbers, theme });
  const page = evaluationPage(evaluation, {
    theme,
    model: name,
    figures: figures.marginals ? [figures.marginals] : [],
  });
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, "index.html"), page);
  await writeFileAtomic(join(folder, "evaluation.json"), `${JSON.stringify(evaluation, undefined, 2)}\n`);
  for (const [file, figure] of Object.entries(figures))
    await writeFigure(figure, join(folder, `${file}.svg`));
}
