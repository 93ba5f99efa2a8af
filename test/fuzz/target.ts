/** @file What is fuzzed, and which outcomes are allowed: a right answer, or one sentence for the user. */
import { InputError } from "../../src/base/errors.ts";
import type { Generator } from "../../src/numeric/generator.ts";

/** A format, or another way by which bytes of others come in. */
export interface Target {
  readonly name: string;
  /** @param folder for files; it is there for as long as the target is used. */
  readonly start: (folder: string) => Promise<StartedTarget>;
}

export interface StartedTarget {
  /** Bytes to be read, drawn from a seed. */
  readonly make: (random: Generator) => Uint8Array;
  /**
   * Reads them. @throws InputError, which is allowed, {@link Lie} where an oracle knows better, anything else for a crash.
   * @returns "read" for an answer.
   */
  readonly read: (bytes: Uint8Array) => Promise<void>;
  readonly stop?: () => Promise<void>;
}

/** An answer that is not what the file says. */
export class Lie extends Error {}

/** What libraries say, which no user should have to read. */
const RAW =
  /\b(Binder|Conversion|Parser|Catalog|IO|Out of Memory|Serialization|INTERNAL|Not implemented|Type|Range|Syntax|Reference) ?Error\b|\n\s*at |LINE \d|\[object|undefined is not|Cannot read propert|is not a function|is not iterable/;
const LONGEST = 1500;

export interface Outcome {
  readonly kind: "read" | "refused" | "wrong";
  /** What was said, or what is wrong. */
  readonly said: string;
}

/** Reads bytes and judges what came. */
export async function outcomeOf(target: StartedTarget, bytes: Uint8Array): Promise<Outcome> {
  try {
    await target.read(bytes);
    return { kind: "read", said: "" };
  } catch (error) {
    if (!(error instanceof InputError)) {
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: "wrong", said };
    }
    const { message } = error;
    const isSentence = message.length <= LONGEST && message.trim().endsWith(".") && !RAW.test(message);
    return isSentence
      ? { kind: "refused", said: message }
      : { kind: "wrong", said: `not one sentence: ${message}` };
  }
}
