/** @file Tables with cells hidden as DiffPuter hides them (ICLR 2025, arXiv 2405.20690), and what other methods fill in there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readTable } from "../../../src/table/files/read.ts";
import type { Table } from "../../../src/table/table.ts";
import { publishedLines } from "./published.ts";
import { sharedData } from "./shared-data.ts";

/** Whether the rows are those of the training or others. */
export const IMPUTATION_PARTS = ["train", "test"] as const;
export type ImputationPart = (typeof IMPUTATION_PARTS)[number];
const PART_NAMES = { train: "in-sample", test: "out-of-sample" } as const;

export interface ImputationData {
  readonly folder: string;
  /** Codes among them: columns whose numbers are only names. */
  readonly categorical: readonly string[];
}

/** Undefined (and told) if it isn't there. */
export function imputationData(name: string): ImputationData | undefined {
  const folder = sharedData("imputation", name);
  if (folder === undefined) return undefined;
  const { categorical } = JSON.parse(readFileSync(join(folder, "columns.json"), "utf8")) as {
    readonly categorical: readonly string[];
  };
  return { folder, categorical };
}

/** A table of such data from a file, as a user would read it who says which columns are codes. */
export function readImputation(path: string, { categorical }: ImputationData): Promise<Table> {
  return readTable(path, { categories: categorical, errorNames: false, limits: "none" });
}

/** What another method got. */
export interface ImputationPeer {
  readonly by: string;
  readonly mae: number;
  readonly rmse: number;
}

/**
 * Others on the same table and part: first those that were run on this very mask, then, by name as second-hand, those that were
 * published as means over ten masks of its kind.
 */
export async function imputationPeers(
  name: string,
  mask: string,
  part: ImputationPart,
): Promise<ImputationPeer[]> {
  const [anchors, published] = [
    sharedData("imputation", "anchors.csv"),
    sharedData("imputation", "published.csv"),
  ];
  if (anchors === undefined || published === undefined) return [];
  const [mechanism, number] = mask.split("_");
  const own = await publishedLines(anchors, ["table", "mechanism", "mask", "part", "method", "mae", "rmse"]);
  const theirs = await publishedLines(published, [
    "table",
    "mechanism",
    "part",
    "method",
    "metric",
    "value",
    "provenance",
  ]);
  const found = new Map<string, { mae: number; rmse: number }>();
  for (const line of theirs) {
    if (line.table !== name || line.mechanism.toLowerCase() !== mechanism || line.part !== PART_NAMES[part])
      continue;
    const [provenance] = line.provenance.split(":");
    const by = `${line.method} (published, ten masks; ${provenance})`;
    const of = found.get(by) ?? { mae: Number.NaN, rmse: Number.NaN };
    found.set(by, { ...of, [line.metric]: Number(line.value) });
  }
  return [
    ...own
      .filter(
        (line) =>
          line.table === name &&
          line.mechanism === mechanism &&
          line.mask === number &&
          line.part === PART_NAMES[part],
      )
      .map((line) => ({ by: line.method, mae: Number(line.mae), rmse: Number(line.rmse) })),
    ...Array.from(found, ([by, scores]) => ({ by, ...scores })),
  ];
}
