/** @file How much one request may ask, and how much all of them together. */
import { COUNT, check } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";

/** What a request may not go beyond; each is refused in one sentence. */
export interface ServerLimits {
  /** Bytes of a request's body; default 64 MiB. */
  readonly bodyBytes: number;
  /** Rows of a table, sent or made up; default 200,000. */
  readonly rows: number;
  /** Values drawn for a request: rows times samples times columns; default 10 million. */
  readonly samples: number;
  /** Seconds that an answer may take; default 60. */
  readonly seconds: number;
  /** Questions that are being answered or wait at once; default 128. */
  readonly concurrent: number;
}

const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 64 * 2 ** 20,
  rows: 200_000,
  samples: 10_000_000,
  seconds: 60,
  concurrent: 128,
};

/** All limits, where some are stated. @throws InputError for one that is no whole number of at least 1. */
export function limitsOf(stated: Partial<ServerLimits> = {}): ServerLimits {
  for (const [name, value] of Object.entries(stated)) {
    check(`the limit "${name}"`, value, COUNT);
    if (value === 0)
      throw new InputError(`The limit "${name}" is 0: nothing could be asked; make it at least 1.`);
  }
  return { ...DEFAULT_LIMITS, ...stated };
}
