/** @file `anygiven datasets`: public tables and files of surveys, listed and downloaded. */
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { Dataset } from "../datasets/dataset.ts";
import { downloadFile } from "../datasets/download.ts";
import { DATASETS, datasetOf, getDataset } from "../datasets/get-dataset.ts";
import { KNOWN_FILES, type KnownFile } from "../datasets/known-files.ts";
import { writeTable } from "../table/files/write.ts";
import { queryCommand } from "./datasets-query.ts";
import { modelOptions } from "./options.ts";
import { answer, counted, countedAndWritten, note, print, rowsAre, type Work } from "./output.ts";
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
  anygiven datasets get california --from cal_housing.tgz
  anygiven datasets get allstar
  anygiven datasets query --tap gaia --adql "SELECT TOP 5 * FROM gaiadr3.gaia_source" --out five.csv`,
    )
    .action(({ json }) => {
      const known = DATASETS.map(({ derive: _, ...about }) => about);
      const text = [...known.map(entry), ...KNOWN_FILES.map(fileEntry)].join("\n\n");
      answer(json, [...known, ...KNOWN_FILES], text);
    });
  command.addCommand(getCommand());
  command.addCommand(queryCommand());
  return command;
}

function getCommand() {
  return new Command("get")
    .description("Download a table or a file of a survey, and compare its checksum.")
    .argument("<name>", `which: ${[...DATASETS, ...KNOWN_FILES].map(({ name }) => name).join(", ")}`)
    .addOption(tableOut("write the table", " (default: the dataset's name, .csv; of a file, its own name)"))
    .addOption(outFormat())
    .option("--from <place>", "a mirror's URL, or the archive as a file downloaded before")
    .option("--sha256 <digits>", "of a file whose checksum is not known here: what it must be", sha256)
    .option("--unchecked", "take such a file as it comes, and be told its SHA-256")
    .action(async (name, { out: said, from, ...checks }) => {
      const file = KNOWN_FILES.find((each) => each.name === name);
      if (file) return await getFile(file, { out: said ?? file.file, from, ...checks });
      if (checks.sha256 !== undefined || checks.unchecked)
        throw new InputError(`The checksum of ${name} is known here: leave out --sha256 and --unchecked.`);
      const out = said ?? `${name}.csv`;
      const dataset = datasetOf(name, KNOWN_FILES);
      await refuseUnwritable(out);
      note(`Getting ${from ?? dataset.url} ...`);
      const get = (work: Work) => getDataset(dataset, { ...work, ...defined({ from }) });
      const { rows, columns } = await countedAndWritten("bytes", get, (table) => writeTable(table, out));
      print(`${rowsAre(rows)} in ${out}: ${columns.map((column) => column.name).join(", ")}.`);
      note(`Please cite ${dataset.citation}.`);
    });
}

interface FileGetting {
  readonly out: string;
  readonly from: string | undefined;
  readonly sha256?: string | undefined;
  readonly unchecked?: true | undefined;
}

/** Files of surveys are kept as they are; what came before an interrupt is gone on with. */
async function getFile(
  { name, url, citation, checksum: known, file }: KnownFile,
  { out, from = url, sha256: digits, unchecked }: FileGetting,
): Promise<void> {
  const checksum = digits === undefined ? known : ({ kind: "sha256", digits } as const);
  if (!checksum && !unchecked)
    throw new InputError(
      `The checksum of ${file} is not known here: name it with --sha256 (its page tells it), or take the file as it comes with --unchecked.`,
    );
  if (!/^https?:\/\//i.test(from))
    throw new InputError(
      `${from} can't be fetched: give a URL of http or https; a file on the disk is there already.`,
    );
  note(`Getting ${from} ...`);
  const got = await counted(
    "bytes",
    (work) => downloadFile(from, out, { ...work, ...defined({ checksum }) }),
    "Ending; what has come is kept, and the same command goes on from there ...",
  );
  const checked = checksum
    ? `its ${checksum.kind === "sha1" ? "SHA-1" : "SHA-256"} is as it should be`
    : `unchecked; its SHA-256 is ${got.sha256}`;
  print(`${name} is in ${out}: ${got.bytes} bytes, ${checked}.`);
  note(`Please cite ${citation}.`);
}

function sha256(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text.trim()))
    throw new InvalidArgumentError(`"${text}" is no SHA-256: it has 64 digits, 0 to f.`);
  return text.trim().toLowerCase();
}

function fileEntry({ name, about, citation, file, checksum }: KnownFile): string {
  return [
    `${name}: ${about}`,
    `  ${file}${checksum ? "" : "; its checksum is not known here: --sha256 tells it"}`,
    `  cite ${citation}`,
    `  anygiven datasets get ${name}${checksum ? "" : " --sha256 DIGITS"}`,
  ].join("\n");
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
