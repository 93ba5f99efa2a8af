/** @file Tasks of the kind "one column from all others", each with rows to train on and rows to be asked about. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readTable } from "../../../src/table/files/read.ts";
import type { Table } from "../../../src/table/table.ts";
import { california } from "./california.ts";
import { sharedData } from "./shared-data.ts";
import { LABELS, OBSERVED, stars } from "./stars.ts";
import { UCI_SPLITS, UCI_TABLES, type UciTable, uciSplit } from "./uci.ts";

/** One or more columns of a table, each asked of the same others. */
export interface SpecialistTask {
  readonly name: string;
  readonly train: Table;
  readonly test: Table;
  readonly targets: readonly string[];
  readonly given: readonly string[];
}

const GENERATION_TABLES = ["adult", "default", "shoppers", "magic"] as const;

/** Names of tasks: a table, or a table of UCI and one of its splits ("yacht/3"). */
export const SPECIALIST_TASKS: readonly string[] = [
  "house",
  "stars",
  ...GENERATION_TABLES,
  ...UCI_TABLES.map((table) => `${table}/0`),
];

/** Undefined (and told) if its files aren't there. @throws Error for a name that no task has. */
export async function specialistTask(name: string): Promise<SpecialistTask | undefined> {
  const [table, split = "0"] = name.split("/");
  if (name === "house") return houseValue();
  if (name === "stars") return starLabels();
  const generation = GENERATION_TABLES.find((each) => each === table);
  if (generation) return classTask(generation);
  const uci = UCI_TABLES.find((each) => each === table);
  if (uci && Number(split) < UCI_SPLITS) return uciTask(uci, Number(split));
  throw new Error(`No task is called "${name}"; there are ${SPECIALIST_TASKS.join(", ")}.`);
}

/** All columns but the targets. */
const others = ({ columns }: Table, targets: readonly string[]) =>
  columns.map((column) => column.name).filter((name) => !targets.includes(name));

async function houseValue(): Promise<SpecialistTask | undefined> {
  const data = await california();
  if (!data) return undefined;
  const targets = ["HouseValue"];
  return {
    name: "house",
    train: data.train,
    test: data.heldOut,
    targets,
    given: others(data.train, targets),
  };
}

async function starLabels(): Promise<SpecialistTask | undefined> {
  const data = await stars();
  return data && { name: "stars", train: data.train, test: data.heldOut, targets: LABELS, given: OBSERVED };
}

function uciTask(table: UciTable, split: number): SpecialistTask | undefined {
  const data = uciSplit(table, split);
  if (!data) return undefined;
  const targets = [data.target];
  const { train, test } = data;
  return { name: `${table}/${split}`, train, test, targets, given: others(train, targets) };
}

/** What columns.json says of a table of `generation/`. */
interface GenerationColumns {
  readonly categorical: readonly string[];
  readonly target: string;
}

async function classTask(name: string): Promise<SpecialistTask | undefined> {
  const folder = sharedData("generation", name);
  if (folder === undefined) return undefined;
  const { categorical, target } = JSON.parse(
    readFileSync(join(folder, "columns.json"), "utf8"),
  ) as GenerationColumns;
  const categories = [...categorical, target];
  const read = (part: string) => readTable(join(folder, `${part}.csv.gz`), { categories: () => categories });
  const [train, test] = await Promise.all([read("train"), read("test")]);
  const targets = [target];
  return { name, train, test, targets, given: others(train, targets) };
}
