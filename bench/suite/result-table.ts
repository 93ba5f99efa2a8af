/** @file The one table of all benchmarks. */
import { textTable } from "../../src/numeric/text-table.ts";
import { figure, type Row } from "./rows.ts";

/** A line a row; notes below it, numbered. @param peers the names of the peers' columns. */
export function resultTable(rows: readonly Row[], peers: readonly string[]): string {
  const notes = [...new Set(rows.flatMap(({ note }) => (note === undefined ? [] : [note])))];
  const head = ["", "anygiven", ...peers.flatMap((name) => [name, "ratio"]), "target", ""];
  const lines = rows.map(({ name, unit, ours, peers: figures, target, note }) => [
    note === undefined ? name : `${name} [${notes.indexOf(note) + 1}]`,
    ours === undefined ? "-" : `${figure(ours)} ${unit}`.trimEnd(),
    ...peers.flatMap((peer) => {
      const found = figures.find((each) => each.name === peer);
      return found ? [figure(found.value), `${figure(found.ratio)}x`] : ["", ""];
    }),
    target?.text ?? "",
    verdict(target),
  ]);
  const below = notes.map((note, i) => `[${i + 1}] ${note}\n`).join("");
  return `${textTable(head, lines)}\n${below && `\n${below}`}`;
}

function verdict(target: Row["target"]): string {
  if (target === undefined) return "";
  if (target.met === undefined) return "not judged";
  return target.met ? "met" : "MISSED";
}
