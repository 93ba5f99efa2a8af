/** @file `anygiven info`: what a model knows, or what this machine can do. */
import { cpus, totalmem } from "node:os";
import { Command } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { boundsText } from "../columns/bounds.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { inspectionText } from "../columns/inspection/words.ts";
import { isWhole, kindOf } from "../columns/kinds.ts";
import { folderToAsk } from "../files/model-files.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig, StartedFrom } from "../networks/model-config.ts";
import { type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import { formatNumber } from "../numeric/format.ts";
import { textTable } from "../numeric/text-table.ts";
import { simdSupported } from "../runtime/kernels/simd.ts";
import { lineOf, tryDevices } from "../runtime/node/devices.ts";
import { newestCheckpoint } from "../training/checkpoint.ts";
import { modelOptions } from "./options.ts";
import { answer } from "./output.ts";
import { reachedLines, recalibrationLines, whetherMore } from "./training-words.ts";

export function infoCommand() {
  return new Command("info")
    .description("Show a model's columns and sizes, or (--system) this machine.")
    .argument("[model]", "a model's folder")
    .option("--system", "show versions, processor and devices: each is started, or what it lacks is reported")
    .addOption(modelOptions.json())
    .addHelpText("after", "\nExamples:\n  anygiven info houses\n  anygiven info --system --json")
    .action(async (folder, { system: isAsked, json }) => {
      if (folder === undefined && !isAsked)
        throw new InputError("Name a model's folder, or ask for --system.");
      const model = folder === undefined ? undefined : await modelInfo(folder);
      const system = isAsked ? await machineInfo() : undefined;
      const text = [...(model ? modelLines(model) : []), ...(system ? machineLines(system) : [])];
      answer(json, defined({ model, system }), text.join("\n"));
    });
}

async function modelInfo(name: string) {
  const folder = folderToAsk(name);
  const config = await readModelConfig(folder);
  const { parameters } = networkOf(config.network);
  return {
    folder,
    config,
    parameters: parameterCount(parameters),
    parametersOfHead: headCount(parameters),
    checkpoint: await newestCheckpoint(folder),
  };
}

function modelLines(info: Awaited<ReturnType<typeof modelInfo>>): string[] {
  const { folder, config, parameters, parametersOfHead, checkpoint } = info;
  return [
    `${folder}: preset ${config.preset}${config.origin ? `, imported (${config.origin})` : ""}`,
    `${parameters} parameters, ${parametersOfHead} of them in the head`,
    ...networkOf(config.network).describe(),
    ...(config.startedFrom ? [startLine(config.startedFrom)] : []),
    `newest checkpoint: ${checkpoint ?? "none"}`,
    ...(config.inspection ? [inspectionText(config.inspection)] : []),
    columnTable(config),
    ...(config.report
      ? [
          ...reachedLines(config.report),
          ...recalibrationLines(config.report),
          whetherMore(config.report, folder),
        ]
      : []),
  ];
}

function startLine({ model, absent }: StartedFrom): string {
  return `started from ${model}${absent.length > 0 ? `; not in its table: ${absent.join(", ")}` : ""}`;
}

/** In an ensemble a member's name stands before its parameters'. */
const headCount = (parameters: readonly Parameter[]) =>
  parameterCount(parameters.filter(({ name }) => /(^|\.)head\./.test(name)));

function columnTable({ columns }: ModelConfig): string {
  const rows = columns.map(({ name, encoding, output }) => [
    name,
    ...[encoding.center, encoding.scale].map(formatNumber),
    supportText(encoding),
    output ? "asked or given" : "given only",
  ]);
  return textTable(["column", "center", "scale", "values", ""], rows);
}

/** What values a column can have: "0 .. 1", "whole, 0 ..", "one of 3". */
function supportText(encoding: ColumnEncoding): string {
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

function machineLines({ devices, ...others }: Awaited<ReturnType<typeof machineInfo>>): string[] {
  const devicesOf = devices.map((report, i) => [i === 0 ? "devices" : "", lineOf(report)]);
  return [...Object.entries(others), ...devicesOf].map(([name, value]) => `${name.padEnd(14)} ${value}`);
}

async function machineInfo() {
  const processors = cpus();
  return {
    anygiven: VERSION,
    node: process.version,
    processor: `${processors[0]?.model ?? "unknown"}, ${processors.length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernels: simdSupported() ? "WebAssembly SIMD" : "plain JavaScript (no WebAssembly SIMD here)",
    devices: await tryDevices(),
  };
}
