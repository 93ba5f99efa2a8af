/** @file `anygiven info`: what a model knows, or what this machine can do. */
import { cpus, totalmem } from "node:os";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { folderToAsk } from "../files/model-files.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import { formatNumber } from "../numeric/format.ts";
import { simdSupported } from "../runtime/kernels/simd.ts";
import { lineOf, tryDevices } from "../runtime/node/devices.ts";
import { newestCheckpoint } from "../training/checkpoint.ts";
import { modelOptions } from "./model-options.ts";
import { print, printJson } from "./output.ts";

export function infoCommand() {
  return new Command("info")
    .description("Show a model's columns and sizes, or (--system) this machine.")
    .argument("[model]", "a model's folder")
    .option("--system", "show versions, processor and devices: each is started, or what it lacks is reported")
    .addOption(modelOptions.json())
    .addHelpText("after", "\nExamples:\n  anygiven info houses\n  anygiven info --system --json")
    .action(async (folder, { system, json }) => {
      if (folder === undefined && !system)
        throw new InputError("Name a model's folder, or ask for --system.");
      const model = folder === undefined ? undefined : await modelInfo(folder);
      const machine = system ? await machineInfo() : undefined;
      if (json) printJson({ ...(model && { model }), ...(machine && { system: machine }) });
      else {
        if (model) printModel(model);
        if (machine) printMachine(machine);
      }
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

function printModel({
  folder,
  config,
  parameters,
  parametersOfHead,
  checkpoint,
}: Awaited<ReturnType<typeof modelInfo>>) {
  print(`${folder}: preset ${config.preset}${config.origin ? `, imported (${config.origin})` : ""}`);
  print(`${parameters} parameters, ${parametersOfHead} of them in the diffusion head`);
  for (const line of networkOf(config.network).describe()) print(line);
  print(`newest checkpoint: ${checkpoint ?? "none"}`);
  print(columnTable(config));
}

const headCount = (parameters: readonly Parameter[]) =>
  parameterCount(parameters.filter(({ name }) => name.startsWith("head.")));

function columnTable({ columns }: ModelConfig): string {
  const width = Math.max(6, ...columns.map(({ name }) => name.length));
  const rows = columns.map(
    ({ name, encoding: { center, scale }, output }) =>
      `${name.padEnd(width)}  ${formatNumber(center).padStart(14)}  ${formatNumber(scale).padStart(14)}  ${output ? "asked or given" : "given only"}`,
  );
  return [`${"column".padEnd(width)}  ${"center".padStart(14)}  ${"scale".padStart(14)}`, ...rows].join("\n");
}

function printMachine({ devices, ...others }: Awaited<ReturnType<typeof machineInfo>>): void {
  for (const [name, value] of Object.entries(others)) print(`${name.padEnd(14)} ${value}`);
  devices.forEach((report, i) => {
    print(`${(i === 0 ? "devices" : "").padEnd(14)} ${lineOf(report)}`);
  });
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
