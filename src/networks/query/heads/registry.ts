/** @file The heads that there are: the one place that knows which is meant, by the kind that a config says of its head. */
import { shown } from "../../../base/checked.ts";
import { InputError } from "../../../base/errors.ts";
import type { ModelColumn } from "../../../columns/encoding.ts";
import { type DenoiserConfig, type DiffusionSettings, plannedDenoiser } from "./diffusion/config.ts";
import { diffusionHead } from "./diffusion/diffusion-head.ts";
import type { Head } from "./head.ts";
import { type MixtureConfig, type MixtureSettings, plannedMixture } from "./mixture/config.ts";
import { mixtureHead } from "./mixture/mixture-head.ts";

/** What a config says of its head: a kind, absent for "diffusion", and sizes of that kind. */
export interface HeadKind {
  readonly kind?: string;
}

/** @throws InputError for a kind that there is none of, or sizes that can't be. */
export function headOf(config: HeadKind): Head {
  const { kind = "diffusion" } = config;
  switch (kind) {
    case "mixture":
      return mixtureHead(config as MixtureConfig);
    case "diffusion":
      return diffusionHead(config as DenoiserConfig);
    default:
      throw new InputError(
        `This anygiven does not know a head ${shown(kind)}: install a newer one to use this model.`,
      );
  }
}

/** The heads that can be chosen, the default first. */
export const HEAD_NAMES = ["mixture", "diffusion"] as const;
export type HeadName = (typeof HEAD_NAMES)[number];
export type HeadSettings =
  /** Only mixtures can be averaged over several networks. */
  | ({ readonly head: "mixture"; readonly members: number } & MixtureSettings)
  | ({ readonly head: "diffusion" } & DiffusionSettings);

/** What the settings of a run make of the head that they choose. */
export function plannedHead(settings: HeadSettings, columns: readonly ModelColumn[]): HeadKind {
  return settings.head === "mixture" ? plannedMixture(settings, columns) : plannedDenoiser(settings);
}
