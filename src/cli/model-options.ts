/** @file The options of every command that asks a model. */
import { Option } from "@commander-js/extra-typings";
import { Model, type ModelOptions } from "../model/model.ts";
import { DEVICES, type DeviceChoice } from "../runtime/device-names.ts";
import { names, whole } from "./arguments.ts";

export const modelOptions = {
  of: (about = "the target column (several: each separately)") =>
    new Option("--of <columns>", about).argParser(names).makeOptionMandatory(),
  givenColumns: () =>
    new Option(
      "--given <columns>",
      "the columns given (default: all that the model knows, but those asked)",
    ).argParser(names),
  method: () =>
    new Option("--method <method>", "flow: from the density itself; ancestral: by the stochastic sampler")
      .choices(["flow", "ancestral"] as const)
      .default("flow" as const),
  device: () =>
    new Option(
      "--device <device>",
      "where to compute; auto: the fastest that starts here (info --system shows which start, gpu how to get CUDA)",
    )
      .choices(["auto", ...DEVICES] as const)
      .default("cpu" as DeviceChoice),
  size: (size: number) =>
    new Option("--size <n>", "samples for each question").argParser(whole).default(size),
  seed: (about = "the same seed gives the same samples") =>
    new Option("--seed <n>", about).argParser(whole).default(1),
  json: () => new Option("--json", "print JSON instead of text"),
};

/** Loads a model, does the work with it, and gives back what it holds, whatever happens. */
export async function withModel<Made>(
  folder: string,
  options: ModelOptions,
  work: (model: Model) => Promise<Made>,
): Promise<Made> {
  const model = await Model.load(folder, options);
  try {
    return await work(model);
  } finally {
    await model.dispose();
  }
}
