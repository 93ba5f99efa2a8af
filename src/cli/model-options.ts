/** @file The options of every command that asks a model. */
import { Option } from "@commander-js/extra-typings";
import { DEVICES } from "../runtime/executable.ts";
import { whole } from "./arguments.ts";

export const modelOptions = {
  device: () =>
    new Option("--device <device>", "where to compute; cuda and webgpu need their drivers")
      .choices(DEVICES)
      .default("cpu" as const),
  size: (size: number) =>
    new Option("--size <n>", "samples for each question").argParser(whole).default(size),
  seed: () => new Option("--seed <n>", "the same seed gives the same samples").argParser(whole).default(1),
  json: () => new Option("--json", "print JSON instead of text"),
};
