/** @file An error on its way between threads: copying it loses its class. */
import { InputError } from "../base/errors.ts";

export interface ToldError {
  readonly message: string;
  readonly stack: string;
  /** Whether it is a user's mistake. */
  readonly isInput: boolean;
}

export function toldError(error: unknown): ToldError {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  return { message, stack, isInput: error instanceof InputError };
}

export function revivedError({ message, stack, isInput }: ToldError): Error {
  if (isInput) return new InputError(message);
  const error = new Error(message);
  error.stack = stack;
  return error;
}
