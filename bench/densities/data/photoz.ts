/**
 * @file Galaxies of a simulated sky with redshifts (RAIL's test tables of LSST DESC's DC2): six magnitudes with errors, where 99
 * stands for "looked at and not detected".
 */
import { readTable } from "../../../src/table/files/read.ts";
import type { Table } from "../../../src/table/table.ts";
import { publishedLines } from "./published.ts";
import { sharedData } from "./shared-data.ts";

const NOT_DETECTED = 99;

/** How faint a galaxy is at least that is not detected in a band [mag]: RAIL's limits. */
const LIMITS = { u: 27.79, g: 29.04, r: 29.06, i: 28.62, z: 27.98, y: 27.05 } as const;

export interface GalaxyReading {
  /** Whether a magnitude that was not detected is told as fainter than the limit, or is a missing cell. */
  readonly limits: boolean;
  /** Whether magnitudes have their errors as such, as they do by their names; otherwise these are columns as others. */
  readonly errors: boolean;
}

/** Undefined (and told) if the file isn't there. */
export async function galaxies(
  part: "training" | "validation",
  { limits, errors }: GalaxyReading,
): Promise<Table | undefined> {
  const path = sharedData("photoz", `test_dc2_${part}_9816.hdf5`);
  if (path === undefined) return undefined;
  const bands = Object.entries(LIMITS).map(([band, lower]) => ({ name: `mag_${band}_lsst`, lower }));
  return readTable(path, {
    exclude: ["id"],
    ...(!errors && { errorColumns: "none" }),
    ...(limits
      ? { limits: Object.fromEntries(bands.map(({ name, lower }) => [name, { code: NOT_DETECTED, lower }])) }
      : { limits: "none", missing: [NOT_DETECTED] }),
  });
}

/** What RAIL's estimators got on the same galaxies by the same scorer, by method. */
export async function photozPeers(): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const path = sharedData("photoz", "reference.csv");
  const found = new Map<string, Record<string, number>>();
  if (path === undefined) return found;
  for (const line of await publishedLines(path, ["method", "measured_by", "metric", "value"])) {
    if (!line.measured_by.startsWith("photoz_score.py")) continue;
    const of = found.get(line.method) ?? {};
    of[line.metric] = Number(line.value);
    found.set(line.method, of);
  }
  return found;
}
