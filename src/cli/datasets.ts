/** @file `anygiven datasets`: public tables to try things on, listed and downloaded. */
import { Command } from "@commander-js/extra-typings";
import type { Dataset } from "../datasets/dataset.ts";
import { DATASETS, datasetOf, getDataset } from "../datasets/get-dataset.ts";
import { openTableWriter } from "../table/files/write.ts";
import { modelOptions } from "./model-options.ts";
import { abortOnInterrupt, note, ProgressBar, print, printJson } from "./output.ts";

export function datasetsCommand() {
  const command = new Command("datasets")
    .description("List the public tables that can be downloaded, or get one.")
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven datasets
  anygiven datasets get california --out houses.csv
  anygiven datasets get california --from cal_housing.tgz`,
    )
    .action(({ json }) => {
      const known = DATASETS.map(({ derive: _, ...about }) => about);
      if (json) printJson(known);
      else print(known.map(entry).join("\n\n"));
    });
  command.addCommand(getCommand());
  return command;
}

function getCommand() {
  return new Command("get")
    .description("Download a table, compare its checksum, and write it.")
    .argument("<name>", `which: ${DATASETS.map(({ name }) => name).join(", ")}`)
    .option("--out <file>", ".csv, .parquet or .jsonl (default: the dataset's name, .csv)")
    .option("--from <place>", "a mirror's URL, or the archive as a file downloaded before")
    .action(async (name, { out = `${name}.csv`, from }) => {
      const dataset = datasetOf(name);
      // Opened before the download, so that a wrong name of a file is reported at once.
      const writer = await openTableWriter(out, dataset.columns);
      const show = new DownloadDisplay();
      const interrupt = abortOnInterrupt("Ending; nothing is written ...", () => show.stop());
      const { signal } = interrupt;
      try {
        note(`Getting ${from ?? dataset.url} ...`);
        const { rows, columns } = await getDataset(dataset, {
          signal,
          onProgress: (bytes, total) => show.update(bytes, total),
          ...(from !== undefined && { from }),
        });
        signal.throwIfAborted();
        show.stop();
        await writer.append(Object.fromEntries(columns.map((column) => [column.name, column.values])));
        await writer.close();
        print(`${rows} rows are in ${out}: ${columns.map((column) => column.name).join(", ")}.`);
        note(`Please cite ${dataset.citation}.`);
      } finally {
        show.stop();
        interrupt.stop();
        await writer.abort();
      }
    });
}

/** A bar, once the server has announced the size. */
class DownloadDisplay {
  #bar: ProgressBar | undefined;

  update(bytes: number, total: number): void {
    if (total === Number.POSITIVE_INFINITY) return;
    this.#bar ??= new ProgressBar(
      "{bar} {percentage}% | {value}/{total} bytes | {eta_formatted} left",
      total,
    );
    this.#bar.update(bytes);
  }

  stop(): void {
    this.#bar?.stop();
  }
}

function entry({ name, about, citation, rows, columns }: Omit<Dataset, "derive">): string {
  return [
    `${name}: ${about}`,
    `  ${rows} rows of ${columns.length} columns: ${columns.join(", ")}`,
    `  cite ${citation}`,
    `  anygiven datasets get ${name}`,
  ].join("\n");
}
