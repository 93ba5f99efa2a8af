/** @file Either kind of network: the published one or the one with shared context. */

import type { Parameter } from "./layers/parameter-layout.ts";
import { checkNetwork, type NetworkConfig } from "./leung-bovy/config.ts";
import { networkParameters } from "./leung-bovy/parameters.ts";
import { checkShared, type SharedConfig } from "./query/config.ts";
import { sharedParameters } from "./query/parameters.ts";

/** Sizes of a network; the published one has no `kind`. */
export type AnyNetwork = NetworkConfig | SharedConfig;

export function isShared(network: AnyNetwork): network is SharedConfig {
  return "kind" in network && network.kind === "shared";
}

export function parametersOf(network: AnyNetwork): readonly Parameter[] {
  return isShared(network) ? sharedParameters(network) : networkParameters(network);
}

/** @throws InputError naming the first size that can't be. */
export function checkAnyNetwork<Network extends AnyNetwork>(network: Network): Network {
  if (isShared(network)) checkShared(network);
  else checkNetwork(network);
  return network;
}
