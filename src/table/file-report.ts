/** @file What was found of how a file is written, and what was decided of it: nothing of this is settled in silence. */

/** Why something was decided: the user said so, the file says so (a byte order mark), or its bytes look so. */
export type Ground = "told" | "marked" | "found";

/** A spelling that may mean "missing", in one column. */
export interface SpellingReport {
  readonly column: string;
  /** As it is written: "NA", "?", "-9999"; "" for empty cells. */
  readonly spelling: string;
  /** How many cells say so, of all files that are read together. */
  readonly cells: number;
  /** Whether they are read as missing cells or as a category as others. */
  readonly takenFor: "missing" | "category";
  /** In words: 'the number column "pop" says so, too'. */
  readonly why: string;
}

/** Lines that are no rows. */
export interface SkippedLines {
  readonly what: "title" | "comment" | "units" | "names" | "footnote" | "total" | "header repeated";
  readonly count: number;
  /** The first of them, from 1. */
  readonly line: number;
  /** The first one's text, perhaps shortened. */
  readonly text: string;
  readonly ground: Ground;
}

/** What one file is, from its bytes to columns with names. Fields that a format has no use for are absent. */
export interface FileReport {
  /** What the user calls it. */
  readonly file: string;
  /** What it was read as; "xlsx" and "html" are only found under other names. */
  readonly format: string;
  /** `broken`: characters that the encoding does not have, read as \uFFFD. "utf-8", "utf-16le", "windows-1252" and others that `TextDecoder` knows. */
  readonly encoding?: { readonly name: string; readonly ground: Ground; readonly broken?: number };
  readonly lineEnds?: "LF" | "CR LF" | "CR" | "mixed";
  /** What parts the columns; "blanks" is any number of spaces and tabs, "fixed" columns of fixed width. */
  readonly separator?: {
    readonly mark: "," | ";" | "\t" | "|" | "blanks" | "fixed" | (string & {});
    readonly ground: Ground;
  };
  /** How a quote within quotes is written; absent where there is none. */
  readonly quotes?: "doubled" | "backslash" | "bare";
  readonly decimal?: {
    readonly mark: "." | ",";
    readonly ground: Ground;
    readonly columns: readonly string[];
  };
  readonly header?: {
    readonly names: "in the file" | "in a remark" | "made" | "told";
    readonly ground: Ground;
  };
  readonly skipped: readonly SkippedLines[];
  /** Units from a row under the header, from brackets that stand in that row, or declared by the format: `{ teff: "K" }`. */
  readonly units: Readonly<Record<string, string>>;
  /** What columns are in the words of the Virtual Observatory, where the format declares it: `{ teff: "phys.temperature.effective" }`. */
  readonly ucds?: Readonly<Record<string, string>>;
  /** Columns that were given another name than the file's: the second "x", one without a name. */
  readonly renamed: readonly { readonly position: number; readonly name: string; readonly why: string }[];
  /** Columns that are not read unless `columns` names them: a row index without a name, empty ones; some cannot be read at all. */
  readonly leftOut: readonly { readonly name: string; readonly why: string; readonly isUnreadable?: true }[];
  /** What the file says of itself that a user should hear: that a service cut the table. */
  readonly remarks?: readonly string[];
  /** Columns of arrays that were found, not declared, and are read as a column for each element. */
  readonly arrays?: readonly {
    readonly name: string;
    readonly first: string;
    readonly last: string;
    readonly numbers: number;
  }[];
}

/** What reading decided: of each file, and of the columns of all of them. */
export interface ReadingReport {
  readonly files: readonly FileReport[];
  readonly spellings: readonly SpellingReport[];
  /**
   * The decisions that a user should hear of, a sentence each, with the option that changes it in backticks
   * (`missing`), for `withFlags` or as they are. None for an ordinary file.
   */
  readonly notices: readonly string[];
}
