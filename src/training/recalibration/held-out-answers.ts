/** @file What the network answers about held-out rows: every column with nothing given, all others given, and some of them. */
import { classCount, type ModelColumn } from "../../columns/encoding.ts";
import { geometryOf, isWhole } from "../../columns/kinds.ts";
import { type Coordinates, coordinates } from "../../columns/transforms.ts";
import { curvesOf } from "../../distribution/column-distributions.ts";
import { DEFAULT_LEVELS } from "../../distribution/levels.ts";
import {
  type EncodedCells,
  type EncodedTable,
  encodedPart,
  isKnownCell,
} from "../../networks/encoded-table.ts";
import { ContextWeights, type LogRarity, logBinomials } from "../../networks/parts/context-weights.ts";
import type { Answered, Predictor } from "../../networks/predictor.ts";
import { generator } from "../../numeric/generator.ts";
import type { ClassAnswers } from "./class-fit.ts";
import { type LevelSets, LevelSetsDraft, type ObservedNumber } from "./level-sets.ts";

/** Of which held-out row each answer is, how many columns it was given, and what it counts (`ContextWeights`). */
export interface Asked {
  readonly rows: readonly number[];
  readonly given: readonly number[];
  readonly weights: readonly number[];
}

/** A column's answers, beside what held-out rows have. */
export interface HeldOutAnswers {
  /** Its numbers that are no point masses. */
  readonly numbers?: Asked & { readonly sets: LevelSets };
  /** Of a column with classes. */
  readonly classes?: Asked & { readonly answers: ClassAnswers };
}

/** Questions with some columns given, of each row: so many at least, and of few rows as many as make so many questions. */
const RANDOM_SETS = { least: 2, most: 8, questions: 1024 };
/** Columns that are asked at once, for the memory that answers take. */
const TARGETS_AT_ONCE = 16;
/** Levels and class probabilities that are kept of a column, shared out evenly to the kinds of questions. */
const MAX_LEVELS = 30_000;
const MAX_PROBABILITIES = 200_000;

interface Questions {
  readonly columns: readonly ModelColumn[];
  /** All columns of the model, in its order. */
  readonly heldOut: EncodedTable;
  /** Indices of the columns that are asked. */
  readonly outputs: Int32Array;
  readonly deconvolve: boolean;
  readonly seed: number;
}

/** By column of the model; undefined where it is not asked. */
export async function heldOutAnswers(
  predictor: Predictor,
  { columns, heldOut, outputs, deconvolve, seed }: Questions,
): Promise<(HeldOutAnswers | undefined)[]> {
  const { curvesOfEncoded } = predictor;
  if (!curvesOfEncoded) throw new Error("the network answers no encoded rows");
  const drafts = columns.map((column, index) => new AnswersDraft(column, heldOut.columns[index], deconvolve));
  const { least, most, questions } = RANDOM_SETS;
  const sets = Math.min(most, Math.max(least, Math.ceil(questions / heldOut.rows)));
  const weights = new ContextWeights(heldOut, outputs, rarityOfQuestions(sets, columns.length));
  const known = knownCounts(heldOut);
  const ask = async (given: EncodedTable, targets: readonly number[], turn: number, isForAll = false) => {
    const room = (turn + 1) / (sets + 2);
    const counts = knownCounts(given);
    const answers = await curvesOfEncoded.call(predictor, given, targets, DEFAULT_LEVELS);
    answers.forEach((answer, i) => {
      const read = (row: number) => (isForAll ? 0 : row);
      const isGiven = (row: number) =>
        given.columns.some((cells) => cells.index === targets[i] && isKnownCell(cells, row));
      const givenOf = (row: number) => (isGiven(read(row)) ? undefined : counts[read(row)]);
      const weightOf = (row: number) => {
        const there = given.columns.filter((cells) => isKnownCell(cells, read(row)));
        const wanted = Int32Array.from(
          [...there.map(({ index }) => index), targets[i]],
          (index) => index + 1,
        );
        return weights.of({ present: known[row], askable: 1 }, wanted, there.length);
      };
      drafts[targets[i]].take(answer, { rows: heldOut.rows, read, givenOf, weightOf, room });
    });
  };
  for (let from = 0; from < outputs.length; from += TARGETS_AT_ONCE) {
    const targets = Array.from(outputs.subarray(from, from + TARGETS_AT_ONCE));
    await ask({ rows: 1, columns: [] }, targets, 0, true);
    for (const target of targets) {
      const others = heldOut.columns.filter((_, index) => index !== target);
      await ask({ ...heldOut, columns: others }, [target], 1);
    }
    for (let set = 0; set < sets; set++) await ask(withSomeHidden(heldOut, seed, set), targets, 2 + set);
  }
  const asked = new Set(outputs);
  return drafts.map((draft, index) => (asked.has(index) ? draft.made() : undefined));
}

/**
 * How rarely a row with p known cells is asked about one of them given n certain others: once given nothing, once given all, and
 * so often as a random set is just that, of a size that is drawn evenly from 1 .. p - 1.
 */
export function rarityOfQuestions(sets: number, columns: number): LogRarity {
  const logChoose = logBinomials(columns);
  return ({ present }, n) => {
    const times = Number(n === 0) + Number(n === present - 1);
    const drawn = n > 0 && n < present ? (sets / (present - 1)) * Math.exp(-logChoose(present, n)) : 0;
    return times + drawn === 0 ? Number.POSITIVE_INFINITY : -Math.log(times + drawn);
  };
}

