/** @file Questions checked by their schemas: what is wrong is one sentence; a query's texts become what the schema wants. */
import { z } from "zod";
import { shown } from "../base/checked.ts";
import { unknownName } from "../base/suggestions.ts";
import { Refusal } from "./refusals.ts";

/** The question as its schema has it. @throws Refusal (422) that names the first field that is wrong. */
export function checkedQuestion(schema: z.ZodType, value: unknown): unknown {
  const checked = schema.safeParse(value, { reportInput: true });
  if (checked.success) return checked.data;
  const { issues } = checked.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  throw new Refusal(422, issue ? sentenceOf(issue, schema) : "The question is none.");
}

function sentenceOf(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const { path } = issue;
  if (issue.code === "unrecognized_keys" && path.length === 0)
    return unknownName("option", issue.keys[0] ?? "", namesOf(schema), "The question");
  const where = placeOf(path);
  if (issue.code === "unrecognized_keys") return `${where} has "${issue.keys[0]}", which is not known there.`;
  if (path.length === 0) return `The question must be an object, not ${shown(issue.input)}.`;
  const words = /^must /.test(issue.message) ? issue.message : `is not right (${issue.message})`;
  const last = path.at(-1);
  if (issue.input === undefined && typeof last === "string" && path.length === 1)
    return `The question lacks "${last}", which ${words}.`;
  return `${where} ${words}, not ${shown(issue.input)}.`;
}

/** "given.teff": column "teff" of "given"; "rows.3.teff": column "teff" in row 4. */
function placeOf(path: readonly PropertyKey[]): string {
  const [first, second, third] = path.map(String);
  if (first === undefined) return "The question";
  if (first === "rows" && second !== undefined)
    return third === undefined
      ? `Row ${Number(second) + 1}`
      : `Column "${third}" in row ${Number(second) + 1}`;
  if (first === "given" && second !== undefined && Number.isNaN(Number(second)))
    return `Column "${second}" of \`given\``;
  return `"${first}"`;
}

function namesOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/**
 * The options that a query says: a list is a name repeated (of=teff&of=logg), numbers and truth values are as in JSON, and so is
 * what is neither text nor a list of texts.
 */
export function queryOptions(schema: z.ZodObject, query: URLSearchParams): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const property = properties[name];
      const wanted = typeof property === "object" ? property : {};
      const choices = [wanted, ...(wanted.anyOf ?? [])].map((each) => (typeof each === "object" ? each : {}));
      const list = choices.find(({ type }) => type === "array");
      const isText = choices.some(({ type }) => type === "string");
      const texts = query.getAll(name);
      if (!list) return [name, isText ? texts.at(-1) : fromText(texts.at(-1) ?? "")];
      const items = typeof list.items === "object" && !Array.isArray(list.items) ? list.items : {};
      const values = texts.map((text) => (items.type === "string" ? text : fromText(text)));
      return [name, values.length === 1 && isText ? values[0] : values];
    }),
  );
}

/** JSON, or the text itself: the schema says what is wrong with it. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
