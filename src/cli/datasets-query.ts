/** @file `anygiven datasets query`: a question in ADQL to a service of the Virtual Observatory, its answer as a table. */
import { basename, join } from "node:path";
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { askAtOnce, awaitJob, beginJob, removeJob, TAP_SERVICES } from "../datasets/tap.ts";
import { copyTable } from "../table/files/passed-table.ts";
import { openTemporaryFolder } from "../table/files/source.ts";
import { texts, whole } from "./arguments.ts";
import { interruptible, note, print } from "./output.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { refuseUnwritable } from "./tables.ts";

export function queryCommand() {
  return new Command("query")
    .description("Ask a service of the Virtual Observatory (TAP) in ADQL, and write its answer as a table.")
    .addOption(
      new Option(
        "--tap <url>",
        `the service: its address (https://.../tap), or ${Object.keys(TAP_SERVICES).join(", ")}`,
      ).makeOptionMandatory(),
    )
    .option("--adql <query>", 'the question: "SELECT TOP 5 source_id, ra, dec FROM gaiadr3.gaia_source"')
    .option("--job <url>", "instead of a question: wait for a job that was begun before")
    .option(
      "--upload <table>",
      "a table that goes with it, NAME=FILE (or FILE): tap_upload.NAME in the question (repeat for more)",
      uploads,
    )
    .option("--upload-columns <names>", "only these columns of the tables that go with it", texts)
    .option("--async", "as a job: for long questions and large answers; Ctrl-C ends the job, too")
    .option(
      "--max-rows <n>",
      "how many rows at most (MAXREC), where the service's own limit is another",
      whole,
    )
    .addOption(tableOut("write the answer").makeOptionMandatory())
    .addOption(outFormat())
    .addHelpText("after", HELP)
    .action(async ({ tap, adql, job, upload = {}, uploadColumns, async: isJob, maxRows, out }) => {
      await refuseUnwritable(out);
      const service = serviceOf(tap);
      if ((adql === undefined) === (job === undefined))
        throw new InputError("Ask a question with --adql, or name a job with --job that was begun before.");
      const folder = await openTemporaryFolder();
      try {
        const files: Record<string, string> = {};
        for (const [name, file] of Object.entries(upload)) {
          files[name] = join(folder.path, `${name}.vot`);
          const { notes } = await copyTable(file, files[name], { columns: uploadColumns });
          for (const each of notes) note(each);
        }
        const answer = join(folder.path, "answer.vot");
        const question = { service, adql: adql ?? "", uploads: files, maxRows };
        const notice = "Ending; nothing is written ...";
        await interruptible(notice, { stop: () => {} }, async (signal) => {
          if (adql !== undefined && !isJob) return await askAtOnce(question, answer, { signal });
          const begun = job ?? (await beginJob(question, { signal }));
          await answeredJob(begun, answer, signal);
        });
        const { columns, notes } = await namedAnswer(answer, service, () => copyTable(answer, out));
        for (const each of notes) note(each.replace(answer, service));
        print(`The answer is in ${out}: ${columns.join(", ")}.`);
      } finally {
        await folder.remove();
      }
    });
}

/** A job is taken away when its answer is here, or the user ends it; of another failure it can be asked for again. */
async function answeredJob(job: string, answer: string, signal: AbortSignal): Promise<void> {
  note(`The job is ${job} (--job goes on waiting for it).`);
  try {
    await awaitJob(job, answer, { signal, onPhase: (phase) => note(`${phase.toLowerCase()} ...`) });
  } catch (error) {
    if (signal.aborted) await removeJob(job);
    throw error;
  }
  await removeJob(job);
}

/** Runs work on the answer's file, which the user knows as the service's. */
async function namedAnswer<Made>(answer: string, service: string, work: () => Promise<Made>): Promise<Made> {
  return await work().catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replaceAll(answer, service), { cause: error });
  });
}

function serviceOf(tap: string): string {
  const url = Object.hasOwn(TAP_SERVICES, tap) ? TAP_SERVICES[tap] : tap;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new InputError(
      `"${tap}" is no service: give its address, such as ${TAP_SERVICES.gaia}, or a name: ${Object.keys(TAP_SERVICES).join(", ")}.`,
    );
  return url.replace(/\/+(sync|async)?\/*$/, "");
}

function uploads(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, said, file] = /^(?:([A-Za-z]\w*)=)?(.+)$/s.exec(text) ?? [];
  const name =
    said ??
    basename(file ?? "")
      .replace(/\..*$/s, "")
      .replace(/\W/g, "_");
  if (file === undefined || !/^[A-Za-z]\w*$/.test(name))
    throw new InvalidArgumentError(`"${text}" is not NAME=FILE, such as ids=stars.fits.`);
  return { ...before, [name]: file };
}

const HELP = `
Examples:
  anygiven datasets query --tap gaia --adql "SELECT TOP 1000 * FROM gaiadr3.gaia_source WHERE parallax > 10" --out near.parquet
  anygiven datasets query --tap gaia --async --upload ids=allStar.parquet --upload-columns GAIAEDR3_SOURCE_ID \\
    --adql "SELECT g.* FROM gaiadr3.gaia_source AS g JOIN tap_upload.ids AS t ON t.GAIAEDR3_SOURCE_ID = g.source_id" --out gaia.fits

Names and ids are passed on as they come, units too. That the service cut the answer at its limit of rows is told.`;
