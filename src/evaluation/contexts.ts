/** @file Which column is asked and which are given, for every row of a test. */
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";

/** Questions, by ascending row. Columns are named by their places. */
export interface Contexts {
  readonly columns: number;
  /** The row of each question. */
  readonly rows: Uint32Array;
  /** The asked column of each question. */
  readonly asked: Int32Array;
  /** (questions, columns), row-major: 1 where the column is given and present. */
  readonly given: Uint8Array;
}

export interface RandomContexts {
  readonly rows: number;
  /** How many columns there are. */
  readonly columns: number;
  /** Whether a cell has a value. */
  readonly present: (row: number, column: number) => boolean;
  /** Places of the columns that may be asked. */
  readonly askable: readonly number[];
  /** Fewest and most columns given, before missing ones fall away. */
  readonly fewest: number;
  readonly most: number;
  readonly seed: number;
}

/**
 * One question per row: the asked column uniform among the askable ones present in the row; n columns, n uniform
 * on fewest .. most (at most all others), drawn from the others whether present or not; those missing fall away.
 * A row that has no askable value has no question. What a row draws depends on the seed and its number alone.
 *
 * @throws InputError if `fewest` and `most` are no whole numbers with 0 <= fewest <= most.
 */
export function randomContexts(options: RandomContexts): Contexts {
  const { rows, columns, present, askable, fewest, most, seed } = options;
  checkRange(fewest, most);
  const contexts = emptyContexts(rows, columns);
  let questions = 0;
  for (let row = 0; row < rows; row++) {
    const candidates = askable.filter((column) => present(row, column));
    if (candidates.length === 0) continue;
    const random = generator(seed, "contexts", row);
    const asked = candidates[random.integer(candidates.length)];
    const others = Int32Array.from({ length: columns - 1 }, (_, i) => (i < asked ? i : i + 1));
    const count = Math.min(others.length, fewest + random.integer(most - fewest + 1));
    random.shuffle(others, count);
    contexts.rows[questions] = row;
    contexts.asked[questions] = asked;
    for (const column of others.subarray(0, count)) {
      if (present(row, column)) contexts.given[questions * columns + column] = 1;
    }
    questions++;
  }
  return firstOf(contexts, questions);
}

export interface StatedContexts {
  readonly rows: number;
  readonly columns: number;
  readonly present: (row: number, column: number) => boolean;
  /** Places of the asked columns: every row is asked for each that it has. */
  readonly of: readonly number[];
  /** Places of the given columns; one that is asked is given to the others only. */
  readonly given: readonly number[];
}

/** One question per row and asked column that the row has a value of: given what is stated and present. */
export function statedContexts({ rows, columns, present, of, given }: StatedContexts): Contexts {
  const contexts = emptyContexts(rows * of.length, columns);
  let questions = 0;
  for (let row = 0; row < rows; row++) {
    for (const asked of of) {
      if (!present(row, asked)) continue;
      contexts.rows[questions] = row;
      contexts.asked[questions] = asked;
      for (const column of given) {
        if (column !== asked && present(row, column)) contexts.given[questions * columns + column] = 1;
      }
      questions++;
    }
  }
  return firstOf(contexts, questions);
}

/** The places in `contexts` of the questions that ask for one column. */
export function questionsFor(contexts: Contexts, asked: number): Uint32Array {
  return Uint32Array.from(contexts.asked.keys()).filter((question) => contexts.asked[question] === asked);
}

function emptyContexts(questions: number, columns: number): Contexts {
  return {
    columns,
    rows: new Uint32Array(questions),
    asked: new Int32Array(questions),
    given: new Uint8Array(questions * columns),
  };
}

function firstOf({ columns, rows, asked, given }: Contexts, questions: number): Contexts {
  return {
    columns,
    rows: rows.slice(0, questions),
    asked: asked.slice(0, questions),
    given: given.slice(0, questions * columns),
  };
}

function checkRange(fewest: number, most: number): void {
  if (!Number.isInteger(fewest) || !Number.isInteger(most) || fewest < 0 || most < fewest) {
    throw new InputError(
      `Between ${fewest} and ${most} columns are to be given; both must be whole numbers, the first at least 0 and not above the second.`,
    );
  }
}
