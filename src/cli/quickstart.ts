/** @file `anygiven quickstart`: simulate a survey, train on it, ask it three questions. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { Model } from "../density/model.ts";
import { simulateSurvey } from "../stars/simulate.ts";
import type { Table } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { number } from "./arguments.ts";
import { histogram } from "./histogram.ts";
import { abortOnInterrupt, note, print } from "./output.ts";
import { summaryLine } from "./sample.ts";
import { TrainingDisplay } from "./train.ts";

const TEMPERATURES = [3700, 4700, 5700];

/** A small table learns faster: two minutes are too short for all ten columns of the survey. */
const COLUMNS = ["teff", "logg", "m_h", "bprp", "g_fakemag"];
/** The published recipe with a wider head, larger batches and no dropout: better after two minutes. */
const SETTINGS = { batchSize: 256, headDim: 128, headLayers: 3, dropout: 0, schedule: "cosine" } as const;

export function quickstartCommand() {
  return new Command("quickstart")
    .description(
      "A first model in two minutes: simulated stars, and their surface gravity at three temperatures.",
    )
    .option("--out <folder>", "the folder for the model", "survey-model")
    .option("--minutes <x>", "how long to train, about", number, 2)
    .action(async ({ out, minutes }) => {
      const all = simulateSurvey();
      const survey = { ...all, columns: all.columns.filter(({ name }) => COLUMNS.includes(name)) };
      note(`Simulated a survey of ${all.rows} stars: ${all.columns.map(({ name }) => name).join(", ")}.`);
      note(`Of these, the quickstart uses ${COLUMNS.join(", ")}.`);
      const model = await modelIn(out, minutes, survey);
      if (!model) return;
      print("");
      for (const teff of TEMPERATURES) {
        const { logg } = await model.samples({ of: "logg", given: { teff }, size: 10_000 });
        print(`log g of a star of ${teff} K:`);
        print(histogram(logg!));
        print(`  ${summaryLine(logg!)}\n`);
      }
      await model.dispose();
      print(
        [
          "Dwarfs have log g near 4.5, giants near 2.5: where both occur, the answer has two peaks.",
          "",
          "Next:",
          ...nextSteps(out).map(([command, about]) => `  ${command.padEnd(76)} ${about}`),
        ].join("\n"),
      );
    });
}

const nextSteps = (out: string): [string, string][] => [
  [`npx anygiven sample ${out} --of logg --given teff=4700 --given m_h=-1`, "the same star, but metal-poor"],
  [`npx anygiven sample ${out} --of teff --given logg=2.4`, "and the other way round"],
  [`npx anygiven info ${out}`, "what the model knows"],
  ["npx anygiven train YOUR.csv --out yours", "train on your own table"],
];

/** The model of an earlier quickstart, or a new one; none if its training was interrupted. */
async function modelIn(out: string, minutes: number, survey: Table): Promise<Model | undefined> {
  if (existsSync(join(out, "weights.safetensors"))) {
    note(`${out} holds a model already: asking it. Remove the folder to train anew.`);
    return Model.load(out);
  }
  note(`Training for about ${minutes} minutes on two cores ...`);
  const show = new TrainingDisplay();
  const interrupt = abortOnInterrupt("Ending the training after the step in hand ...", () => show.stop());
  try {
    const run = await trainTable(survey, {
      out,
      epochs: Math.max(1, Math.round(minutes * EPOCHS_PER_MINUTE)),
      ...SETTINGS,
      signal: interrupt.signal,
      onStep: (progress) => show.step(progress),
      onEpoch: (metrics) => show.epoch(metrics),
    });
    if (run.why !== "interrupted") return new Model(run.model);
    print(`Interrupted; remove ${out} to begin anew.`);
    process.exitCode = 130;
    return undefined;
  } finally {
    show.stop();
    interrupt.stop();
  }
}

/** What two cores of a server do. */
const EPOCHS_PER_MINUTE = 100;
