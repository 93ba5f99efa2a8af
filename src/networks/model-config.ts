/** @file What a trained model knows besides its weights: its columns, its network, how it was made. */

import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { type ColumnEncoding, type KindName, type ModelColumn, plainEncoding } from "../columns/encoding.ts";
import { type AnyNetwork, checkAnyNetwork } from "./any-network.ts";

export interface ModelConfig {
  readonly preset: string;
  readonly columns: readonly ModelColumn[];
  readonly network: AnyNetwork;
  /** Where an imported model came from, in words. */
  readonly origin?: string;
  /** The settings it is trained with: what a resumed run goes on with. */
  readonly training?: Readonly<Record<string, unknown>>;
}

/** Whether measurement errors were removed from targets in training, so that answers are about true values. */
export function isDeconvolved({ training }: ModelConfig): boolean {
  const errors = training?.measurementErrors ?? training?.errors; // the name that older models have
  return errors === "deconvolve";
}

const FORMAT = "anygiven-model";
/** Raised when an older anygiven could not read the folder any more. */
const FORMAT_VERSION = 1;

export function encodeModelConfig(config: ModelConfig): string {
  const stored = { ...config, columns: config.columns.map(storedColumn) };
  return `${JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION, ...stored }, undefined, 2)}\n`;
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
  if (typeof formatVersion !== "number" || formatVersion > FORMAT_VERSION) {
    throw new InputError(
      `${path} has format version ${String(formatVersion)}, this anygiven reads up to ${FORMAT_VERSION}: ` +
        "install a newer anygiven to use this model.",
    );
  }
  const { columns, network } = config as unknown as { columns: unknown; network: AnyNetwork };
  if (!Array.isArray(columns) || !columns.every(isColumn) || typeof network?.head !== "object") {
    throw new InputError(
      `${path} lacks a field or has one of a wrong kind: restore it from a copy, or train again.`,
    );
  }
  if (columns.length !== network.columns) {
    throw new InputError(`${path} lists ${columns.length} columns for a network of ${network.columns}.`);
  }
  checkAnyNetwork(network);
  return { ...(config as unknown as ModelConfig), columns: columns.map(columnOf) };
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
 * A column as config.json has it. Center and scale stand beside the encoding as well, and integers are called "whole", so
 * that every anygiven that knows the format reads it; a column without an encoding is a number that is only standardised.
 */
interface StoredColumn extends Omit<ModelColumn, "coding"> {
  readonly center: number;
  readonly scale: number;
  readonly coding?: Omit<ColumnEncoding, "kind"> & { readonly kind: KindName | "whole" };
}

function storedColumn({ name, output, coding, ...others }: ModelColumn): StoredColumn {
  const { center, scale } = coding;
  const kind = coding.kind === "integer" ? "whole" : coding.kind; // the word of the format
  return { name, center, scale, output, coding: { ...coding, kind }, ...others };
}

function columnOf({ center, scale, coding, ...others }: StoredColumn): ModelColumn {
  if (coding === undefined) return { ...others, coding: plainEncoding({ center, scale }) };
  const kind = coding.kind === "whole" ? "integer" : coding.kind; // the word of the format
  return { ...others, coding: { ...coding, kind } };
}

function isColumn(column: unknown): column is StoredColumn {
  const { name, center, scale, output } = (column ?? {}) as Record<string, unknown>;
  return (
    typeof name === "string" &&
    typeof center === "number" &&
    typeof scale === "number" &&
    scale > 0 &&
    typeof output === "boolean"
  );
}

/** The place of a column in the model. @throws InputError with near misses if there is none. */
export function columnPlace({ columns }: ModelConfig, name: string): number {
  const place = columns.findIndex((column) => column.name === name);
  if (place < 0) {
    const names = columns.map((column) => column.name);
    throw new InputError(unknownName("column", name, names, "the model"));
  }
  return place;
}
