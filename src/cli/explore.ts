/** @file `anygiven explore`: a site in which a model is asked by dragging. */

import { basename, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { sampledRows } from "../explorer/sampled-rows.ts";
import { type ShownModel, writeSite } from "../explorer/write-site.ts";
import { folderToAsk } from "../files/model-files.ts";
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
      .argument("[model]", "a model's folder (default: the model that comes with the package)", SHIPPED)
      .argument("[table...]", `whose rows stand behind the answers: ${TABLE_HELP}`)
      .requiredOption("--out <folder>", "where the site is written"),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { out, ...choice }) => {
      const shown = await shownModel(folder, sources, choice);
      const { files, bytes } = await writeSite(out, [shown]);
      if (!shown.rows)
        note("No table is named: the site has the model's densities alone, without rows behind them.");
      print(
        `${files} files (${(bytes / 1e6).toFixed(1)} MB) are in ${out}. Open them by any web server: npx serve ${out}`,
      );
    });
}

const SHIPPED = "survey";

async function shownModel(
  folder: string,
  named: readonly string[],
  choice: TableChoice,
): Promise<ShownModel> {
  const found = folderToAsk(folder);
  const model = await Model.load(folder, { onWarning: note });
  try {
    // The model of the package has its table there, too.
    const sources = named.length === 0 && folder === SHIPPED && found !== folder ? [SHIPPED] : named;
    const command = { model: folder, ...(sources.length === 1 && { table: sources[0] }) };
    const shown = { name: basename(resolve(found)), folder: found, command };
    if (sources.length === 0) return shown;
    const blocks = await blocksFor(model, sources, choice, undefined);
    try {
      const rows = await counted("rows", ({ onProgress }) =>
        sampledRows(model.config, blocks, { onProgress }),
      );
      return { ...shown, rows };
    } finally {
      await blocks.close();
    }
  } finally {
    await model.dispose();
  }
}

const HELP = `
Examples:
  anygiven explore --out site                    the simulated stars
  anygiven explore houses houses.csv --out site  a model of one's own, and its table
  npx serve site                                 any web server of static files will do

Of the table 4,000 rows drawn at random go into the site, the model as it is: whoever can open the site can read them.
anygiven serve shows its models in the same way, at /explore/.`;
