/**
 * @file Reading a JSON file field by field: of what is missing or of a wrong kind a message names the file and the
 * field.
 */
import { shown } from "./checked.ts";
import { InputError } from "./errors.ts";

/** One object of the file, which knows where in it it stands. */
export class JsonSection {
  readonly #path: string;
  readonly #within: string;
  readonly #mend: string;
  readonly fields: Readonly<Record<string, unknown>>;

  /**
   * @param path the file's name, @param mend what to do about a damaged one, for messages. @param within where
   * this object is in the file: "network.head".
   * @throws InputError if the value is no object.
   */
  constructor(path: string, value: unknown, mend: string, within = "") {
    this.#path = path;
    this.#within = within;
    this.#mend = mend;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new InputError(
        `${path}: ${within === "" ? "the whole" : within} is ${shown(value)}, not an object; ${mend}.`,
      );
    }
    this.fields = value as Record<string, unknown>;
  }

  /** `model/config.json: network.heads is missing; restore it from a copy.` */
  wrong(field: string, what: string): InputError {
    return new InputError(`${this.#path}: ${this.#nameOf(field)} is ${what}; ${this.#mend}.`);
  }

  #nameOf(field: string): string {
    return this.#within === "" ? field : `${this.#within}.${field}`;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.fields, field);
  }

  #get(field: string): unknown {
    if (!this.has(field)) throw this.wrong(field, "missing");
    return this.fields[field];
  }

  section(field: string): JsonSection {
    return new JsonSection(this.#path, this.#get(field), this.#mend, this.#nameOf(field));
  }

  list(field: string): readonly unknown[] {
    const value = this.#get(field);
    if (!Array.isArray(value)) throw this.wrong(field, `${shown(value)}, not a list`);
    return value;
  }

  /** A list of objects. */
  sections(field: string): JsonSection[] {
    return this.list(field).map(
      (value, i) => new JsonSection(this.#path, value, this.#mend, `${this.#nameOf(field)}[${i}]`),
    );
  }

  texts(field: string): readonly string[] {
    const values = this.list(field);
    if (!values.every((value) => typeof value === "string")) throw this.wrong(field, "not a list of texts");
    return values as string[];
  }

  numbers(field: string): readonly number[] {
    const values = this.list(field);
    if (!values.every((value) => typeof value === "number")) throw this.wrong(field, "not a list of numbers");
    return values as number[];
  }

  text(field: string): string {
    const value = this.#get(field);
    if (typeof value !== "string") throw this.wrong(field, `${shown(value)}, not a text`);
    return value;
  }

  flag(field: string): boolean {
    const value = this.#get(field);
    if (typeof value !== "boolean") throw this.wrong(field, `${shown(value)}, not true or false`);
    return value;
  }

  number(field: string): number {
    const value = this.#get(field);
    if (typeof value !== "number") throw this.wrong(field, `${shown(value)}, not a number`);
    return value;
  }

  count(field: string): number {
    const value = this.number(field);
    if (!Number.isSafeInteger(value) || value < 1) {
      throw this.wrong(field, `${value}, not a whole number of 1 or more`);
    }
    return value;
  }

  oneOf<T extends string>(field: string, known: readonly T[]): T {
    const value = this.#get(field);
    const found = known.find((one) => one === value);
    if (found === undefined) {
      throw this.wrong(field, `${shown(value)}, and only ${known.join(", ")} can be read`);
    }
    return found;
  }
}

/** @throws InputError if a file's format is newer than the one that is read here, or has no number. */
export function checkFormatVersion(version: unknown, newest: number, path: string): void {
  if (typeof version === "number" && version <= newest) return;
  throw new InputError(
    `${path} has format version ${String(version)}, this anygiven reads up to ${newest}: ` +
      "install a newer anygiven to use this model.",
  );
}
