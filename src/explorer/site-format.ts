/** @file What a site of the explorer holds beside its page: the list of its models, and of each a sample of rows. */

/** site.json: the models that the page can open; the first is opened. */
export interface SiteList {
  readonly format: "anygiven-explorer";
  readonly models: readonly SiteModel[];
}

export interface SiteModel {
  readonly name: string;
  /** The folder with config.json and weights.safetensors, seen from the page. */
  readonly folder: string;
  /** The file of {@link SampledRows}, seen from the page; absent where no table was named. */
  readonly rows?: string;
  /** What the command line calls model and table. */
  readonly command?: { readonly model: string; readonly table?: string };
}

/** Rows of a table drawn at random, as they stand behind the densities. */
export interface SampledRows {
  /** Where they come from, in words. */
  readonly source: string;
  /** Of the whole table. */
  readonly rows: number;
  /** Of each sampled row its number in the table; 1 is the first. */
  readonly numbers: readonly number[];
  readonly columns: readonly SampledColumn[];
}

export interface SampledColumn {
  readonly name: string;
  /** Data units, of names the index in the model's list; null where the cell is missing. */
  readonly values: readonly (number | null)[];
}