/** Each row's known cells, but a random number of them, one at least. */
function withSomeHidden(heldOut: EncodedTable, seed: number, set: number): EncodedTable {
  const random = generator(seed, "recalibration", set);
  const { rows, columns } = encodedPart(heldOut, 0, heldOut.rows);
  for (let row = 0; row < rows; row++) {
    const known = Uint32Array.from(columns.keys()).filter((index) => isKnownCell(columns[index], row));
    random.shuffle(known);
    const given = 1 + Math.floor(random.uniform() * Math.max(0, known.length - 1));
    for (const index of known.subarray(given)) hide(columns[index], row);
  }
  return { rows, columns };
}

function hide({ values, lower, upper }: EncodedCells, row: number): void {
  for (const cells of [values, lower, upper]) if (cells) cells[row] = Number.NaN;
}

function knownCounts({ rows, columns }: EncodedTable): Uint32Array {
  return Uint32Array.from(
    { length: rows },
    (_, row) => columns.filter((cells) => isKnownCell(cells, row)).length,
  );
}

/** What some answers are about. */
interface Round {
  /** How many held-out rows there are. */
  readonly rows: number;
  /** The answer's row for a held-out row. */
  readonly read: (row: number) => number;
  /** How many columns that was given; undefined where the column itself was. */
  readonly givenOf: (row: number) => number | undefined;
  /** What its question counts. */
  readonly weightOf: (row: number) => number;
  /** The share of what may be kept that is kept after these. */
  readonly room: number;
}

const noAnswers = () => ({ rows: [] as number[], given: [] as number[], weights: [] as number[] });

function note(into: ReturnType<typeof noAnswers>, row: number, given: number, weight: number): void {
  into.rows.push(row);
  into.given.push(given);
  into.weights.push(weight);
}

/** One column's answers, as they come in. */
class AnswersDraft {
  readonly #column: ModelColumn;
  readonly #cells: EncodedCells;
  readonly #deconvolve: boolean;
  readonly #coordinates: Coordinates;
  readonly #numbers = { ...noAnswers(), levels: new LevelSetsDraft() };
  readonly #classes = { ...noAnswers(), own: [] as number[] };
  readonly #probabilities: number[] = [];

  /** @param cells of all held-out rows. */
  constructor(column: ModelColumn, cells: EncodedCells, deconvolve: boolean) {
    this.#column = column;
    this.#cells = cells;
    this.#deconvolve = deconvolve;
    this.#coordinates = coordinates(column.encoding);
  }

  take(answer: Answered, { rows, read, givenOf, weightOf, room }: Round): void {
    const { encoding } = this.#column;
    const { classes, values } = this.#cells;
    const count = classCount(encoding);
    const isCategory = encoding.categories.length > 0;
    const curves = isCategory
      ? undefined
      : curvesOf({ encoding, coordinates: this.#coordinates, levels: DEFAULT_LEVELS, ...answer });
    for (let row = 0; row < rows; row++) {
      const given = givenOf(row);
      if (given === undefined || Number.isNaN(values[row])) continue;
      const own = classes && count > 0 ? classes[row] : 0;
      if (count > 0 && answer.classes && this.#probabilities.length < room * MAX_PROBABILITIES) {
        const from = read(row) * count;
        const probabilities = answer.classes.subarray(from, from + count);
        if (this.#takeClass(own, probabilities)) note(this.#classes, row, given, weightOf(row));
      }
      if (curves && own === 0 && this.#numbers.levels.size < room * MAX_LEVELS) {
        if (!this.#numbers.levels.add(curves, read(row), this.#observed(row))) continue;
        note(this.#numbers, row, given, weightOf(row));
      }
    }
  }

  made(): HeldOutAnswers {
    const { levels, ...numbers } = this.#numbers;
    const { own, ...asked } = this.#classes;
    const answers = {
      probabilities: Float64Array.from(this.#probabilities),
      classes: Int32Array.from(own),
    };
    return {
      ...(numbers.rows.length > 0 && { numbers: { ...numbers, sets: levels.made() } }),
      ...(own.length > 0 && { classes: { ...asked, answers } }),
    };
  }

  /** @returns false for a class that can't be: it has no probability to recalibrate. */
  #takeClass(own: number, probabilities: Float64Array): boolean {
    if (!(probabilities[own] > 0)) return false;
    this.#classes.own.push(own);
    for (const probability of probabilities) this.#probabilities.push(probability);
    return true;
  }

  #observed(row: number): ObservedNumber {
    const { encoding } = this.#column;
    const { values, errors } = this.#cells;
    const { toData, toStandardised } = this.#coordinates;
    const { turns } = geometryOf(encoding);
    const value = values[row];
    const error = this.#deconvolve ? (errors?.[row] ?? 0) : 0;
    if (!isWhole(encoding)) return { value, error, turns: turns.map((turn) => turn / encoding.scale) };
    const integer = Math.round(toData(value));
    return { value, error, turns: [0], ends: [toStandardised(integer - 0.5), toStandardised(integer + 0.5)] };
  }
}
