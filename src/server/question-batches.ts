/** @file Small questions that come at the same time, answered together: reading what is given is shared work. */
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Distribution } from "../distribution/distribution.ts";
import type { Model } from "../model/model.ts";
import { type Given, isInterval, isMeasured, questionTable } from "../model/question-table.ts";
import { targetIndices } from "../model/questions.ts";

type Answer = Readonly<Record<string, Distribution>>;

interface Waiting {
  /** Questions with the same key differ in their values alone. */
  readonly key: string;
  readonly of: readonly string[];
  readonly given: Given;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** So many questions are answered in one run. */
const MOST_AT_ONCE = 128;

/**
 * Asks one model. A question that comes while none is answered begins at once, alone, and its answer is the library's, bit for
 * bit; those that come while it is answered wait, and then all with the same names asked and given are one run. A row's answer
 * moves by rounding (about 1e-7 of its scale) with the rows that it is asked with.
 */
export class QuestionBatches {
  readonly #model: Model;
  readonly #onRun: (questions: number) => void;
  #waiting: Waiting[] = [];
  #isRunning = false;

  /** @param onRun told how many questions each run answers. */
  constructor(model: Model, onRun: (questions: number) => void = () => {}) {
    this.#model = model;
    this.#onRun = onRun;
  }

  /** As `Model.density` of several targets. @throws InputError as that does, for this question alone. */
  async density(of: readonly string[], given: Given): Promise<Answer> {
    targetIndices(this.#model.config, of);
    questionTable(this.#model.config, given);
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.push({ key: keyOf(of, given), of, given, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      const { key } = first;
      const batch = this.#waiting.filter((each) => each.key === key).slice(0, MOST_AT_ONCE);
      this.#waiting = this.#waiting.filter((each) => !batch.includes(each));
      await this.#answer(batch);
    }
    this.#isRunning = false;
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    this.#onRun(batch.length);
    const [{ of, given }] = batch;
    if (batch.length > 1) {
      try {
        const names = namesGiven(given);
        const rows = batch.map((each) => defined(each.given));
        const answers = await this.#model.density(rows, { of, given: names });
        for (const [row, { resolve }] of batch.entries())
          resolve(Object.fromEntries(of.map((name) => [name, answers[name].at(row)])));
        return;
      } catch (error) {
        if (!(error instanceof InputError)) return fail(batch, error);
        // One of them has a value that its column can't have: each is asked by itself, so that no other is refused.
      }
    }
    for (const each of batch) {
      try {
        each.resolve(await this.#model.density({ of: each.of, given: each.given }));
      } catch (error) {
        each.reject(error);
      }
    }
  }
}

function fail(batch: readonly Waiting[], error: unknown): void {
  for (const { reject } of batch) reject(error);
}

let alone = 0;

/** Limits and errors change what is run, and nothing given leaves no rows: such a question has a key of its own. */
function keyOf(of: readonly string[], given: Given): string {
  const names = namesGiven(given);
  if (names.length === 0 || Object.values(given).some((cell) => isInterval(cell) || isMeasured(cell)))
    return `alone ${alone++}`;
  return JSON.stringify([of, names]);
}

function namesGiven(given: Given): string[] {
  return Object.keys(given)
    .filter((name) => given[name] !== null && given[name] !== undefined)
    .sort();
}
