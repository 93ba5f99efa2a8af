/** @file The sizes of the default network: what config.json keeps of its shape. */
import { InputError } from "../../base/errors.ts";
import { checkEncoder, type EncoderSizes } from "../parts/sizes.ts";
import { type Counted, isCountedWhole } from "./counted.ts";
import { type HeadKind, headOf } from "./heads/registry.ts";
import { fitsColumns, type NormalModel } from "./normal-model.ts";

/** With a head of any kind, or of a known one. */
export interface QueryConfig<HeadConfig extends HeadKind = HeadKind> extends EncoderSizes {
  readonly kind: "query";
  /** Per column, how many classes it has: categories, or point masses and the rest; 0 for plain numbers. */
  readonly classes: readonly number[];
  /**
   * Per column the radians of one standardised unit where its values lie on a circle, else 0; absent where none do. See
   * `circles.ts`.
   */
  readonly circular?: readonly number[];
  /** Whether given values come with measurement errors. */
  readonly errors: boolean;
  /** Whether values may be given as intervals; absent where this was not learnt. */
  readonly intervals?: true;
  /** What targets are shown a summary of all that they are given by (`summary.ts`); absent where there is none. */
  readonly normal?: NormalModel;
  /**
   * What was counted of the columns and their pairs, of which questions with at most one column given are answered in part
   * (`counted.ts`); absent where there is none.
   */
  readonly counted?: Counted;
  /** Networks side by side, whose answers are averaged; absent for one. */
  readonly members?: number;
  /** Periodic features of each given value. */
  readonly frequencies: number;
  readonly head: HeadConfig;
}

/** All classes of all columns are numbered through: those of a column start here. */
export function classOffsets({ classes }: Pick<QueryConfig, "classes">): number[] {
  let offset = 0;
  return classes.map((count) => {
    offset += count;
    return offset - count;
  });
}

export function totalClasses({ classes }: Pick<QueryConfig, "classes">): number {
  return classes.reduce((sum, count) => sum + count, 0);
}

/** @throws InputError naming the first size that can't be. */
export function checkQuery(config: QueryConfig): QueryConfig {
  checkEncoder(config, [
    ["number of periodic features", config.frequencies, 1],
    ["number of members", config.members ?? 1, 1],
  ]);
  const head = headOf(config.head);
  if ((config.members ?? 1) > 1 && !head.together) {
    throw new InputError("The head of the network makes no mixture of several members.");
  }
  if (!Array.isArray(config.classes) || !config.classes.every(Number.isInteger)) {
    throw new InputError("The classes of the columns are not a list of whole numbers.");
  }
  if (config.classes.length !== config.columns) {
    throw new InputError(
      `The network has ${config.columns} columns and classes for ${config.classes.length}.`,
    );
  }
  if (config.circular && config.circular.length !== config.columns) {
    throw new InputError(
      `The network has ${config.columns} columns and angles for ${config.circular.length}.`,
    );
  }
  if (config.normal && !fitsColumns(config.normal, config.columns)) {
    throw new InputError("The normal model of the network does not fit its columns, or is cut off.");
  }
  if (config.counted && !isCountedWhole(config.counted, config.classes)) {
    throw new InputError("What was counted of the network's columns does not fit them, or is cut off.");
  }
  if (config.counted && !(config.normal && head.isMixture)) {
    throw new InputError("The network has counted shares, and no summary or no mixture that takes them.");
  }
  return config;
}
