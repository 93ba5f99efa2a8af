/** @file California Housing (Pace & Barry 1997): 20,640 rows of 9 columns, without missing cells. */
import { readTable } from "../../../src/table/files/read.ts";
import { type HeldOut, holdOut } from "./held-out.ts";
import { sharedData } from "./shared-data.ts";

const SEED = 20_640;

/** 18,576 rows to train on and 2,064 held out, always the same; undefined (and told) if the file isn't there. */
export async function california(): Promise<HeldOut | undefined> {
  const path = sharedData("california_housing", "california_housing.csv");
  if (path === undefined) return undefined;
  const table = await readTable(path, { errorNames: false });
  return holdOut(table, Math.round(table.rows / 10), SEED);
}
