/** @file The heads that there are: the one place that knows which is meant, by the kind that a config says of its head. */
import { InputError } from "../../../base/errors.ts";
import type { DenoiserConfig } from "./diffusion/config.ts";
import { diffusionHead } from "./diffusion/diffusion-head.ts";
import type { Head } from "./head.ts";

/** What a config says of its head: a kind, absent for "diffusion", and sizes of that kind. */
export interface HeadKind {
  readonly kind?: string;
}

/** @throws InputError for a kind that there is none of, or sizes that can't be. */
export function headOf(config: HeadKind): Head {
  const { kind = "diffusion" } = config;
  if (kind !== "diffusion") {
    throw new InputError(
      `This anygiven does not know a head "${kind}": install a newer one to use this model.`,
    );
  }
  return diffusionHead(config as DenoiserConfig);
}
