/** @file The notes on a table's columns as a person reads them: of many that say the like, one is told whole and the others are named. */
import { firstNames } from "../../base/suggestions.ts";
import type { InspectedColumn } from "./inspected.ts";

/** So many of a kind are told whole, each with its own numbers. */
const MOST_WHOLE = 3;
/** Words by which a note's kind is known; what follows is about the one column. */
const TELLING_WORDS = 3;

interface Note {
  readonly name: string;
  readonly text: string;
}

/**
 * A sentence for each note, in the order of the columns; of more than three of one kind the first, and which columns it
 * holds of as well.
 */
export function groupedNotes(columns: readonly Pick<InspectedColumn, "name" | "notes">[]): string[] {
  const kinds = new Map<string, Note[]>();
  for (const { name, notes } of columns) {
    for (const text of notes) {
      const kind = kindOfNote({ name, text });
      kinds.set(kind, [...(kinds.get(kind) ?? []), { name, text }]);
    }
  }
  return [...kinds.values()].flatMap((notes) =>
    notes.length <= MOST_WHOLE ? notes.map(({ text }) => text) : [toldTogether(notes)],
  );
}

function toldTogether([first, ...others]: readonly Note[]): string {
  const isSame = others.every((note) => withoutName(note) === withoutName(first));
  const also = firstNames(others.map(({ name }) => name));
  return isSame
    ? `${first.text} The same of ${also}.`
    : `${first.text} The like of ${also}: "anygiven inspect --json" has each.`;
}

function withoutName({ name, text }: Note): string {
  return text.replaceAll(name, "");
}

/** What numbers, quoted cells and names of columns leave of it. */
function kindOfNote(note: Note): string {
  const words = withoutName(note)
    .replace(/"[^"]*"/g, "")
    .match(/[a-z]+/gi);
  return (words ?? []).slice(0, TELLING_WORDS).join(" ");
}
