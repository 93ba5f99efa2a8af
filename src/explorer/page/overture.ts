/** @file What the page does by itself when it is opened: one value goes to and fro, and all other columns answer. */
import { kindOf } from "../../columns/kinds.ts";
import { pointedAt, positionOf } from "./axis.ts";
import { ascending } from "./rows.ts";
import { axes, columns, give, letGo, rows } from "./state.ts";

const SECONDS = 7;

/** Until the reader does something; not at all for readers who want no movement. */
export function showHow(): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const column = columns.value.find(({ encoding }) => !kindOf(encoding).isCategorical);
  if (!column) return;
  const axis = axes.value[column.name];
  const values = ascending(rows.value?.values[column.name]);
  const at = (share: number) =>
    values.length > 0 ? values[Math.round(share * (values.length - 1))] : undefined;
  const ends = [at(0.03), at(0.97)].map((value, i) =>
    value === undefined ? 0.2 + 0.6 * i : positionOf(axis, value),
  );
  let isOver = false;
  const takeOver = () => {
    if (!isOver) letGo(column.name);
    isOver = true;
  };
  const events = ["pointerdown", "keydown", "wheel", "hashchange"] as const;
  for (const each of events) addEventListener(each, takeOver, { once: true, capture: true });
  const began = performance.now();
  const step = () => {
    const t = (performance.now() - began) / 1000 / SECONDS;
    if (isOver) return;
    if (t >= 1) {
      isOver = true;
      letGo(column.name);
      return;
    }
    // There and back, gently at the ends.
    const along = 0.5 - 0.5 * Math.cos(2 * Math.PI * t);
    give(column.name, pointedAt(column, axis, ends[0] + along * (ends[1] - ends[0])));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}
