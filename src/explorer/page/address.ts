/** @file The state of the page in its address, so that what was found can be sent: "#of=logg&g=teff=4700%2B-50&x=teff&y=logg". */
import type { ModelColumn } from "../../columns/encoding.ts";
import type { Given } from "../../model/question-table.ts";
import { cellText, givenOfAddress } from "./question-words.ts";

/** What is restored. */
export interface PageState {
  readonly given: Given;
  /** A second question to compare with. */
  readonly other?: Given | undefined;
  /** The column that the sentence is about. */
  readonly of: string;
  /** The columns of the joint density. */
  readonly x: string;
  readonly y: string;
}

const EMPTY = "nothing";

/** @param model its name, where the site has several. */
export function addressOf(columns: readonly ModelColumn[], state: PageState, model?: string): string {
  const words = new URLSearchParams();
  if (model !== undefined) words.set("model", model);
  const texts = (given: Given) =>
    Object.entries(given).flatMap(([name, cell]) => {
      const column = columns.find((each) => each.name === name);
      return column ? [`${name}=${cellText(column, cell)}`] : [];
    });
  for (const text of texts(state.given)) words.append("g", text);
  if (state.other) {
    const compared = texts(state.other);
    for (const text of compared.length > 0 ? compared : [EMPTY]) words.append("with", text);
  }
  for (const part of ["of", "x", "y"] as const) words.set(part, state[part]);
  return `#${words}`;
}

/** The model's name in an address, if there is one. */
export function modelOfAddress(hash: string): string | undefined {
  return new URLSearchParams(hash.replace(/^#/, "")).get("model") ?? undefined;
}

/** What of an address the model knows; undefined where it says nothing. */
export function stateOfAddress(
  columns: readonly ModelColumn[],
  hash: string,
  usual: PageState,
): { readonly state: PageState; readonly isWhole: boolean } | undefined {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  if (!["g", "of", "with", "x"].some((each) => words.has(each))) return undefined;
  const names = columns.map(({ name }) => name);
  const name = (part: "of" | "x" | "y") => {
    const said = words.get(part);
    return said !== null && names.includes(said) ? said : usual[part];
  };
  const given = givenOfAddress(columns, words.getAll("g"));
  const compared = words.getAll("with");
  const other =
    compared.length === 0
      ? undefined
      : givenOfAddress(
          columns,
          compared.filter((text) => text !== EMPTY),
        );
  const isWhole = given !== undefined && (compared.length === 0 || other !== undefined);
  return { state: { given: given ?? {}, other, of: name("of"), x: name("x"), y: name("y") }, isWhole };
}
