/** @file Getting a public table: its archive is fetched, its checksum compared, its columns derived. */

import { createHash } from "node:crypto";
import { check, checkFields, either, FUNCTION, LONG_WORK, objectWith, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { Table } from "../table/table.ts";
import { california } from "./california.ts";
import type { Dataset } from "./dataset.ts";
import { type FetchOptions, fetchArchive } from "./fetch-archive.ts";

export const DATASETS: readonly Dataset[] = [california];

export interface DatasetOptions extends FetchOptions {
  /** A mirror's URL or a file downloaded before, in place of the dataset's own URL; its checksum is compared as well. */
  readonly from?: string;
}

/** @throws InputError for a name that is no dataset's, with those there are. @param others that could have been meant, too. */
export function datasetOf(name: string, others: readonly { readonly name: string }[] = []): Dataset {
  const found = DATASETS.find((each) => each.name === name);
  if (found) return found;
  throw new InputError(
    unknownName(
      "dataset",
      name,
      [...DATASETS, ...others].map((each) => each.name),
    ),
  );
}

const DESCRIPTION = objectWith({ needed: { sha256: TEXT, url: TEXT, derive: FUNCTION } });

/**
 * Downloads a public table.
 * @param dataset Its name, or a description of your own.
 * @throws InputError for an unknown name, a file that can't be had, or one with another checksum.
 * @example
 * const houses = await getDataset("california");
 * await writeTable(houses, "houses.csv");
 */
export async function getDataset(dataset: string | Dataset, options: DatasetOptions = {}): Promise<Table> {
  check("the dataset", dataset, either(TEXT, DESCRIPTION));
  checkFields("the options", options, { optional: { ...LONG_WORK, from: TEXT } });
  const { sha256, url, derive } = typeof dataset === "string" ? datasetOf(dataset) : dataset;
  const { from = url } = options;
  const archive = await fetchArchive(from, options);
  const found = createHash("sha256").update(archive).digest("hex");
  if (found !== sha256) {
    throw new InputError(
      `${from} has the SHA-256 checksum ${found} instead of ${sha256}, so it is damaged or another file: ` +
        "download it again, or name another place with `from`.",
    );
  }
  options.signal?.throwIfAborted();
  return derive(archive);
}
