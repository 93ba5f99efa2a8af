/** @file The tables that commands write: into a file, or with `--out -` to standard output, and all that is said to standard error. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { openTemporaryFolder } from "../table/files/source.ts";
import { printElsewhere } from "./output.ts";

const FORMATS = ["csv", "tsv", "parquet", "jsonl", "json"] as const;

/** The options --out that name a table, not a folder or a page. */
const TABLES = new WeakSet<object>();

/** @param what is written: "write the answers". @param more what else is said of the file. */
export function tableOut(what: string, more = ""): Option<"--out <file>"> {
  const about = `${what}: .csv, .parquet, .jsonl, .fits, .vot, .hdf5 or .hats (a folder)${more}; "-" for standard output`;
  const option = new Option("--out <file>", about);
  TABLES.add(option);
  return option;
}

export function outFormat() {
  return new Option(
    "--out-format <format>",
    "of --out -: the format (default: that of --format, or csv)",
  ).choices(FORMATS);
}

/** What a command writes to standard output instead of a file, for one command line. */
export class StandardOutput {
  #written: { readonly path: string; readonly folder: { remove(): Promise<void> } } | undefined;

  /** Before a command: where it says `--out -`, it writes into a temporary file. @throws InputError for what goes not with that. */
  async begin(command: CommandUnknownOpts): Promise<void> {
    const format: unknown = command.getOptionValue("outFormat");
    if (command.getOptionValue("out") !== "-") {
      if (format !== undefined)
        throw new InputError(
          "--out-format is for --out -: the ending of a file says its format, .parquet for example.",
        );
      return;
    }
    if (!command.options.some((option) => TABLES.has(option)))
      throw new InputError(
        `${command.name()} does not write to standard output: name a file or folder with --out.`,
      );
    if (command.getOptionValue("partition") !== undefined)
      throw new InputError(
        "--partition writes a file into a folder: name it with --out, answers/part.parquet for example.",
      );
    if (command.getOptionValue("json") === true)
      throw new InputError(
        "--out - and --json would both write to standard output: leave one out, or name a file with --out.",
      );
    const read: unknown = command.getOptionValue("format");
    const ending = format ?? FORMATS.find((each) => each === read) ?? "csv";
    const folder = await openTemporaryFolder();
    const path = join(folder.path, `table.${ending}`);
    this.#written = { path, folder };
    command.setOptionValueWithSource("out", path, "cli");
    printElsewhere(path);
  }

  /** After a command that went well. */
  async send(): Promise<void> {
    if (!this.#written) return;
    for await (const piece of createReadStream(this.#written.path))
      if (!process.stdout.write(piece) && !(await isTaken(process.stdout))) return;
  }

  /** After any command. */
  async end(): Promise<void> {
    printElsewhere(undefined);
    await this.#written?.folder.remove();
  }
}

/** Whether what was written is taken; false where the reader has seen enough. */
function isTaken(stream: NodeJS.WriteStream): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isTaken: boolean) => () => {
      stream.off("drain", drained).off("error", gone);
      resolve(isTaken);
    };
    const [drained, gone] = [end(true), end(false)];
    stream.on("drain", drained).on("error", gone);
  });
}
