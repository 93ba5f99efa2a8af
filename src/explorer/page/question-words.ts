/** @file A question as others write it: in the address, on the command line, in TypeScript, and what is given in words. */
import { type ModelColumn, unitBehind } from "../../columns/encoding.ts";
import { kindOf, valueOfText } from "../../columns/kinds.ts";
import { type Given, isInterval, isMeasured } from "../../model/question-table.ts";
import { givenOfText } from "../../model/question-text.ts";

/** In the page numbers and dates are numbers, names are texts, and an interval has both ends. */
type Cell = Given[string];

function columnOf(columns: readonly ModelColumn[], name: string): ModelColumn {
  const column = columns.find((each) => each.name === name);
  if (!column) throw new Error(`the model has no column ${name}`);
  return column;
}

/** "4700", "4700+-50", "4500..4900", "giant", "2020-01-31". @param sign between a value and its error. */
export function cellText(column: ModelColumn, cell: Cell, sign = "+-"): string {
  const kind = kindOf(column.encoding);
  const text = (value: unknown) => (kind.isText ? kind.write(Number(value), {}) : String(value));
  if (isMeasured(cell)) return `${text(cell.value)}${sign}${cell.error}`;
  if (isInterval(cell)) return `${text(cell.lower)}..${text(cell.upper)}`;
  return kind.isCategorical ? String(cell) : text(cell);
}

/** What {@link cellText} wrote, added to what is given; undefined for what is none of the model's. */
export function givenOfAddress(columns: readonly ModelColumn[], texts: readonly string[]): Given | undefined {
  let given: Given = {};
  try {
    for (const text of texts) given = givenOfText(text, given, columns);
    const cells = Object.entries(given).map(([name, cell]) => [
      name,
      asNumbers(columnOf(columns, name), cell),
    ]);
    return Object.fromEntries(cells);
  } catch {
    return undefined; // told by the page: an address that somebody has cut or changed
  }
}

function asNumbers(column: ModelColumn, cell: Cell): Cell {
  const { encoding, name } = column;
  if (kindOf(encoding).isCategorical) {
    if (encoding.categories.includes(String(cell))) return String(cell);
    throw new Error(`${name} has no ${cell}`);
  }
  const number = (value: unknown) => {
    const made = typeof value === "number" ? value : valueOfText(String(value), name, encoding);
    if (!Number.isFinite(made)) throw new Error(`${name} is no number`);
    return made;
  };
  if (isMeasured(cell)) return { value: number(cell.value), error: cell.error };
  if (!isInterval(cell)) return number(cell);
  const [lower, upper] = [number(cell.lower ?? cell.above), number(cell.upper ?? cell.below)];
  return { lower, upper };
}

/** In words with units: "4700 ± 50 K", "between 4500 and 4900 K". */
export function cellWords(column: ModelColumn, cell: Cell): string {
  const unit = unitBehind({ columns: [column] }, column.name);
  if (isInterval(cell)) {
    const [low, high] = cellText(column, cell).split("..");
    return `${minus(low)} to ${minus(high)}${unit}`;
  }
  return `${minus(cellText(column, cell, " ± "))}${unit}`;
}

const minus = (text: string) => text.replace(/^-/, "−");

/** The same question on the command line. @param model as it is named there. */
export function commandLine(
  columns: readonly ModelColumn[],
  given: Given,
  of: string,
  model: string,
): string {
  const values = Object.entries(given).map(
    ([name, cell]) => ` \\\n  --given ${quoted(`${name}=${cellText(columnOf(columns, name), cell)}`)}`,
  );
  return `npx anygiven density ${quoted(model)} --of ${quoted(of)}${values.join("")}`;
}

function quoted(word: string): string {
  return /^[\w.,:=+/@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The same question in TypeScript. */
export function typeScript(columns: readonly ModelColumn[], given: Given, of: string, model: string): string {
  const entries = Object.entries(given).map(
    ([name, cell]) => `${property(name)}: ${literal(columnOf(columns, name), cell)}`,
  );
  const told = entries.length === 0 ? "" : `, given: { ${entries.join(", ")} }`;
  return `import { Model } from "anygiven";

const model = await Model.load(${JSON.stringify(model)});
const answer = await model.density({ of: ${JSON.stringify(of)}${told} });
console.log(answer.toJSON());
await model.dispose();`;
}

const property = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function literal(column: ModelColumn, cell: Cell): string {
  const kind = kindOf(column.encoding);
  const written = (value: unknown) => {
    if (kind.isCategorical) return JSON.stringify(value);
    return kind.isText ? JSON.stringify(kind.write(Number(value), {})) : String(value);
  };
  if (isMeasured(cell)) return `{ value: ${written(cell.value)}, error: ${cell.error} }`;
  if (isInterval(cell)) return `{ lower: ${written(cell.lower)}, upper: ${written(cell.upper)} }`;
  return written(cell);
}
