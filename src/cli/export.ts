/** @file `anygiven export`: a model as one ONNX file, for Python and for any ONNX runtime. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { exportOnnx } from "../export/export-onnx.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { folderToAsk } from "../files/model-files.ts";
import { Model } from "../model/model.ts";
import { readTrainedModel } from "../model/trained-model.ts";
import { names, shares } from "./arguments.ts";
import { modelOptions } from "./options.ts";
import { answer } from "./output.ts";
import { verifying } from "./verified.ts";

export function exportCommand() {
  return new Command("export")
    .description("Write a model as one ONNX file, for the Python package anygiven and any ONNX runtime.")
    .argument("<model>", "a model's folder")
    .requiredOption("--out <file>", "the file to write: model.onnx; with --weights the folder of the model")
    .addOption(
      new Option("--weights <bits>", "instead, write the model anew with weights of so many bits").choices([
        "16",
        "32",
      ]),
    )
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
    .action(async (folder, { out, of, quantiles, weights, json }) => {
      if (weights !== undefined) return await rewritten(folder, out, weights === "16" ? 16 : 32, json);
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

/** Writes the model anew; says by how much its answers move. */
async function rewritten(
  folder: string,
  out: string,
  weights: 16 | 32,
  json: boolean | undefined,
): Promise<void> {
  if (existsSync(join(out, "config.json")))
    throw new InputError(`${out} holds a model already: choose another folder.`, { option: "out" });
  const model = await Model.load(folder, verifying());
  const shift = await model.save(out, { weights });
  await model.dispose();
  const bytes = statSync(join(out, "weights.safetensors")).size;
  const moved =
    weights === 16
      ? `, and answers about made-up rows move by ${shift.toPrecision(2)} of a column's quartile distance at most`
      : "";
  answer(json, { out, bytes, shift }, `${out}: its weights have ${Math.round(bytes / 1000)} kB${moved}.`);
}

const HELP = `
Raw cells go in (double, in data units, NaN where a cell is not given; a category is its index in the list; a second input
has measurement errors, where the model has such), mixtures of normals and probabilities of classes come out. Columns, units,
categories, scales, point masses, bounds and recalibration are in the file's metadata, as JSON under "anygiven".

Examples:
  anygiven export houses --out houses.onnx
  anygiven export survey --out logg.onnx --of logg --quantiles 0.05,0.5,0.95
  anygiven export houses --weights 16 --out small-houses     0.6 of the size, for a page

In Python (docs/python.md): anygiven.load("houses.onnx").density(table, of="HouseValue").quantile(0.9)`;
