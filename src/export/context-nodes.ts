/** @file From standardised cells to the inputs of the network's program, for any number of rows and targets. */

import { PADDING_SCORE } from "../networks/parts/program-parts.ts";
import type { QueryConfig } from "../networks/query/config.ts";
import type { StandardisedCells } from "./cell-nodes.ts";
import { countedNodes } from "./counted-nodes.ts";
import type { NodeWriter } from "./node-writer.ts";
import { summaryNodes } from "./summary-nodes.ts";

/**
 * @param cells (rows, columns). @param targets int64 (requests): indices of the columns asked.
 * @returns the names of what the program of conditions takes, by its inputs' names. Every column has its place in the
 * sequence, and what is not given is masked, as is each target's own cell.
 */
export function contextNodes(
  n: NodeWriter,
  config: QueryConfig,
  cells: StandardisedCells,
  targets: string,
): Record<string, string> {
  const { columns } = config;
  const count = (name: string, axis: number) => n.nodeOf("Shape", { start: axis, end: axis + 1 }, name);
  const [rows, requests] = [count(cells.values, 0), count(targets, 0)];
  const every = [...Array(columns).keys()];
  const isOther = n.node("Not", n.node("Equal", n.unsqueeze(targets, 1), n.integers(every)));
  const given = n.node("And", n.unsqueeze(cells.known, 0), n.unsqueeze(isOther, 1));

  // (sequence, rows): the first place is the network's own, which every target reads.
  const placed = (x: string) => {
    const turned = n.nodeOf("Transpose", { perm: [1, 0] }, x);
    const first = n.multiply(n.nodeOf("Gather", { axis: 0 }, turned, n.integers([0])), n.number(0));
    return n.cast(n.join(0, first, turned), "float");
  };
  const tokens = n.unsqueeze(n.integers([0, ...every.map((k) => k + 1)]), 1);
  const sequence = n.join(0, n.integers([columns + 1]), rows);
  const masked = n.where(given, n.number(0), n.number(PADDING_SCORE));
  const mask = n.nodeOf("Transpose", { perm: [1, 0, 2] }, masked);
  const open = n.multiply(n.gather(mask, [0], 2), n.number(0));
  const asked = n.add(n.unsqueeze(targets, 1), n.integers([1]));
  const { normal, counted, errors, intervals } = config;
  return {
    tokens: n.cast(n.node("Expand", tokens, sequence), "int32"),
    values: placed(cells.values),
    keyMask: n.cast(n.unsqueeze(n.join(2, open, mask), 1), "float"),
    targets: n.cast(n.node("Expand", asked, n.join(0, requests, rows)), "int32"),
    ...(errors && { errors: placed(cells.errors ?? n.multiply(cells.values, n.number(0))) }),
    ...(cells.classes !== undefined && { classes: n.cast(placed(n.cast(cells.classes, "double")), "int32") }),
    ...(intervals && noIntervals(n, placed(n.multiply(cells.values, n.number(0))))),
    ...(normal && {
      ...summaryNodes(n, config, { given, columns: targets, ...cells }),
    }),
    ...(counted && countedNodes(n, { ...config, counted }, { given, columns: targets, ...cells })),
  };
}

/** Every cell is a value. */
function noIntervals(n: NodeWriter, zeros: string): Record<string, string> {
  const one = n.cast(n.number(1), "float");
  return {
    isExact: n.add(zeros, one),
    lower: zeros,
    upper: zeros,
    hasLower: zeros,
    hasUpper: zeros,
  };
}
