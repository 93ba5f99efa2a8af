/**
 * @file Photometric redshifts: a model is trained on RAIL's DC2 training galaxies and asked for 99 quantiles of the redshift of the
 * 20,449 validation galaxies, each given its magnitudes and their errors; the scorer beside the data judges, and RAIL's own
 * estimators (run with their defaults) stand beside it. The model answers every question, or with `--specialist` this one only.
 *
 *     npx tsx bench/densities/photoz.ts --seconds 300 --python PYTHON
 *     npx tsx bench/densities/photoz.ts --seconds 300 --python PYTHON --specialist --limits-left-out
 *
 * "Not detected" is told as fainter than RAIL's limit, or with `--limits-left-out` as a missing cell. Magnitudes have
 * their errors, or with `--errors-as-columns` these are columns as others. PYTHON needs numpy, pandas and scikit-learn.
 */
import "../../src/runtime/node/install.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeTable } from "../../src/table/files/write.ts";
import type { Table } from "../../src/table/table.ts";
import type { TrainOptions } from "../../src/training/options.ts";
import { galaxies, photozPeers } from "./data/photoz.ts";
import { sharedData } from "./data/shared-data.ts";
import { printTable } from "./report.ts";
import { judge } from "./scorer.ts";
import { processorSeconds, trainedFor } from "./trained-model.ts";

const { values: options } = parseArgs({
  options: {
    /** Of processor time, all threads together. */
    seconds: { type: "string", default: "300" },
    "until-done": { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    python: { type: "string", default: "python3" },
    specialist: { type: "boolean", default: false },
    "limits-left-out": { type: "boolean", default: false },
    "errors-as-columns": { type: "boolean", default: false },
    /** Other settings of training, as JSON. */
    settings: { type: "string", default: "{}" },
  },
});

const TARGET = "redshift";
const LEVELS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** What the scorer says that the table shows. Without "mode" those of the median. */
const METRICS = [
  "cde_loss",
  "pit_ks",
  "pit_outside",
  "sigma_iqr",
  "mode_sigma_iqr",
  "outliers",
  "mode_outliers",
  "bias",
  "crps",
  "log_score",
] as const;
type Scores = Readonly<Record<string, number>>;

/** Columns redshift_q01 .. redshift_q99 of the galaxies asked about. */
async function quantiles(training: Table, asked: Table): Promise<readonly Table["columns"][number][]> {
  const seconds = options["until-done"] ? undefined : Number(options.seconds);
  const { model, steps, used } = await trainedFor(seconds, training, {
    seed: Number(options.seed),
    ...(options.specialist && { outputs: [TARGET] }),
    ...(JSON.parse(options.settings) as TrainOptions),
  } as TrainOptions);
  process.stderr.write(`${steps} steps, ${used.toFixed(0)} seconds of processor time\n`);
  const began = process.cpuUsage();
  const answers = await model.predict(asked, { of: [TARGET], quantiles: LEVELS });
  await model.dispose();
  process.stderr.write(`${asked.rows} galaxies asked in ${processorSeconds(began).toFixed(1)} s\n`);
  return answers.columns.filter(({ name }) => name.startsWith(`${TARGET}_q`));
}

async function scores(): Promise<Scores | undefined> {
  const scorer = judge(options.python, "photoz_score.py");
  const truth = sharedData("photoz", "truth_validation.csv.gz");
  const reading = { limits: !options["limits-left-out"], errors: !options["errors-as-columns"] };
  const training = await galaxies("training", reading);
  const asked = await galaxies("validation", reading);
  if (!scorer || truth === undefined || !training || !asked) return undefined;
  const columns = await quantiles(training, asked);
  const folder = mkdtempSync(join(tmpdir(), "anygiven-photoz-"));
  try {
    const path = join(folder, "quantiles.csv");
    await writeTable({ columns }, path);
    return JSON.parse(scorer(path, truth, "--column", TARGET, "--json")) as Scores;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const own = await scores();
if (own) {
  const name = [
    options.specialist ? "anygiven, for redshift only" : "anygiven, for every question",
    options["limits-left-out"] ? "99 missing" : "99 as a limit",
    ...(options["errors-as-columns"] ? ["errors as columns"] : []),
  ].join(", ");
  const shown = (of: Scores) => METRICS.map((metric) => of[metric].toFixed(metric === "cde_loss" ? 3 : 4));
  const peers = Array.from(await photozPeers(), ([method, of]) => [method, ...shown(of)]);
  printTable(["", ...METRICS], [[name, ...shown(own)], ...peers]);
}
