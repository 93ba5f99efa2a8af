/** @file `anygiven export`: a model as one ONNX file, for Python and for any ONNX runtime. */
import { Command } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { exportOnnx } from "../export/export-onnx.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { folderToAsk } from "../files/model-files.ts";
import { readTrainedModel } from "../model/trained-model.ts";
import { names, shares } from "./arguments.ts";
import { modelOptions } from "./options.ts";
import { answer } from "./output.ts";
import { verifying } from "./verified.ts";

export function exportCommand() {
  return new Command("export")
    .description("Write a model as one ONNX file, for the Python package anygiven and any ONNX runtime.")
    .argument("<model>", "a model's folder")
    .requiredOption("--out <file>", "the file to write: model.onnx")
    .option(
      "--of <columns>",
      "the columns that it answers for (default: any, by an input of the file)",
      names,
    )
    .option(
      "--quantiles <shares>",
      "also work these out in the file, of the columns of --of: 0.05,0.5,0.95",
      shares,
    )
    .addOption(modelOptions.json())
    .addHelpText("after", HELP)
    .action(async (folder, { out, of, quantiles, json }) => {
      const model = await readTrainedModel(folderToAsk(folder), verifying());
      const bytes = exportOnnx(model, defined({ of, quantiles }));
      await writeFileAtomic(out, bytes);
      const columns = of ?? model.config.columns.filter(({ output }) => output).map(({ name }) => name);
      answer(
        json,
        { out, bytes: bytes.length, of: columns },
        `${out}: ${Math.round(bytes.length / 1000)} kB, answers for ${columns.join(", ")}.`,
      );
    });
}

const HELP = `
Raw cells go in (double, in data units, NaN where a cell is not given; a category is its index in the list; a second input
has measurement errors, where the model has such), mixtures of normals and probabilities of classes come out. Columns, units,
categories, scales, point masses, bounds and recalibration are in the file's metadata, as JSON under "anygiven".

Examples:
  anygiven export houses --out houses.onnx
  anygiven export survey --out logg.onnx --of logg --quantiles 0.05,0.5,0.95

In Python (docs/python.md): anygiven.load("houses.onnx").density(table, of="HouseValue").quantile(0.9)`;
