/**
 * @file What a model tells of itself, in the words of `anygiven info` and of model-card.md: its columns, how it was trained, what
 * was reached, how well it is calibrated, what it is weak at, versions and licence. After Mitchell et al. (2019), "Model cards".
 */

import { boundsText } from "../columns/bounds.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { inspectionText } from "../columns/inspection/words.ts";
import { isWhole, kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import { formatNumber } from "../numeric/format.ts";
import { textTable } from "../numeric/text-table.ts";
import { calibrationLines, weaknesses } from "./model-weaknesses.ts";
import { reachedLines, recalibrationLines, whetherMore } from "./training-words.ts";

interface CardSection {
  readonly title: string;
  /** Sentences, a line each; a line that has several is a table. */
  readonly lines: readonly string[];
}

/** @param folder of the model, for commands. */
function cardSections(config: ModelConfig, folder = "MODEL"): CardSection[] {
  const { report } = config;
  return [
    { title: "Columns", lines: columnLines(config) },
    { title: "Training", lines: trainingLines(config) },
    {
      title: "What was reached on held-out rows",
      lines: report
        ? [...reachedLines(report), whetherMore(report, folder)]
        : ["Not measured in training: anygiven evaluate measures it on rows that the model has not seen."],
    },
    {
      title: "Calibration",
      lines: [...calibrationLines(report), ...recalibrationLines(report)],
    },
    { title: "Known weaknesses", lines: weaknesses(config) },
    { title: "Versions", lines: [versionsLine(config)] },
    { title: "Licence", lines: [config.made?.licence ?? "none stated"] },
  ].filter(({ lines }) => lines.length > 0);
}

/** The card as a Markdown file. */
export function modelCard(config: ModelConfig): string {
  const sections = cardSections(config).flatMap(({ title, lines }) => [
    `## ${title}`,
    ...wholeSentences(lines).map((line) => (line.includes("\n") ? `\`\`\`text\n${line}\n\`\`\`` : line)),
  ]);
  return `${[`# ${titleOf(config)}`, PURPOSE, ...sections].join("\n\n")}\n`;
}

/** The card as the terminal shows it. */
export function cardText(config: ModelConfig, folder: string): string {
  const sections = cardSections(config, folder).map(({ title, lines }) => [title, ...lines].join("\n"));
  return [titleOf(config), ...sections].join("\n\n");
}

/** A line in brackets belongs to the sentence before it. */
function wholeSentences(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    if (line.startsWith("(") && whole.length > 0) whole.push(`${whole.pop()} ${line}`);
    else whole.push(line);
  }
  return whole;
}

const PURPOSE =
  "One model of a whole table: it answers p(any columns | any others), with `anygiven` or its library. Its files are config.json and weights.safetensors.";

function titleOf({ inspection, origin, preset }: ModelConfig): string {
  const of = inspection ? `A model of ${inspection.source}` : "A model";
  return `${of} (anygiven, preset ${preset}${origin ? `, imported: ${origin}` : ""})`;
}

function columnLines(config: ModelConfig): string[] {
  const { columns, inspection } = config;
  const onlyGiven = columns.filter(({ output }) => !output).map(({ name }) => name);
  return [
    inspection ? inspectionText(inspection) : columnTable(config),
    ...(onlyGiven.length > 0 ? [`Only given, never asked: ${onlyGiven.join(", ")}.`] : []),
  ];
}

function columnTable({ columns }: ModelConfig): string {
  const rows = columns.map(({ name, encoding, unit = "" }) => [
    name,
    encoding.kind,
    unit,
    supportText(encoding),
  ]);
  return textTable(["column", "kind", "unit", "values"], rows);
}

/** What values a column can have: "0 .. 1", "whole, 0 ..", "one of 3". */
export function supportText(encoding: ColumnEncoding): string {
  const { bounds, categories, onlyPointMasses, pointMasses } = encoding;
  if (categories.length > 0) return `one of ${categories.length}`;
  if (onlyPointMasses) return `one of ${pointMasses.length}`;
  const kind = kindOf(encoding);
  const written = (value: number) => (kind.isText ? kind.write(value, {}) : formatNumber(value));
  const parts = [
    isWhole(encoding) ? (kind.isText ? "days" : "whole") : "",
    bounds ? boundsText(bounds, written) : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "any";
}

/** How rows were held out, where not by chance. */
function splitLines({ training, columns }: ModelConfig): string[] {
  const { splitBy = "" } = training ?? {};
  if (typeof splitBy !== "string" || splitBy === "") return [];
  const name = splitBy.replace(/^last:/, "");
  const isOrdered =
    name !== splitBy || columns.some((column) => column.name === name && column.encoding.kind === "date");
  return [
    isOrdered
      ? `Held out are the last rows by ${name}: scores are those of rows that come after the training's.`
      : `Held out are whole groups of rows with the same ${name}: scores are those of groups that training has not seen.`,
  ];
}

function trainingLines(config: ModelConfig): string[] {
  const { made, report, network, startedFrom } = config;
  const { parameters, describe } = networkOf(network);
  const lines: string[] = [];
  if (made) {
    const { at, seconds, trainedRows, heldOutRows } = made;
    lines.push(`${trainedRows} rows trained on, ${heldOutRows} held out to judge by.`);
    lines.push(...splitLines(config));
    lines.push(`Saved at ${at} after ${duration(seconds)} of training.`);
  }
  if (report) {
    const { epochs, steps, keptStep, ended } = report;
    const kept = keptStep < steps ? `; the weights of step ${keptStep} are kept` : "";
    lines.push(`${epochs} whole epochs, ${steps} steps (${ended})${kept}.`);
  }
  if (startedFrom) {
    const { model, absent } = startedFrom;
    lines.push(`started from ${model}${absent.length > 0 ? `; not in its table: ${absent.join(", ")}` : ""}`);
  }
  return [...lines, `${parameterCount(parameters)} parameters`, ...describe()];
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toPrecision(2))} s`;
  const minutes = seconds / 60;
  return minutes < 120
    ? `${Number(minutes.toPrecision(2))} minutes`
    : `${Number((minutes / 60).toPrecision(2))} hours`;
}

function versionsLine({ made }: ModelConfig): string {
  if (!made) return "not known: an older anygiven made it, or it was imported";
  return Object.entries(made.versions)
    .map(([name, version]) => `${name} ${version.replace(/^v/, "")}`)
    .join(", ");
}
