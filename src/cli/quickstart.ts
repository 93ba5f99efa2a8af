/** @file `anygiven quickstart`: trains on the survey that comes with the package, and asks it three questions. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { encodingOfColumn, unitBehind } from "../columns/encoding.ts";
import { readSurvey } from "../datasets/survey.ts";
import { Model } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { number } from "./arguments.ts";
import { densityText } from "./density-report.ts";
import { note, print } from "./output.ts";
import { trainWithDisplay } from "./training-display.ts";

const TEMPERATURES = [3700, 4700, 5700];

export function quickstartCommand() {
  return new Command("quickstart")
    .description(
      "A first model in two minutes: simulated stars, and their surface gravity at three temperatures.",
    )
    .option("--out <folder>", "the folder for the model", "survey-model")
    .option("--minutes <x>", "how long to train", number, 2)
    .addHelpText(
      "after",
      "\nExamples:\n  anygiven quickstart\n  anygiven quickstart --minutes 10 --out stars",
    )
    .action(async ({ out, minutes }) => {
      if (!(minutes > 0)) throw new InputError(`--minutes is ${minutes}; it must be above 0.`);
      const survey = await readSurvey();
      note(
        `A simulated survey of ${survey.rows} stars: ${survey.columns.map(({ name }) => name).join(", ")}.`,
      );
      const model = await modelIn(out, minutes, survey);
      if (!model) return;
      print("");
      for (const teff of TEMPERATURES) {
        const logg = await model.density({ of: "logg", given: { teff } });
        print(`log g of a star of ${teff} K:`);
        print(
          `${densityText(logg, encodingOfColumn(model.config, "logg"), unitBehind(model.config, "logg"))}\n`,
        );
      }
      await model.dispose();
      print(
        [
          "Dwarfs have log g near 4.5, giants near 2.5: where both occur, the answer has two peaks.",
          "",
          "Next:",
          ...nextSteps(out).map(([command, about]) => `  ${command.padEnd(84)} ${about}`),
        ].join("\n"),
      );
    });
}

const nextSteps = (out: string): [string, string][] => [
  [`npx anygiven density ${out} --of logg --given teff=4700 --given m_h=-1`, "the same star, but metal-poor"],
  [`npx anygiven density ${out} --of teff --given logg=2.4`, "and the other way round"],
  [`npx anygiven advise ${out} --of logg --given teff=4700`, "what to measure next"],
  [`npx anygiven evaluate ${out} survey --held-out`, "how good the model is"],
  ["npx anygiven train YOUR.csv --out yours", "train on your own table"],
];

/** The model of an earlier quickstart, or a new one; none if its training was interrupted. */
async function modelIn(out: string, minutes: number, survey: Table): Promise<Model | undefined> {
  if (existsSync(join(out, "weights.safetensors"))) {
    note(`${out} holds a model already: asking it. Remove the folder to train anew.`);
    return Model.load(out);
  }
  note(`Training for ${minutes} minutes ...`);
  const length = { out, seconds: Math.ceil(minutes * 60) };
  const run = await trainWithDisplay(survey, length, "Ending the training after the step in hand ...");
  if (run.why !== "interrupted") return new Model(run.model);
  print(`Interrupted; remove ${out} to begin anew.`);
  return undefined;
}
