/** @file What pictures are made of, from a caller without types, checked before anything is drawn. */
import {
  check,
  checkFields,
  either,
  type Fields,
  FUNCTION,
  listOf,
  NUMBER,
  NUMBERS,
  OBJECT,
  objectWith,
  oneOf,
  POSITIVE,
  recordOf,
  SHARE,
  SWITCH,
  TEXT,
} from "../base/checked.ts";
import { KIND_NAMES } from "../columns/kinds.ts";
import { JOINT_STYLES, THEMES } from "./theme.ts";

const COLUMN = {
  needed: { name: TEXT },
  optional: {
    unit: TEXT,
    kind: oneOf(KIND_NAMES),
    period: NUMBER,
    categories: listOf(TEXT),
    values: NUMBERS,
    log: SWITCH,
    range: listOf(NUMBER),
  },
};
const SIZE = { width: POSITIVE, height: POSITIVE };
const OPTIONS = { theme: oneOf(THEMES), ...SIZE, title: TEXT, subtitle: TEXT };
const PAIRS = { x: NUMBERS, y: NUMBERS };
const ANSWER = { needed: { pdf: FUNCTION, cdf: FUNCTION, quantile: FUNCTION, toJSON: FUNCTION } };

const CLASSES = {
  needed: {
    name: TEXT,
    questions: NUMBER,
    categories: listOf(TEXT),
    calibrationError: NUMBER,
    reliability: listOf(
      objectWith({
        needed: { from: NUMBER, to: NUMBER, answers: NUMBER, probability: NUMBER, share: NUMBER },
      }),
    ),
  },
};

/** By what it is, the fields of each thing. */
const SHAPES = {
  column: COLUMN,
  options: { optional: OPTIONS },
  "calibration options": { optional: { ...OPTIONS, classes: listOf(objectWith(CLASSES)) } },
  profile: {
    needed: {
      of: TEXT,
      over: TEXT,
      values: NUMBERS,
      answers: either(
        objectWith({
          needed: { kind: oneOf(["bands"]), median: NUMBERS, inner: listOf(NUMBERS), outer: listOf(NUMBERS) },
        }),
        objectWith({
          needed: {
            kind: oneOf(["shares"]),
            levels: listOf(objectWith({ needed: { label: TEXT, probabilities: NUMBERS } })),
          },
        }),
      ),
    },
  },
  "profile options": {
    optional: {
      ...OPTIONS,
      data: objectWith({ needed: { ...PAIRS, label: TEXT } }),
      truth: listOf(NUMBER),
    },
  },
  size: { needed: SIZE },
  figure: { needed: { svg: TEXT, title: TEXT, ...SIZE } },
  heading: {
    needed: { title: TEXT },
    optional: {
      subtitle: TEXT,
      key: listOf(
        objectWith({ needed: { label: TEXT, colour: TEXT, mark: oneOf(["line", "area", "dot"]) } }),
      ),
    },
  },
  scores: {
    needed: {
      questions: NUMBER,
      ks: OBJECT,
      pitHistogram: NUMBERS,
      calibrationCurve: listOf(OBJECT),
      intervals: listOf(OBJECT),
    },
  },
  "scores of categories": {
    needed: {
      name: TEXT,
      questions: NUMBER,
      categories: listOf(TEXT),
      confusion: listOf(NUMBERS),
      reliability: listOf(OBJECT),
      accuracy: OBJECT,
      auc: OBJECT,
      calibrationError: NUMBER,
    },
  },
  attribution: { needed: { name: TEXT, questions: NUMBER, given: listOf(OBJECT) } },
  densities: {
    needed: { column: objectWith(COLUMN), answers: listOf(objectWith(ANSWER)) },
    optional: { data: NUMBERS, range: listOf(NUMBER), truths: listOf(NUMBER), note: TEXT },
  },
  "densities to be drawn": {
    needed: {
      column: objectWith(COLUMN),
      answers: listOf(
        objectWith({
          needed: {
            label: TEXT,
            distribution: objectWith({ needed: { kind: oneOf(["number", "category"]), toJSON: FUNCTION } }),
          },
          optional: { truth: NUMBER },
        }),
      ),
    },
    optional: { data: objectWith({ needed: { label: TEXT, values: NUMBERS } }), range: listOf(NUMBER) },
  },
  "joint samples": {
    needed: { columns: listOf(objectWith(COLUMN)), samples: objectWith({ needed: PAIRS }) },
    optional: {
      data: objectWith({ needed: { ...PAIRS, label: TEXT } }),
      truth: listOf(NUMBER),
      reverse: objectWith({ optional: { x: SWITCH, y: SWITCH } }),
    },
  },
  "joint options": { optional: { ...OPTIONS, style: oneOf(JOINT_STYLES), masses: listOf(SHARE) } },
  sky: {
    needed: { longitude: NUMBERS, latitude: NUMBERS },
    optional: {
      frame: oneOf(["galactic", "equatorial"]),
      colour: objectWith({ needed: { name: TEXT, values: NUMBERS }, optional: { unit: TEXT } }),
    },
  },
  "sky options": { optional: { ...OPTIONS, frame: oneOf(["galactic", "equatorial"]), order: NUMBER } },
  predictions: { needed: { column: objectWith(COLUMN), truth: NUMBERS, median: NUMBERS, sigma: NUMBERS } },
  "true and predicted values": { needed: { truth: NUMBERS, median: NUMBERS } },
  "evaluation page's options": {
    optional: {
      theme: oneOf(THEMES),
      model: TEXT,
      figures: listOf(OBJECT),
      predictions: listOf(OBJECT),
      training: OBJECT,
      settings: recordOf(TEXT),
      attribution: OBJECT,
    },
  },
  evaluation: { needed: { overall: OBJECT, columns: listOf(OBJECT), contexts: OBJECT } },
  model: { needed: { config: objectWith({ needed: { columns: listOf(OBJECT) } }), columns: listOf(TEXT) } },
} satisfies Readonly<Record<string, Fields>>;

/** @throws InputError unless the value has the fields of such a thing. */
export function checkShape(name: keyof typeof SHAPES, value: unknown): void {
  checkFields(`the ${name}`, value, SHAPES[name]);
}

const CORNER_COLUMN = objectWith({
  needed: { ...COLUMN.needed, samples: NUMBERS },
  optional: { ...COLUMN.optional, data: NUMBERS, truth: NUMBER },
});

/** @throws InputError for what are no columns of a corner plot. */
export function checkCorner(columns: unknown, options: unknown): void {
  check("the columns", columns, listOf(CORNER_COLUMN));
  checkFields("the options", options, { optional: { ...OPTIONS, dataLabel: TEXT, masses: listOf(SHARE) } });
}

/** @throws InputError for what are no columns of classes that were evaluated. */
export function checkClasses(columns: unknown): void {
  check("the columns", columns, listOf(objectWith(CLASSES)));
}

/** @throws InputError for what is no list of epochs. */
export function checkEpochs(epochs: unknown): void {
  const losses = { epoch: NUMBER, loss: NUMBER, validationLoss: NUMBER, learningRate: NUMBER };
  check("the epochs", epochs, listOf(objectWith({ needed: losses })));
}

/** @throws InputError for what are no rows of panels. */
export function checkPanels(rows: unknown): void {
  check("the rows of panels", rows, listOf(listOf(objectWith({ needed: { svg: TEXT, ...SIZE } }))));
}

/** @throws InputError for what are no units by column. */
export function checkUnits(units: unknown): void {
  check("the units", units, recordOf(TEXT));
}
