/**
 * @file The published checkpoint's two answers: how far its probability flow is from its ancestral sampler, which
 * takes 100 large steps with fresh noise in each. `npx tsx bench/densities/published-flow.ts --samples 100000`
 */
import "../../src/runtime/node/install.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ksDistance, ksOfPerfectModel } from "../../src/evaluation/calibration.ts";
import { fromPublished } from "../../src/import/from-published.ts";
import { readPublishedModel } from "../../src/import/pytorch/published-model.ts";
import { Model } from "../../src/model/model.ts";
import { sharedData } from "./data/shared-data.ts";
import { printTable } from "./report.ts";

interface Case {
  readonly given: Readonly<Record<string, number>>;
  readonly request: string;
}

const { values: options } = parseArgs({
  options: { samples: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const [size, seed] = [Number(options.samples), Number(options.seed)];
const folder = sharedData("..", "reference", "california");
if (folder !== undefined) {
  const { cases } = JSON.parse(readFileSync(join(folder, "predictions.json"), "utf8")) as { cases: Case[] };
  const model = new Model(fromPublished(await readPublishedModel(folder)));
  const lines: string[][] = [];
  for (const { given, request } of cases) {
    const flow = await model.density({ of: request, given });
    if (flow.kind !== "number") throw new Error(`${request} is not a number`);
    const { samples } = await model.sample({ of: request, given, size, seed, method: "ancestral" });
    const drawn = samples[request];
    const told = Object.entries(given).map(([name, value]) => `${name}=${value}`);
    const scale = model.config.columns.find(({ name }) => name === request)!.encoding.scale;
    const sorted = drawn.toSorted();
    const away = (p: number) => (flow.quantile(p) - sorted[Math.floor(p * size)]) / scale;
    lines.push([
      `${request} given ${told.join(", ") || "nothing"}`,
      ksDistance(drawn.map((x) => flow.cdf(x))).toFixed(4),
      ...[0.05, 0.5, 0.95].map((p) => away(p).toFixed(3)),
    ]);
  }
  const perfect = ksOfPerfectModel(size).toFixed(4);
  printTable(
    ["question", `KS distance (noise: ${perfect})`, "difference at 5 %", "at 50 %", "at 95 %"],
    lines,
  );
  await model.dispose();
}
