/** @file Calls with one value in them, however deep, replaced by one of another type, seeded. */
import fc from "fast-check";
import { expect } from "vitest";
import { InputError } from "../src/base/errors.ts";

/** No text that could name a file, a column or an option. */
const wrong = fc.oneof(
  fc.constantFrom<unknown>(null, 0, 7, -1.5, Number.NaN, true, 10n, Symbol("wrong"), () => 1),
  fc.constantFrom<unknown>(new Date(0), /x/, new Map()),
  fc.constantFrom<unknown>({}, [], [[]], [null], [{}], [7], { name: 7 }, { length: 3 }),
  fc.constantFrom<unknown>({ columns: [{ name: "a" }] }, { toString: () => "'; DROP" }, Object.create(null)),
  fc.constantFrom<unknown>(new Proxy({}, {})),
);

type Path = readonly (string | number)[];

/** A right call: a function and what it is given. */
export interface RightCall {
  // biome-ignore lint/suspicious/noExplicitAny: its parameters are to be given what they can't be.
  readonly call: (...args: any[]) => unknown;
  readonly args: () => readonly unknown[];
  /** What the right call is refused with for want of a file, if it is. */
  readonly refusal?: RegExp;
  /** Paths, as "0.given.teff", at which values of several types are right. */
  readonly anything?: RegExp;
}

/** @throws unless the call refuses each of some wrong values with one sentence that tells the mistake. */
export async function expectRefusals(
  { call, args, anything, refusal }: RightCall,
  numRuns: number,
): Promise<void> {
  const right = await answer(() => call(...args()));
  if (refusal) expect(String(right)).toMatch(refusal);
  else expect(right).not.toBeInstanceOf(InputError);
  const indices = pathsOf(args()).filter((path) => !anything?.test(path.join(".")));
  const property = fc.asyncProperty(fc.constantFrom(...indices), wrong, async (path, value) => {
    const given = [...args()];
    const old = at(given, path);
    if (typeOf(old) === typeOf(value)) return;
    const told = `${path.join(".")} was replaced`;
    const error = await answer(() => call(...(replaced(given, path, value) as unknown[])));
    expect(error, told).toBeInstanceOf(InputError);
    expect((error as Error).message, told).not.toMatch(
      /SELECT|Parser Error|undefined \(reading| is not a function|is not iterable/,
    );
  });
  await fc.assert(property, { seed: 18, numRuns });
}

async function answer(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return "no error";
  } catch (error) {
    return error;
  }
}

/** All places in plain objects and lists, themselves too; of a list only the first and the last. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const inside = (name: string | number, each: unknown) => pathsOf(each, [...path, name]);
  const own = path.length === 0 ? [] : [path];
  if (Array.isArray(value)) {
    const ends = path.length === 0 ? value.keys() : new Set([0, value.length - 1]);
    return [...own, ...[...ends].filter((i) => i in value).flatMap((i) => inside(i, value[i]))];
  }
  if (typeOf(value) !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return own;
  return [...own, ...Object.entries(value as object).flatMap(([name, each]) => inside(name, each))];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce((inner, name) => (inner as Record<string | number, unknown>)[name], value);
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
  if (name === undefined) return by;
  const copy: unknown = Array.isArray(value) ? [...value] : { ...(value as object) };
  const inside = copy as Record<string | number, unknown>;
  inside[name] = replaced(inside[name], rest, by);
  return copy;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return "list";
  return typeof value === "object"
    ? Object.prototype.toString.call(value) === "[object Object]"
      ? "object"
      : "other"
    : typeof value;
}
