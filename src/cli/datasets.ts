/** @file `anygiven datasets`: public tables to try things on, listed and downloaded. */
import { Command } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { DATASETS, datasetOf, getDataset } from "../datasets/get-dataset.ts";
import { writeTable } from "../table/files/write.ts";
import { modelOptions } from "./options.ts";
import { answer, countedAndWritten, note, print, rowsAre, type Work } from "./output.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { refuseUnwritable } from "./tables.ts";

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
      answer(json, known, known.map(entry).join("\n\n"));
    });
  command.addCommand(getCommand());
  return command;
}

function getCommand() {
  return new Command("get")
    .description("Download a table, compare its checksum, and write it.")
    .argument("<name>", `which: ${DATASETS.map(({ name }) => name).join(", ")}`)
    .addOption(tableOut("write the table", " (default: the dataset's name, .csv)"))
    .addOption(outFormat())
    .option("--from <place>", "a mirror's URL, or the archive as a file downloaded before")
    .action(async (name, { out = `${name}.csv`, from }) => {
      const dataset = datasetOf(name);
      await refuseUnwritable(out);
      note(`Getting ${from ?? dataset.url} ...`);
      const get = (work: Work) => getDataset(dataset, { ...work, ...defined({ from }) });
      const { rows, columns } = await countedAndWritten("bytes", get, (table) => writeTable(table, out));
      print(`${rowsAre(rows)} in ${out}: ${columns.map((column) => column.name).join(", ")}.`);
      note(`Please cite ${dataset.citation}.`);
    });
}

function entry({ name, about, citation, rows, columns }: Omit<Dataset, "derive">): string {
  return [
    `${name}: ${about}`,
    `  ${rows} rows of ${columns.length} columns: ${columns.join(", ")}`,
    `  cite ${citation}`,
    `  anygiven datasets get ${name}`,
  ].join("\n");
}

/** `anygiven simulate` says where the simulator of the star survey is, for it is no part of the package. */
export function simulateCommand() {
  return new Command("simulate")
    .description("Where the simulator of the star survey is (not in this package).")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(() => {
      throw new InputError(
        'The simulator of the star survey is not in the package: run "npm run simulate -- --out stars.parquet" in a clone ' +
          'of the repository, or name the table "survey", 20,000 of its stars that are in the package.',
      );
    });
}
