/** @file `anygiven info`: what a model knows, or what this machine can do. */
import { cpus, totalmem } from "node:os";
import { Command } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { folderToAsk } from "../files/model-files.ts";
import { cardText, supportText } from "../model/model-card.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import { formatNumber } from "../numeric/format.ts";
import { textTable } from "../numeric/text-table.ts";
import { simdSupported } from "../runtime/kernels/simd.ts";
import { lineOf, tryDevices } from "../runtime/node/devices.ts";
import { newestCheckpoint } from "../training/checkpoint.ts";
import { modelOptions } from "./options.ts";
import { answer } from "./output.ts";
import { verifying } from "./verified.ts";

export function infoCommand() {
  return new Command("info")
    .description("Show what a model tells of itself (as its model-card.md does), or (--system) this machine.")
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
  const config = await readModelConfig(folder, verifying());
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
  const { folder, config, parametersOfHead, checkpoint } = info;
  return [
    `${folder}: ${cardText(config, folder)}`,
    "",
    "In the network",
    `${parametersOfHead} parameters in the head; newest checkpoint: ${checkpoint ?? "none"}`,
    columnTable(config),
  ];
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
