/** @file Which column is the target and which are given, for every row of a test. */
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";

/** Questions, by ascending row. Columns are named by their indices. */
export interface Contexts {
  readonly columns: number;
  /** The row of each question. */
  readonly rows: Uint32Array;
  /** The target of each question. */
  readonly targets: Int32Array;
  /** (questions, columns), row-major: 1 where the column is given and something is known of it. */
  readonly given: Uint8Array;
}

export interface RandomContexts {
  readonly rows: number;
  /** How many columns there are. */
  readonly columns: number;
  /** Whether a cell has a value. */
  readonly present: (row: number, column: number) => boolean;
  /** Whether anything is known of a cell, its value or limits, so that it can be given; default as `present`. */
  readonly known?: (row: number, column: number) => boolean;
  /** Indices of the columns that may be targets. */
  readonly of: readonly number[];
  /** The minimum and maximum of columns given, before missing ones fall away. */
  readonly fewest: number;
  readonly most: number;
  readonly seed: number;
}

/**
 * One question per row: the target uniform among those of `of` that are present in the row; n columns, n uniform
 * on fewest .. most (at most all others), drawn from the others whether present or not; those missing fall away.
 * A row that has none of them has no question. What a row draws depends on the seed and its number alone.
 *
 * @throws InputError if `fewest` and `most` are no whole numbers with 0 <= fewest <= most.
 */
export function randomContexts(options: RandomContexts): Contexts {
  const { rows, columns, present, known = present, of, fewest, most, seed } = options;
  checkRange(fewest, most);
  const contexts = emptyContexts(rows, columns);
  let questions = 0;
  for (let row = 0; row < rows; row++) {
    const candidates = of.filter((column) => present(row, column));
    if (candidates.length === 0) continue;
    const random = generator(seed, "contexts", row);
    const target = candidates[random.integer(candidates.length)];
    const others = Int32Array.from({ length: columns - 1 }, (_, i) => (i < target ? i : i + 1));
    const count = Math.min(others.length, fewest + random.integer(most - fewest + 1));
    random.shuffle(others, count);
    contexts.rows[questions] = row;
    contexts.targets[questions] = target;
    for (const column of others.subarray(0, count)) {
      if (known(row, column)) contexts.given[questions * columns + column] = 1;
    }
    questions++;
  }
  return firstOf(contexts, questions);
}

export interface StatedContexts {
  readonly rows: number;
  readonly columns: number;
  readonly present: (row: number, column: number) => boolean;
  readonly known?: (row: number, column: number) => boolean;
  /** Indices of the targets: every row has a question for each that it has a value of. */
  readonly of: readonly number[];
  /** Indices of the given columns; one that is the target is given to the others only. */
  readonly given: readonly number[];
}

/** One question per row and target that the row has a value of: given what is stated and present. */
export function statedContexts({
  rows,
  columns,
  present,
  known = present,
  of,
  given,
}: StatedContexts): Contexts {
  const contexts = emptyContexts(rows * of.length, columns);
  let questions = 0;
  for (let row = 0; row < rows; row++) {
    for (const target of of) {
      if (!present(row, target)) continue;
      contexts.rows[questions] = row;
      contexts.targets[questions] = target;
      for (const column of given) {
        if (column !== target && known(row, column)) contexts.given[questions * columns + column] = 1;
      }
      questions++;
    }
  }
  return firstOf(contexts, questions);
}

/** The indices in `contexts` of the questions about one target. */
export function questionsFor(contexts: Contexts, target: number): Uint32Array {
  return Uint32Array.from(contexts.targets.keys()).filter(
    (question) => contexts.targets[question] === target,
  );
}

/** The same questions, given nothing. */
export function givenNothing(contexts: Contexts): Contexts {
  return { ...contexts, given: new Uint8Array(contexts.given.length) };
}

function emptyContexts(questions: number, columns: number): Contexts {
  return {
    columns,
    rows: new Uint32Array(questions),
    targets: new Int32Array(questions),
    given: new Uint8Array(questions * columns),
  };
}

function firstOf({ columns, rows, targets, given }: Contexts, questions: number): Contexts {
  return {
    columns,
    rows: rows.slice(0, questions),
    targets: targets.slice(0, questions),
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
