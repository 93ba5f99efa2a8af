/** @file The one error class a user is meant to read: what is wrong, where, and how to mend it. */

/**
 * A mistake in what the user gave (a file, a column, an option), in one sentence with a capital and a full stop.
 * Faces print its message without a stack trace and exit with code 2; everything else is a bug.
 *
 * Options are named as the library has them, in backquotes: `batchSize`. A face with other names for them writes its
 * own instead (`withOptionNames`): the command line, --batch-size.
 * @example
 * try {
 *   await readTable("nowhere.csv");
 * } catch (error) {
 *   if (!(error instanceof InputError)) throw error;
 *   console.log(error.message);
 * }
 */
export class InputError extends Error {
  override readonly name = "InputError";
  /** The option at fault, by the library's name, where it is one. */
  readonly option?: string;

  constructor(message: string, { option, ...others }: ErrorOptions & { readonly option?: string } = {}) {
    super(message, others);
    if (option !== undefined) this.option = option;
  }
}

/** A message with the options in it named in another way. */
export function withOptionNames(message: string, nameOf: (option: string) => string): string {
  return message.replace(/`([a-z][A-Za-z]*)`/g, (_, option: string) => nameOf(option));
}
