/** @file When and with what a model was trained, and under which licence it is given away: what its weights do not tell. */
import type { JsonSection } from "../base/json-section.ts";

export interface Making {
  /** When its training ended or was last saved, in UTC: "2026-11-27T20:13Z". */
  readonly at: string;
  /** Seconds of training, over all resumed parts. */
  readonly seconds: number;
  /** Rows that it was trained on, and those held out to judge it. */
  readonly trainedRows: number;
  readonly heldOutRows: number;
  /** Of anygiven and, unless that was not to be written, of what it ran on. */
  readonly versions: Readonly<Record<string, string>>;
  /** As its maker states it; absent where nothing is stated. */
  readonly licence?: string;
}

export function readMaking(section: JsonSection): Making {
  const versions = section.section("versions");
  return {
    at: section.text("at"),
    seconds: section.number("seconds"),
    trainedRows: section.number("trainedRows"),
    heldOutRows: section.number("heldOutRows"),
    versions: Object.fromEntries(Object.keys(versions.fields).map((name) => [name, versions.text(name)])),
    ...(section.has("licence") && { licence: section.text("licence") }),
  };
}
