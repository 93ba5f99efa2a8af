/** @file The programs of the default network: loss with gradients, and conditions. */
import { gradients } from "../../graph/gradient.ts";
import { compile } from "../../graph/onnx/emit.ts";
import type { Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import { stacked } from "../../graph/stacked.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { type MaskInput, maskedDropout, noDropout } from "../parts/dropout.ts";
import {
  EACH_TARGET,
  gradientName,
  type LossProgram,
  MEMBERS,
  type ParameterLookup,
  type ProgramOptions,
  parameterInputs,
} from "../parts/program-parts.ts";

import { classOffsets, type QueryConfig, totalClasses } from "./config.ts";
import { countedTensors, together } from "./counted-share.ts";
import {
  conditionFrom,
  contextInputs,
  type QueryContext,
  queryCondition,
  type ReadCells,
  whatIsRead,
} from "./encoder.ts";
import { type Head, type HeadLoss, TARGETS, type TargetTensors, targetColumn } from "./heads/head.ts";
import {
  type Member,
  meanOfMembers,
  membersOf,
  mixtureLosses,
  parametersOfMembers,
  sharesOfMembers,
  singleMember,
} from "./members.ts";
import { queryParameters } from "./parameters.ts";

/** Added to the logits of other columns' classes: exp of it is 0. */
const OTHER_COLUMN = -1e9;
/** Keeps ln p finite where a softmax has underflowed. */
const SMALLEST_PROBABILITY = 1e-30;

/**
 * The loss of all targets of some rows, summed, and its gradients: the head's loss of each number, and minus the
 * log probability of each class. Sums, so that the parts of a batch add up to the whole. Where there are several networks, of
 * as many as are given: parameters, masks and gradients have a first axis for them, and the loss is their sum.
 *
 * Inputs: the parameters; the context (see QueryContext); those of the head's loss; with classes
 * `classTarget` int32 and `classWeight`, each (requests, batch); the dropout masks.
 * Outputs: `loss` (1, 1) and the gradients.
 */
export function queryGradientProgram(
  config: QueryConfig,
  head: Head,
  { precision = "float32" }: ProgramOptions = {},
): LossProgram {
  const single = singleMember(config);
  const parameters = queryParameters(single, head);
  const { tensors, lookup } = parameterInputs(parameters);
  const masks: MaskInput[] = [];
  const dropout = config.dropout > 0 ? maskedDropout(masks) : noDropout;
  const { loss, aid } = memberLoss(contextInputs(single, "requests"), { lookup, dropout }, single, head);
  const outputs: Record<string, Tensor> = { loss };
  gradients(aid ? op.add(loss, aid) : loss, tensors).forEach((gradient, i) => {
    outputs[gradientName(parameters[i].name)] = gradient;
  });
  const weights = weightInputs(head);
  if (config.members === undefined)
    return { program: compile("gradient", outputs, { precision }), parameters, masks, weights };
  const own = [...parameters, ...masks].map(({ name }) => name);
  const ofAll = stacked(outputs, new Set(own), MEMBERS);
  const together = { ...ofAll, loss: op.sum(ofAll.loss, [0], { keep: false }) };
  return {
    program: compile("gradient", together, { precision }),
    parameters,
    members: parametersOfMembers(config, queryParameters(config, head)),
    masks: masks.map(({ name, shape }) => ({ name, shape: [MEMBERS, ...shape] })),
    weights,
  };
}

const weightInputs = (head: Head) => [...head.lossWeights, "classWeight"];

/**
 * The loss of all networks together, of the mixture of their answers where the head's loss is a likelihood, and then also
 * {@link EACH_TARGET}. Inputs: those of the gradients' program, but the masks; the parameters of all networks.
 */
export function queryLossProgram(
  config: QueryConfig,
  head: Head,
  { precision = "float32" }: ProgramOptions = {},
): LossProgram {
  const parameters = queryParameters(config, head);
  const { lookup } = parameterInputs(parameters);
  const context = contextInputs(config, "requests");
  const losses = membersOf(config, lookup, noDropout).map((member) =>
    memberLoss(context, member, config, head),
  );
  const outputs: Record<string, Tensor> = { loss: meanOfMembers(losses.map((each) => each.loss)) };
  if (losses[0].each) {
    const each = mixtureLosses(
      losses.flatMap((member) => member.each ?? []),
      targetWeights(config),
    );
    if (losses.length > 1) outputs.loss = op.sum(each, [0, 1]);
    outputs[EACH_TARGET] = each;
  }
  const program = compile("loss", outputs, { precision });
  return { program, parameters, masks: [], weights: weightInputs(head) };
}

/** The loss of a network by itself: of all targets, and of each, weighted. */
function memberLoss(
  context: QueryContext,
  { lookup, dropout }: Member,
  config: QueryConfig,
  head: Head,
): HeadLoss {
  const condition = queryCondition(context, lookup, config, dropout);
  const counted = countedTensors(config, lookup);
  const own = head.loss(
    { condition, tokens: context.targets, ...(counted && { counted }) },
    lookup,
    config.errors,
  );
  if (totalClasses(config) === 0) return own;
  const ofClasses = classLosses(
    classProbabilities({ condition, tokens: context.targets, ...(counted && { counted }) }, lookup, config),
    config,
  );
  return {
    ...own,
    loss: op.add(own.loss, op.sum(ofClasses, [0, 1])),
    ...(own.each && { each: op.add(own.each, ofClasses) }),
  };
}

/** What each target counts: the weight of its number or of its class, which are equal where it has both; (targets, 1). */
function targetWeights(config: QueryConfig): Tensor {
  const number = targetColumn("weight");
  if (totalClasses(config) === 0) return number;
  const ofClass = targetColumn("classWeight");
  const squares = op.add(op.multiply(number, number), op.multiply(ofClass, ofClass));
  return op.divide(squares, op.add(op.add(number, ofClass), SMALLEST_PROBABILITY));
}

/** Minus the log probability of each target's class, weighted: (targets, 1). */
function classLosses(probabilities: Tensor, config: QueryConfig): Tensor {
  const target = op.reshape(op.input("classTarget", ["requests", "batch"], "int32"), [TARGETS]);
  const hit = op.sum(op.multiply(probabilities, op.oneHot(target, totalClasses(config))), [1]);
  const weighted = op.multiply(op.log(op.add(hit, SMALLEST_PROBABILITY)), targetColumn("classWeight"));
  return op.negate(weighted);
}

/** A softmax over the classes of the target: (requests * batch, all classes), 0 for other columns'. */
function classProbabilities(
  { condition, tokens, counted }: TargetTensors,
  parameters: ParameterLookup,
  config: QueryConfig,
): Tensor {
  const dense = (t: Tensor, name: string) =>
    op.linear(t, parameters(`classes.${name}.weight`), parameters(`classes.${name}.bias`));
  const total = totalClasses(config);
  const own = op.gather(
    op.constant(ownClasses(config), [config.columns + 1, total]),
    op.reshape(tokens, [TARGETS]),
  );
  const said = op.softmax(op.add(dense(op.silu(dense(condition, "hidden")), "output"), own));
  return counted?.classes ? together(said, counted.classes, counted.share) : said;
}

/** By token: 0 at the column's own classes, a large negative number at all others. */
function ownClasses(config: QueryConfig): number[] {
  const total = totalClasses(config);
  const offsets = classOffsets(config);
  const none = Array<number>(total).fill(0);
  const rows = config.classes.map((count, column) => {
    if (count === 0) return none;
    const from = offsets[column];
    return none.map((_, k) => (k >= from && k < from + count ? 0 : OTHER_COLUMN));
  });
  return [none, ...rows].flat();
}

/**
 * From what is given to what the head makes of it for each target, once per question.
 * Outputs: what the head has conditioned; with classes `probabilities`. Each is a matrix of requests * batch rows.
 * @param options `masks`: whether each target has cells of its own that it may read; default all read the same.
 */
export function conditionProgram(
  config: QueryConfig,
  head: Head,
  { precision = "float32", masks = 1 }: ProgramOptions & { readonly masks?: "requests" | 1 } = {},
): Program {
  const { lookup } = parameterInputs(queryParameters(config, head));
  const context = contextInputs(config, masks);
  const outputs = answersOf(config, head, lookup, context.targets, (member) =>
    queryCondition(context, member.lookup, config, member.dropout),
  );
  return compile("condition", outputs, { precision });
}

/** What the members together answer. @param conditionOf the condition of a member, by its number. */
function answersOf(
  config: QueryConfig,
  head: Head,
  lookup: ParameterLookup,
  targets: Tensor,
  conditionOf: (member: Member, which: number) => Tensor,
): Record<string, Tensor> {
  const answers = membersOf(config, lookup, noDropout).map((member, which) => {
    const counted = countedTensors(config, member.lookup);
    const asked = { condition: conditionOf(member, which), tokens: targets, ...(counted && { counted }) };
    return {
      conditioned: head.conditioned(asked, member.lookup),
      ...(totalClasses(config) > 0 && { probabilities: classProbabilities(asked, member.lookup, config) }),
    };
  });
  const probabilities = answers.flatMap((each) => each.probabilities ?? []);
  const parts = answers.map((each) => each.conditioned);
  return {
    ...(parts.length === 1
      ? parts[0]
      : togetherBy(head, parts, sharesOfMembers(config, targets, probabilities))),
    ...(probabilities.length > 0 && { probabilities: meanOfMembers(probabilities) }),
  };
}

/**
 * The names of what each layer of each member reads of given cells: outputs of {@link cellProgram}, inputs of
 * {@link readingProgram}.
 */
const readName = (what: keyof ReadCells, layer: number, member: number) => `read.${member}.${layer}.${what}`;

/** From given cells to what targets read of them: keys and values of each layer, (sequence * batch, D). */
export function cellProgram(config: QueryConfig, head: Head): Program {
  const { lookup } = parameterInputs(queryParameters(config, head));
  const { keyMask: _, targets: __, summary: ___, ...given } = contextInputs(config, 1);
  const outputs: Record<string, Tensor> = {};
  for (const [which, member] of membersOf(config, lookup, noDropout).entries()) {
    const read = whatIsRead(given, member.lookup, config, member.dropout);
    for (const [layer, { keys, values }] of read.entries()) {
      outputs[readName("keys", layer, which)] = keys;
      outputs[readName("values", layer, which)] = values;
    }
  }
  return compile("cells", outputs);
}

/** {@link conditionProgram} from there on: keys and values are inputs, (sequence, batch, D). */
export function readingProgram(config: QueryConfig, head: Head): Program {
  const { lookup } = parameterInputs(queryParameters(config, head));
  const { targets, ...context } = contextInputs(config, 1);
  const shape = ["sequence", "batch", config.embeddingDim];
  const outputs = answersOf(config, head, lookup, targets, (member, which) => {
    const read = Array.from({ length: config.encoderLayers }, (_, layer) => ({
      keys: op.input(readName("keys", layer, which), shape),
      values: op.input(readName("values", layer, which), shape),
    }));
    return conditionFrom(read, { ...context, targets }, member.lookup, config, member.dropout);
  });
  return compile("reading", outputs);
}

/** What a head makes of the members' conditions; a config with members has a head that can. */
function togetherBy(
  { together }: Head,
  parts: readonly Readonly<Record<string, Tensor>>[],
  shares: readonly Tensor[],
): Readonly<Record<string, Tensor>> {
  if (!together) throw new Error("the head makes no mixture of several networks");
  return together(parts, shares);
}
