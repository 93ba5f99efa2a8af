/** @file The networks that there are: the one place that knows which is meant, by the kind that a config names. */
import { shown } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { checkLeungBovy, type LeungBovyConfig } from "./leung-bovy/config.ts";
import { leungBovyNetwork } from "./leung-bovy/network.ts";
import { type LeungBovySettings, leungBovyPlan } from "./leung-bovy/plan.ts";
import type { Network, NetworkPlan } from "./network.ts";
import { checkQuery, type QueryConfig } from "./query/config.ts";
import { withMembers } from "./query/members.ts";
import { queryNetwork } from "./query/network.ts";
import { type QuerySettings, queryPlan } from "./query/plan.ts";

/** Sizes of a network. */
export type NetworkConfig = LeungBovyConfig | QueryConfig;
export type NetworkKind = NetworkConfig["kind"];
/** What the sizes of a new network, and the scales of its columns, follow from. */
export type NetworkSettings =
  | ({ readonly architecture: "query" } & QuerySettings)
  | ({ readonly architecture: "leung-bovy" } & LeungBovySettings);

export function networkOf(config: NetworkConfig): Network {
  switch (config.kind) {
    case "query":
      return queryNetwork(config);
    case "leung-bovy":
      return leungBovyNetwork(config);
  }
}

export function networkPlan(settings: NetworkSettings): NetworkPlan<NetworkConfig> {
  switch (settings.architecture) {
    case "query":
      return queryPlan(settings);
    case "leung-bovy":
      return leungBovyPlan(settings);
  }
}

/**
 * A network of the same sizes that has so many members: its weights are theirs, one member's behind the other's.
 * @throws InputError for a kind whose answers can't be averaged.
 */
export function networkOfMembers(config: NetworkConfig, members: number): NetworkConfig {
  if (config.kind === "query") return withMembers(config, members);
  if (members === 1) return config;
  throw new InputError(`Answers of several networks of the kind "${config.kind}" can't be averaged.`);
}

/** @throws InputError naming the first size that can't be. */
export function checkedNetwork(config: NetworkConfig): NetworkConfig {
  return config.kind === "query" ? checkQuery(config) : checkLeungBovy(config);
}

/**
 * A network's config as it stands in a file. Early files call the kind "query" "shared", and have none for "leung-bovy".
 * @throws InputError for a kind that there is none of, or sizes that can't be.
 */
export function readNetworkConfig(stored: Readonly<Record<string, unknown>>): NetworkConfig {
  const { kind: named = "leung-bovy" } = stored;
  const kind = named === "shared" ? "query" : named;
  if (kind !== "query" && kind !== "leung-bovy") {
    throw new InputError(
      `This anygiven does not know a network ${shown(kind)}: install a newer one to use this model.`,
    );
  }
  return checkedNetwork({ ...stored, kind } as NetworkConfig);
}
