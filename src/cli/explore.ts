/** @file `anygiven explore`: a site in which a model is asked by dragging. */

import { basename, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { sampledRows } from "../explorer/sampled-rows.ts";
import { type ShownModel, writeSite } from "../explorer/write-site.ts";
import { folderToAsk, SHIPPED_MODELS } from "../files/model-files.ts";
import { packageFile } from "../files/package-files.ts";
import { Model } from "../model/model.ts";
import { TABLE_HELP, withReading } from "./options.ts";
import { counted, note, print } from "./output.ts";
import { blocksFor, type TableChoice } from "./tables.ts";

export function exploreCommand() {
  return withReading(
    new Command("explore")
      .description(
        "Write a site in which a model is asked by dragging: static files, for any web server, also offline.",
      )
      .argument("[model]", "a model's folder (default: the three models that come with the package)")
      .argument("[table...]", `whose rows stand behind the answers: ${TABLE_HELP}`)
      .requiredOption("--out <folder>", "where the site is written"),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { out, ...choice }) => {
      const shown: ShownModel[] = [];
      for (const each of folder === undefined ? SHIPPED_MODELS : [folder])
        shown.push(await shownModel(each, sources, choice));
      const { files, bytes } = await writeSite(out, shown);
      if (shown.some(({ rows }) => !rows))
        note("No table is named: the site has the model's densities alone, without rows behind them.");
      print(
        `${files} files (${(bytes / 1e6).toFixed(1)} MB) are in ${out}. Open them by any web server: npx serve ${out}`,
      );
    });
}

/** The models of the package have their tables there, too. @param isShipped whether the folder's model is one of these. */
function tablesOf(named: readonly string[], folder: string, isShipped: boolean): readonly string[] {
  if (named.length > 0 || !isShipped) return named;
  return [folder === "survey" ? folder : packageFile(`data/${folder}.csv`)];
}

async function shownModel(
  folder: string,
  named: readonly string[],
  choice: TableChoice,
): Promise<ShownModel> {
  const found = folderToAsk(folder);
  const model = await Model.load(folder, { onWarning: note });
  try {
    const sources = tablesOf(named, folder, found !== folder);
    const command = { model: folder, ...(named.length === 1 && { table: named[0] }) };
    const shown = { name: basename(resolve(found)), folder: found, command };
    if (sources.length === 0) return shown;
    const blocks = await blocksFor(model, sources, choice, undefined);
    try {
      const source = named.length === 0 && folder !== "survey" ? folder : blocks.source;
      const rows = await counted("rows", ({ onProgress }) =>
        sampledRows(model.config, blocks, { onProgress }),
      );
      return { ...shown, rows: { ...rows, source } };
    } finally {
      await blocks.close();
    }
  } finally {
    await model.dispose();
  }
}

const HELP = `
Examples:
  anygiven explore --out site                    simulated stars, penguins, two moons
  anygiven explore houses houses.csv --out site  a model of one's own, and its table
  npx serve site                                 any web server of static files will do

Of the table 4,000 rows drawn at random go into the site, the model as it is: whoever can open the site can read them.
anygiven serve shows its models in the same way, at /explore/.`;
