/** @file A small ensemble with weights away from its start, for the tests of networks side by side. */
import { generator } from "../../../numeric/generator.ts";
import { initialise, parameterCount } from "../../parts/parameter-layout.ts";
import type { QueryConfig } from "../config.ts";
import type { MixtureConfig } from "../heads/mixture/config.ts";
import { mixtureHead } from "../heads/mixture/mixture-head.ts";
import { queryParameters } from "../parameters.ts";

export const MEMBERS = 3;

/** One of its networks, of three columns: a number, one with two point masses, a category of two. */
export const single: QueryConfig<MixtureConfig> = {
  kind: "query",
  columns: 3,
  classes: [0, 3, 2],
  errors: false,
  embeddingDim: 8,
  heads: 2,
  ffnDim: 8,
  encoderLayers: 1,
  dropout: 0,
  frequencies: 2,
  head: { kind: "mixture", width: 6, layers: 1, free: 2, fixed: 3, intervals: false },
};
export const ensemble = { ...single, members: MEMBERS };

/** Weights of all networks, those of one behind those of another. */
export function ensembleWeights(): Float32Array<ArrayBuffer> {
  const parameters = queryParameters(ensemble, mixtureHead(single.head));
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, 1);
  const random = generator(2, "weights");
  return flat.map((value) => value + 0.2 * random.normal());
}
