/** @file What a request is answered that can't be done: a status and one sentence. */
import { InputError } from "../base/errors.ts";

/** A request that is not done. Unlike an `InputError` it knows its status. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The body of every answer that is none. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    /** Where a column is at fault. */
    readonly column?: string;
    /** Where a row is: 1 is the first. */
    readonly row?: number;
  };
}

const FAULT = "This is a fault of anygiven, not of the question: the server's log has it.";

/** What is told of an error. What is nobody's mistake says nothing of the server's inside. */
export function toldError(error: unknown): {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (error instanceof Refusal)
    return { status: error.status, body: bodyOf(error.message), headers: error.headers };
  if (error instanceof InputError) return { status: 422, body: bodyOf(error.message), headers: {} };
  return { status: 500, body: { error: { message: FAULT } }, headers: {} };
}

/** Column and row as our sentences name them; a question by itself has no row. */
function bodyOf(sentence: string): ErrorBody {
  const text = sentence.replace(/^the question, row 1, /, "");
  const message = text.slice(0, 1).toUpperCase() + text.slice(1);
  const column = /(?:\bcolumn|\bvalue of|\bthe given) "([^"]*)"/i.exec(message)?.[1];
  const row = /\brow (\d+)/i.exec(message)?.[1];
  return {
    error: {
      message,
      ...(column !== undefined && { column }),
      ...(row !== undefined && { row: Number(row) }),
    },
  };
}
