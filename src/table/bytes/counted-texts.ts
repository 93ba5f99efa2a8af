/** @file The different texts of a column in memory, counted, and which of them are numbers, truths, dates or may mean "missing". */
import { type DateForm, daysOfForm } from "../date-form.ts";
import { type NumberForm, numberOfForm } from "../number-form.ts";
import { type Counts, isLeveled, OFTEN_EACH, TRUTHS, WORD, WORDED } from "../scan/kind-of-texts.ts";
import type { MissingRules } from "../scan/missing-rules.ts";
import { MILLISECONDS_PER_DAY } from "../table.ts";

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const INFINITE = /^([+-]?)inf(inity)?$/i;

/** The number that a text is, written plainly; undefined if it is none. NaN is a number. */
export function plainNumber(text: string): number | undefined {
  const trimmed = withoutBlanks(text);
  if (PLAIN_NUMBER.test(trimmed)) return Number(trimmed);
  const infinite = INFINITE.exec(trimmed);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^[+-]?nan$/i.test(trimmed) ? Number.NaN : undefined;
}

/** Without spaces, tabs and left-over carriage returns around it. */
export function withoutBlanks(text: string): string {
  return text.replace(/^[ \t\r]+|[ \t\r]+$/g, "");
}

const MOMENT =
  /^(\d{4,})[-/](\d\d)[-/](\d\d)(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** Days since 1970-01-01 (UTC) of a text that begins with year, month and day; undefined if it is none. */
export function plainDays(text: string): number | undefined {
  const found = MOMENT.exec(withoutBlanks(text));
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const midnight = Date.UTC(year, month - 1, day);
  const made = new Date(midnight);
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return undefined;
  if (hour > 24 || minute > 59 || second > 59) return undefined;
  const seconds = 3600 * hour + 60 * minute + second + Number(found[7] ?? 0) - offsetOf(found[8]);
  return midnight / MILLISECONDS_PER_DAY + seconds / 86_400;
}

/** Seconds that a zone is before UTC. */
function offsetOf(zone = ""): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return sign === undefined ? 0 : Number(`${sign}1`) * (3600 * Number(hours) + 60 * Number(minutes));
}

export class CountedTexts {
  /** Spellings that may mean "missing", as they are written, and how many cells have each. */
  readonly spellings = new Map<string, number>();
  /** Of texts that mean something. */
  readonly counts: Counts;
  readonly #texts = new Map<string, number>();

  constructor(cells: readonly string[], { words, numbers }: MissingRules) {
    const raw = new Map<string, number>();
    for (const cell of cells) raw.set(cell, (raw.get(cell) ?? 0) + 1);
    const listed = new Set(words);
    for (const [text, count] of raw) {
      const trimmed = withoutBlanks(text);
      const isNumber = numbers.length > 0 && numbers.includes(plainNumber(text) ?? Number.NaN);
      if (trimmed === "" || listed.has(trimmed.toLowerCase()) || isNumber)
        this.spellings.set(text, (this.spellings.get(text) ?? 0) + count);
      else this.#texts.set(trimmed, (this.#texts.get(trimmed) ?? 0) + count);
    }
    const cellsOf = (condition: (text: string) => boolean) => this.#cells(condition);
    const truths = new Set(TRUTHS);
    this.counts = {
      present: cellsOf(() => true),
      numbers: cellsOf((text) => plainNumber(text) !== undefined),
      bits: cellsOf((text) => [0, 1].includes(plainNumber(text) ?? Number.NaN)),
      booleans: cellsOf((text) => /^(true|false)$/i.test(text)),
      truths: cellsOf((text) => truths.has(text.toLowerCase())),
      dates: cellsOf((text) => plainDays(text) !== undefined),
      nested: 0,
      different: this.#texts.size,
    };
  }

  /** The texts that mean something, those of most cells first. */
  get texts(): string[] {
    return [...this.#texts]
      .sort(([a, some], [b, more]) => more - some || (a < b ? -1 : 1))
      .map(([text]) => text);
  }

  /** Some of the different texts, spread over all of them. */
  some(most: number): string[] {
    const sorted = [...this.#texts.keys()].sort();
    const apart = Math.max(1, sorted.length / most);
    return Array.from({ length: Math.min(most, sorted.length) }, (_, i) => sorted[Math.floor(i * apart)]);
  }

  cellsOfNumbers(form: NumberForm): number {
    return this.#cells((text) => numberOfForm(text, form) !== undefined);
  }

  cellsOfDates(form: DateForm): number {
    return this.#cells((text) => daysOfForm(text, form) !== undefined);
  }

  /** A word or limit that stands among few different numbers; undefined if there is none, or anything else. */
  wordAmongLevels(): string | undefined {
    const { present, numbers, booleans } = this.counts;
    if (numbers + booleans === present || !isLeveled(this.counts)) return undefined;
    const [word, worded] = [WORD, WORDED].map((pattern) => new RegExp(`^(?:${pattern})$`));
    const others = [...this.#texts].filter(([text]) => plainNumber(text) === undefined);
    const isEach = others.every(
      ([text, cells]) => word.test(text) || (worded.test(text) && cells >= OFTEN_EACH),
    );
    return isEach ? others.map(([text]) => text).sort()[0] : undefined;
  }

  #cells(condition: (text: string) => boolean): number {
    let sum = 0;
    for (const [text, cells] of this.#texts) if (condition(text)) sum += cells;
    return sum;
  }
}
