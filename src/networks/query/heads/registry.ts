/** @file The heads that there are: the one place that knows which is meant, by what a config says of its head. */
import type { QueryConfig } from "../config.ts";
import { diffusionHead } from "./diffusion/diffusion-head.ts";
import type { Head } from "./head.ts";

export function headOf({ head }: Pick<QueryConfig, "head">): Head {
  return diffusionHead(head);
}
