/** @file What a trained model knows besides its weights: its columns, its network, how it was made. */

import { InputError } from "../base/errors.ts";
import { checkFormatVersion, JsonSection } from "../base/json-section.ts";
import type { Bounds } from "../columns/bounds.ts";
import { type ColumnEncoding, type ModelColumn, plainEncoding, type Transform } from "../columns/encoding.ts";
import { type Inspection, readInspection } from "../columns/inspection/inspected.ts";
import type { Statement } from "../columns/kinds/kind.ts";
import type { KindName } from "../columns/kinds/registry.ts";
import { KIND_NAMES, kindOf } from "../columns/kinds.ts";
import { type MissingCells, readMissingCells } from "../columns/missing-cells.ts";
import { readRecalibration } from "../columns/recalibration.ts";
import type { WrittenValues } from "../columns/written-values.ts";
import type { HowRead } from "../table/table.ts";
import { type Making, readMaking } from "./making.ts";
import { type NetworkConfig, readNetworkConfig } from "./registry.ts";
import { readTrainingReport, type TrainingReport } from "./training-report.ts";

export interface ModelConfig {
  readonly preset: string;
  readonly columns: readonly ModelColumn[];
  readonly network: NetworkConfig;
  /**
   * Which cells of the training's table were missing, by column; none where it was complete. Absent of a model that has not
   * looked at that.
   */
  readonly missing?: readonly MissingCells[];
  /** What was understood of the training's table. Absent of a model that has not kept that. */
  readonly inspection?: Inspection;
  /** Where an imported model came from, in words. */
  readonly origin?: string;
  /** Of a model whose training began with another's weights: which that was, and what it has from there. */
  readonly startedFrom?: StartedFrom;
  /** The settings it is trained with: what a resumed run goes on with. */
  readonly training?: Readonly<Record<string, unknown>>;
  /** When and with what it was trained. Absent of a model that has not kept that. */
  readonly made?: Making;
  /** What training reached; absent in imported models, in those of the presets "paper" and in older ones. */
  readonly report?: TrainingReport;
}

export interface StartedFrom {
  /** The other model, as it was named. */
  readonly model: string;
  /** The columns that it knew: their scales are its own. */
  readonly columns: readonly string[];
  /** Those of them that the table of this training lacks. */
  readonly absent: readonly string[];
}

/** Whether measurement errors were removed from targets in training, so that answers are about true values. */
export function removesErrors({ training }: ModelConfig): boolean {
  const errors = training?.measurementErrors ?? training?.errors; // the name that older models have
  return errors === "deconvolve";
}

const FORMAT = "anygiven-model";
/** The version since which the default network is what it is: targets alone read, each a choice of the given cells. */
const QUERY_VERSION = 3;
/** The version since which it may be shown a summary, which an older anygiven would leave out without a word. */
const SUMMARY_VERSION = 4;
/** The version since which a question with at most one column given may be answered in part by what was counted. */
const COUNTED_VERSION = 5;
/** The newest version that is read; one is written that an older anygiven reads too, if it knows network and columns' kinds. */
const FORMAT_VERSION = Math.max(COUNTED_VERSION, ...KIND_NAMES.map((kind) => kindOf({ kind }).formatVersion));

export function encodeModelConfig(config: ModelConfig): string {
  const stored = { ...config, columns: config.columns.map(storedColumn) };
  const formatVersion = Math.max(
    networkVersion(config.network),
    ...config.columns.map(({ encoding }) => kindOf(encoding).formatVersion),
  );
  return `${JSON.stringify({ format: FORMAT, formatVersion, ...stored }, undefined, 2)}\n`;
}

function networkVersion(network: NetworkConfig): number {
  if (network.kind !== "query") return 1;
  if (network.counted) return COUNTED_VERSION;
  return network.normal ? SUMMARY_VERSION : QUERY_VERSION;
}

/**
 * @param text the contents of a config.json; @param path its name, for messages.
 * @throws InputError if it is not a model's, damaged, or of a newer format.
 */
export function decodeModelConfig(text: string, path: string): ModelConfig {
  const { format, formatVersion, ...config } = parsed(text, path);
  if (format !== FORMAT) {
    const published = "nn_config" in config;
    throw new InputError(
      published
        ? `${path} belongs to a model of the published PyTorch code: convert its folder with "anygiven import".`
        : `${path} is not the config.json of an anygiven model.`,
    );
  }
  checkFormatVersion(formatVersion, FORMAT_VERSION, path);
  const section = new JsonSection(path, config, MEND);
  checkNetworkVersion(section.section("network").fields.kind, formatVersion, path);
  const columns = section.sections("columns").map(readColumn);
  const origin = section.has("origin") ? section.text("origin") : undefined;
  const missing = section.has("missing") ? section.sections("missing").map(readMissingCells) : undefined;
  const training = section.has("training") ? section.section("training").fields : undefined;
  return {
    preset: section.text("preset"),
    columns,
    network: readNetwork(section.section("network"), columns.length, path),
    ...(missing && { missing }),
    ...(origin !== undefined && { origin }),
    ...(section.has("startedFrom") && { startedFrom: readStartedFrom(section.section("startedFrom")) }),
    ...(training && { training }),
    ...(section.has("inspection") && { inspection: readInspection(section.section("inspection")) }),
    ...(section.has("made") && { made: readMaking(section.section("made")) }),
    ...(section.has("report") && { report: readTrainingReport(section.section("report")) }),
  };
}

function readStartedFrom(section: JsonSection): StartedFrom {
  return { model: section.text("model"), columns: section.texts("columns"), absent: section.texts("absent") };
}

