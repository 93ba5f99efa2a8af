/** @file Names in sentences: the first of many; what was meant, perhaps, by one that does not exist. */
import { distance } from "fastest-levenshtein";

/** So many names are read in a sentence. */
const READ_AT_MOST = 5;

/** "a, b, c and 4 more". */
export function firstNames(names: readonly string[], most = READ_AT_MOST): string {
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** More names than this are not listed in a message: nobody reads them. */
const listedAtMost = 30;

/**
 * One sentence for an unknown name: `stars.csv has no column "Teff"; did you mean "teff"? The columns are: ...`.
 *
 * @param kind What the name is of, in the singular: "column", "preset", "option".
 * @param known The names that exist.
 * @param owner Whose names they are (a file, a model), if there is a word for it.
 */
export function unknownName(kind: string, name: string, known: readonly string[], owner?: string): string {
  const start = owner === undefined ? `There is no ${kind} "${name}"` : `${owner} has no ${kind} "${name}"`;
  const near = suggestions(name, known);
  const guess = near.length === 0 ? "" : `; did you mean ${near.map((each) => `"${each}"`).join(" or ")}?`;
  return guess === ""
    ? `${start}; the ${listing(kind, known)}.`
    : `${start}${guess} The ${listing(kind, known)}.`;
}

/** The up to three known names most like `name`, best first; capitals count little, a shared beginning counts. */
export function suggestions(name: string, known: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return known
    .map((each) => ({ each, away: unlikeness(wanted, each.toLowerCase()) }))
    .filter(({ away }) => away <= Math.max(2, wanted.length / 3))
    .filter(({ away, each }) => away < Math.max(wanted.length, each.length)) // nothing in common
    .sort((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ each }) => each);
}

function unlikeness(wanted: string, known: string): number {
  const extends_ =
    wanted.length >= 3 && known.length >= 3 && (known.startsWith(wanted) || wanted.startsWith(known));
  return extends_ ? Math.min(1.5, distance(wanted, known)) : distance(wanted, known);
}

function listing(kind: string, known: readonly string[]): string {
  if (known.length === 0) return `list of ${kind}s is empty`;
  const shown = known.slice(0, listedAtMost).join(", ");
  const more = known.length - listedAtMost;
  return `${kind}s are: ${shown}${more > 0 ? `, and ${more} more` : ""}`;
}
