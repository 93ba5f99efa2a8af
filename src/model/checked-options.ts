/** @file What a model is asked, and its options, from a caller without types. */
import {
  CELLS,
  COUNT,
  check,
  checkFields,
  either,
  FINITE,
  FUNCTION,
  type Kind,
  LONG_WORK,
  listOf,
  NUMBER,
  OBJECT,
  objectWith,
  oneOf,
  refuseUnknown,
  SWITCH,
  TEXT,
} from "../base/checked.ts";
import { DEVICES } from "../runtime/device-names.ts";
import { checkTable } from "../table/checked-table.ts";
import { UNSEEN_CHOICES } from "./unseen-names.ts";

const FLOW = objectWith({
  optional: {
    steps: COUNT,
    solver: oneOf(["multistep", "heun", "euler"]),
    thirdOrder: FINITE,
    stages: listOf(objectWith({ needed: { above: FINITE, levels: COUNT } })),
  },
});

/** @throws InputError for the first option of `ModelOptions` that is of another type. */
export function checkModelOptions(options: unknown): void {
  checkFields("the options", options, {
    optional: {
      device: oneOf(["auto", ...DEVICES]),
      threads: COUNT,
      flow: FLOW,
      levels: CELLS,
      unseen: oneOf(UNSEEN_CHOICES),
      onWarning: FUNCTION,
      verify: SWITCH,
    },
  });
}

const NAMES = listOf(TEXT);

/** The options of the verbs, by name; what each verb makes of them it checks itself. */
const OPTIONS: Readonly<Record<string, Kind>> = {
  ...LONG_WORK,
  of: either(TEXT, NAMES),
  joint: SWITCH,
  order: either(TEXT, NUMBER),
  size: NUMBER,
  seed: NUMBER,
  firstRow: NUMBER,
  method: TEXT,
  quantiles: listOf(NUMBER),
  probabilities: listOf(OBJECT),
  modes: SWITCH,
  curve: NUMBER,
  interval: NUMBER,
  columns: NAMES,
  candidates: NAMES,
  bootstrap: NUMBER,
};

/** Those of evaluations, which are checked there, too. */
const OPTION_NAMES = [...Object.keys(OPTIONS), "given", "contexts", "fewest", "most"];

/** @throws InputError for what is no question, or one with a field of another type. */
export function checkQuestion(question: unknown): void {
  checkFields("the question", question, {
    needed: { of: OPTIONS.of },
    optional: { ...OPTIONS, given: OBJECT },
  });
  refuseUnknown("option", question, OPTION_NAMES);
}

/** @throws InputError for what is no question about rows, or one with a field of another type. */
export function checkRowsQuestion(question: unknown): void {
  checkFields("the question", question, { needed: { of: OPTIONS.of } });
  checkRowsOptions(question);
}

/** @throws InputError for options about rows of which one is of another type. */
export function checkRowsOptions(options: unknown): void {
  checkFields("the options", options, { optional: { ...OPTIONS, given: NAMES } });
  refuseUnknown("option", options, OPTION_NAMES);
}

/** @throws InputError for options of `synthesize` of which one is missing or of another type. */
export function checkSynthesisOptions(options: unknown): void {
  checkFields("the options", options, {
    needed: { rows: NUMBER },
    optional: {
      ...LONG_WORK,
      given: OBJECT,
      order: either(oneOf(["table"]), NUMBER, NAMES),
      seed: NUMBER,
      complete: SWITCH,
    },
  });
  refuseUnknown("option", options, [...Object.keys(LONG_WORK), "rows", "given", "order", "seed", "complete"]);
}

/** @throws InputError for what is neither a table nor a list of objects. */
export function checkRows(rows: unknown): void {
  if (Array.isArray(rows)) check("the rows", rows, listOf(OBJECT));
  else checkTable(rows);
}