/** What to do about a damaged config.json. */
export const MEND = "restore the file from a copy, or train again";

/** @throws InputError for the default network of an older anygiven, whose weights mean something else. */
function checkNetworkVersion(kind: unknown, version: unknown, path: string): void {
  if (kind !== "query" || version === undefined || Number(version) >= QUERY_VERSION) return;
  throw new InputError(
    `${path}: the model was made by an anygiven whose default network had another shape (format version ${version}, now ${QUERY_VERSION}): train it again, or install the anygiven that made it.`,
  );
}

function readNetwork(section: JsonSection, columns: number, path: string): NetworkConfig {
  section.section("head");
  if (section.has("classes")) section.numbers("classes");
  const network = checkedNetwork(section, path);
  if (columns !== network.columns) {
    throw section.wrong("columns", `${network.columns}, but ${columns} columns are listed`);
  }
  return network;
}

/** The kind settles which fields there must be: each is looked at in the network's own check. */
function checkedNetwork(section: JsonSection, path: string): NetworkConfig {
  try {
    return readNetworkConfig(section.fields);
  } catch (error) {
    // What is not there, or a text where there should be a list, is met in the midst of a check.
    if (error instanceof TypeError || error instanceof RangeError)
      throw new InputError(
        `${path}: network: a part of it is missing, or of another kind than anygiven writes; ${MEND}.`,
        { cause: error },
      );
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${path}: network: ${error.message} Or ${MEND}.`, { cause: error });
  }
}

function parsed(text: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path} is not valid JSON (cut off?): restore it from a copy, or train again.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError(`${path} is not the config.json of an anygiven model.`);
  }
  return value as Record<string, unknown>;
}

/**
 * A column as config.json has it. Center and scale stand beside the encoding as well, and integers are called
 * "whole", point masses "atoms", so that every anygiven that knows the format reads it; a column without an
 * encoding is a number that is only standardised.
 */
interface StoredColumn extends Omit<ModelColumn, "encoding"> {
  readonly center: number;
  readonly scale: number;
  readonly coding?: Omit<ColumnEncoding, "kind" | "pointMasses"> & {
    readonly kind: KindName | "whole";
    readonly atoms: readonly number[];
  };
}

function storedColumn({ name, output, encoding, ...others }: ModelColumn): StoredColumn {
  const { center, scale } = encoding;
  // The words of the format.
  const { kind: named, pointMasses: atoms, transform, categories, ...rest } = encoding;
  const kind = named === "integer" ? "whole" : named;
  return { name, center, scale, output, coding: { ...rest, kind, transform, atoms, categories }, ...others };
}

function readColumn(section: JsonSection): ModelColumn {
  const [center, scale] = [section.number("center"), positive(section, "scale")];
  return {
    name: section.text("name"),
    output: section.flag("output"),
    encoding: section.has("coding")
      ? readEncoding(section.section("coding"))
      : plainEncoding({ center, scale }),
    ...(section.has("errors") && { errors: section.flag("errors") }),
    ...(section.has("typicalError") && { typicalError: section.number("typicalError") }),
    ...(section.has("limits") && { limits: section.flag("limits") }),
    ...(section.has("unit") && { unit: section.text("unit") }),
    ...(section.has("form") && { form: section.fields.form as HowRead["form"] }),
    ...(section.has("written") && { written: readWritten(section.section("written")) }),
    ...(section.has("recalibration") && { recalibration: readRecalibration(section) }),
  };
}

function readWritten(section: JsonSection): WrittenValues {
  const [least, greatest] = [section.number("least"), section.number("greatest")];
  return { least, greatest, ...(section.has("step") && { step: positive(section, "step") }) };
}

function readEncoding(section: JsonSection): ColumnEncoding {
  const named = section.oneOf("kind", [...KIND_NAMES, "whole"]);
  const kind = named === "whole" ? "integer" : named; // the word of the format
  const own = kindOf({ kind }).stated?.asks;
  return {
    kind,
    center: section.number("center"),
    scale: positive(section, "scale"),
    transform: readTransform(section.section("transform")),
    pointMasses: section.numbers("atoms"),
    categories: section.texts("categories"),
    ...(section.has("bounds") && { bounds: readBounds(section) }),
    ...(section.has("whole") && section.flag("whole") && { whole: true }),
    ...(section.has("onlyPointMasses") && section.flag("onlyPointMasses") && { onlyPointMasses: true }),
    ...(own && { [own.name]: ownNumber(section, own) }),
  };
}

function readBounds(section: JsonSection): Bounds {
  const ends = section.list("bounds");
  const [low, high] = ends;
  const isEnd = (end: unknown): end is number | null => end === null || Number.isFinite(end);
  if (ends.length === 2 && isEnd(low) && isEnd(high)) return [low, high];
  throw section.wrong("bounds", "not two numbers, or null for none");
}

/** The number that a kind has of its own. */
function ownNumber(section: JsonSection, { name, values }: NonNullable<Statement["asks"]>): number {
  const value = section.number(name);
  if (!values.fits(value)) throw section.wrong(name, `${value}, not ${values.words}`);
  return value;
}

function readTransform(section: JsonSection): Transform {
  const by = section.oneOf("by", ["none", "asinh", "quantiles"]);
  if (by === "none") return { by };
  if (by === "asinh") return { by, width: positive(section, "width"), stretch: positive(section, "stretch") };
  return { by, s: section.numbers("s"), u: section.numbers("u") };
}

function positive(section: JsonSection, field: string): number {
  const value = section.number(field);
  if (!(value > 0)) throw section.wrong(field, `${value}, not above 0`);
  return value;
}
