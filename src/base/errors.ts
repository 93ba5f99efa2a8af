/** @file The one error class a user is meant to read: what is wrong, where, and how to mend it. */

/**
 * A mistake in what the user gave (a file, a column, an option), told in one sentence.
 * Faces print its message without a stack trace and exit with code 2; everything else is a bug.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}
