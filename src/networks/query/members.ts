/**
 * @file An ensemble: several networks of the same sizes, with start values of their own, trained side by side, each by itself.
 * What they answer is the even mixture of their answers (Lakshminarayanan, Pritzel & Blundell 2017, "Simple and scalable
 * predictive uncertainty estimation using deep ensembles", sec. 2.4), which is a mixture of normals again.
 */
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import type { Dropout } from "../parts/dropout.ts";
import type { Parameter, ParameterDraft } from "../parts/parameter-layout.ts";
import type { ParameterLookup } from "../parts/program-parts.ts";
import { classOffsets, type QueryConfig, totalClasses } from "./config.ts";
import { TARGETS } from "./heads/head.ts";

/** One network of an ensemble: its parameters and its dropout masks. */
export interface Member {
  readonly lookup: ParameterLookup;
  readonly dropout: Dropout;
}

/** Parameters of a single network have no prefix: an ensemble of one is that network. */
const prefixesOf = ({ members = 1 }: QueryConfig): string[] =>
  members === 1 ? [""] : Array.from({ length: members }, (_, k) => `member.${k}.`);

/** The parameters of all members. @param drafts of one. */
export function ofAllMembers(config: QueryConfig, drafts: readonly ParameterDraft[]): ParameterDraft[] {
  return prefixesOf(config).flatMap((prefix) =>
    drafts.map((draft) => ({ ...draft, name: `${prefix}${draft.name}` })),
  );
}

export function membersOf(config: QueryConfig, lookup: ParameterLookup, dropout: Dropout): Member[] {
  return prefixesOf(config).map((prefix) => ({
    lookup: (name) => lookup(`${prefix}${name}`),
    dropout: (name, x) => dropout(`${prefix}${name}`, x),
  }));
}

/** A member by itself: the config of the network that it is. */
export function singleMember({ members: _, ...config }: QueryConfig): QueryConfig {
  return config;
}

/** The same network with another number of members. */
export function withMembers(config: QueryConfig, members: number): QueryConfig {
  return { ...singleMember(config), ...(members > 1 && { members }) };
}

/** The parameters of each member, in the order of a single network's. @param all of them. */
export function parametersOfMembers(
  { members = 1 }: QueryConfig,
  all: readonly Parameter[],
): readonly (readonly Parameter[])[] {
  const ofOne = all.length / members;
  return Array.from({ length: members }, (_, k) => all.slice(k * ofOne, (k + 1) * ofOne));
}

/** The mean of tensors of one shape. */
export function meanOfMembers(tensors: readonly Tensor[]): Tensor {
  const [first, ...others] = tensors;
  if (others.length === 0) return first;
  return op.multiply(
    others.reduce((sum, each) => op.add(sum, each), first),
    1 / tensors.length,
  );
}

/** Keeps a quotient finite where a target has no weight. */
const NOTHING = 1e-30;

/**
 * Minus the log likelihood of the members' mixture, weighted: -w ln(mean of exp(l_k)), of what each has by itself, -w l_k.
 * @param losses of the members, (targets, 1). @param weight w, (targets, 1).
 */
export function mixtureLosses(losses: readonly Tensor[], weight: Tensor): Tensor {
  if (losses.length === 1) return losses[0];
  const divisor = op.add(weight, NOTHING);
  const likelihoods = losses.map((each) => op.negate(op.divide(each, divisor)));
  const mean = op.subtract(op.logSumExp(op.join(likelihoods, 1)), Math.log(losses.length));
  return op.negate(op.multiply(mean, weight));
}

/**
 * How much each member's normals count in the density of a target's numbers, (targets, 1) each, adding up to 1: evenly, but
 * where a number may also be a point mass, by the probability that the member leaves to the numbers.
 * @param targets tokens, (requests, batch). @param probabilities of all classes by each member; none without classes.
 */
export function sharesOfMembers(
  config: QueryConfig,
  targets: Tensor,
  probabilities: readonly Tensor[],
): Tensor[] {
  const { members = 1 } = config;
  const total = totalClasses(config);
  if (total === 0) return Array.from({ length: members }, () => op.constant(1 / members, [1, 1]));
  const offsets = classOffsets(config);
  // Class 0 of a column with point masses is "a number"; a column without classes is all numbers.
  const isNumber = [
    Array<number>(total).fill(0),
    ...config.classes.map((count, column) =>
      Array.from({ length: total }, (_, k) => Number(count > 0 && k === offsets[column])),
    ),
  ].flat();
  const always = [1, ...config.classes.map((count) => Number(count === 0))];
  const tokens = op.reshape(targets, [TARGETS]);
  const numbers = op.gather(op.constant(isNumber, [config.columns + 1, total]), tokens);
  const plain = op.gather(op.constant(always, [config.columns + 1, 1]), tokens);
  const chances = probabilities.map((each) =>
    op.add(op.add(op.sum(op.multiply(each, numbers), [1]), plain), NOTHING),
  );
  const all = chances.reduce((sum, each) => op.add(sum, each));
  return chances.map((each) => op.divide(each, all));
}
