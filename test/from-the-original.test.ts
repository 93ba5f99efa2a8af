/** @file docs/from-the-original.md maps the published code's names to ours: every one of ours exists and does that. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { trainCommand } from "../src/cli/train.ts";
import * as diffusion from "../src/diffusion/index.ts";
import { publishedConfigFixture, smallPublishedConfig } from "../src/import/pytorch/torch-fixture.ts";
import * as library from "../src/index.ts";
import { settingsOf } from "../src/training/presets.ts";
import type { TrainingSettings } from "../src/training/training-settings.ts";
import { temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "./reference.ts";

const entries = { ...library, ...diffusion };
const page = readFileSync(fileURLToPath(new URL("../docs/from-the-original.md", import.meta.url)), "utf8");

/** The options of the published training.py. */
const PUBLISHED_OPTIONS =
  "--device --mixed_precision --compile_model --embedding_dim --encoder_dense_num --encoder_dropout_rate " +
  "--encoder_n_layers --diffusion_dense_num --diffusion_n_layers --diffusion_num_steps --save_model_to_folder " +
  "--learning_rate --learning_rate_min --batch_size --epochs --cosine_annealing_t0 --checkpoint_every_n_epochs";

/** The rows of the table that begins with this head, as cells. */
function rowsOf(head: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  expect(start, `the table of "${head}"`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What is set as code in a cell. */
const codeIn = (cell: string) => [...cell.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);

const optionRows = [...rowsOf("training.py"), ...rowsOf("argument")];
const options = trainCommand().options;
/** Our options in the tables, with what they are called in a program, and the value the table gives. */
const mapped = optionRows.flatMap(([published, , ours, value]) => {
  const [name] = codeIn(ours);
  if (!name?.startsWith("--")) return [];
  const option = options.find(({ long }) => long === name);
  return [{ published, name, key: option?.attributeName(), value: value }];
});

/** A value for each setting in the tables, none of them a preset's, for a network that trains in no time. */
const OTHERS: Readonly<Record<string, readonly [text: string, value: unknown]>> = {
  "--embedding-dim": ["12", 12],
  "--heads": ["3", 3],
  "--ffn-dim": ["10", 10],
  "--dropout": ["0.05", 0.05],
  "--encoder-layers": ["3", 3],
  "--head-dim": ["9", 9],
  "--head-layers": ["3", 3],
  "--steps": ["7", 7],
  "--learning-rate": ["0.002", 0.002],
  "--learning-rate-min": ["0.0001", 0.0001],
  "--batch-size": ["40", 40],
  "--epochs": ["2", 2],
  "--restart-epochs": ["5", 5],
  "--checkpoint-every": ["1", 1],
  "--context-range": ["1,2", [1, 2]],
  "--validation": ["0.2", 0.2],
  "--schedule": ["constant", "constant"],
  "--noise-schedule": ["quad", "quad"],
  "--beta-start": ["0.001", 0.001],
  "--beta-end": ["0.2", 0.2],
};

const folder = temporaryFolder("from-the-original");
const out = join(folder, "model");
let config: { training: Record<string, unknown>; network: Record<string, unknown> };

beforeAll(async () => {
  const table = writeExampleTable(join(folder, "table.csv"), 300);
  const given = Object.entries(OTHERS).flatMap(([name, [text]]) => [name, text]);
  const { code, stderr } = await anygivenHere(
    "train",
    table,
    "--preset",
    "paper",
    "--out",
    out,
    "--workers",
    "1",
    ...given,
  );
  expect(code, stderr).toBe(0);
  config = JSON.parse(readFileSync(join(out, "config.json"), "utf8"));
});

describe("the options", () => {
  test("of training.py are all in the table", () => {
    const inTable = rowsOf("training.py").map(([published]) => codeIn(published)[0]);
    expect(inTable).toEqual(PUBLISHED_OPTIONS.split(" "));
  });

  test.skipIf(!isShared("reference/ALGORITHM.md"))(
    `are those that the reference lists ${NEEDS_SHARED}`,
    () => {
      const facts = readFileSync(sharedPath("reference/ALGORITHM.md"), "utf8");
      const listed = /Command line of its training script, with defaults: ([\s\S]*?);/.exec(facts)![1];
      const named = listed.match(/--\w+/g)!;
      expect([...named].sort()).toEqual(PUBLISHED_OPTIONS.split(" ").sort());
      for (const [published, theirs] of rowsOf("training.py")) {
        const value = new RegExp(`${codeIn(published)[0]} ([\\d.e-]+\\d)`).exec(listed)?.[1];
        if (value !== undefined) expect(Number(theirs), published).toBe(Number(value));
      }
    },
  );

  test("of ours are there", () => {
    expect(mapped.length).toBeGreaterThan(20);
    for (const { published, name, key } of mapped) expect(key, `${name} for ${published}`).toBeDefined();
    expect(codeIn(page)).toContain("--seed");
    const elsewhere = codeIn(page).filter((code) => /^--[a-z]+(-[a-z]+)*$/.test(code));
    const published = PUBLISHED_OPTIONS.split(" ");
    for (const name of elsewhere.filter((each) => !published.includes(each))) {
      const known = options.some(({ long }) => long === name);
      expect(known, name).toBe(true);
    }
  });

  test("have the values in the preset paper-stellar that the table gives", () => {
    const settings = settingsOf("paper-stellar", {});
    const valued = mapped.filter(({ value }) => value !== "");
    expect(valued.length).toBeGreaterThan(15);
    for (const { name, key, value } of valued) {
      const ours = settings[key as keyof TrainingSettings];
      expect(typeof ours === "number" ? Number(value) : value, name).toBe(
        typeof ours === "number" ? ours : String(ours),
      );
    }
  });

  test("reach the training they are given to", () => {
    for (const { name, key } of mapped.filter(({ value }) => value !== "")) {
      expect(OTHERS, `a value for ${name}`).toHaveProperty(name);
      expect(config.training[key!], name).toEqual(OTHERS[name][1]);
    }
    expect(config.network).toMatchObject({
      embeddingDim: 12,
      heads: 3,
      ffnDim: 10,
      encoderLayers: 3,
      dropout: 0.05,
      head: { width: 9, layers: 3, steps: 7, schedule: "quad", betaStart: 0.001, betaEnd: 0.2 },
    });
  });
});

test("the methods are there", async () => {
  const named = codeIn(page).flatMap((code) => /^Model\.(\w+)$/.exec(code)?.[1] ?? []);
  expect(new Set(named).size).toBeGreaterThan(8);
  const model = await library.load(out);
  for (const name of named) expect(name in model, `Model.${name}`).toBe(true);
  for (const [published, ours] of rowsOf("original")) {
    const functions = codeIn(ours).filter((code) => /^\w+$/.test(code));
    for (const name of functions) expect(entries, `${name} for ${published}`).toHaveProperty(name);
  }
  const commands = new Set([...page.matchAll(/anygiven ([a-z]+)/g)].map(([, name]) => name));
  for (const command of commands) expect((await anygivenHere(command, "--help")).code, command).toBe(0);
});

test("the answers are laid out as the page says", async () => {
  const model = await library.load(out);
  const table = await library.readTable(join(folder, "table.csv"), { columns: ["width"] });
  const question = { of: ["height", "weight"], given: ["width"], method: "ancestral", size: 5 } as const;
  const { columns } = await model.predict(table, question);
  expect(columns.map(({ name }) => name)).toEqual(["height", "height_sd", "weight", "weight_sd"]);
  for await (const { rows, samples } of model.sample(table, question)) {
    // Row by row: the median of a row's samples is what predict answers for it.
    const ofLast = samples.height.slice(5 * (rows - 1), 5 * rows).sort();
    expect(columns[0].values[rows - 1]).toBe(ofLast[2]);
  }
  const {
    samples: { weight },
  } = await model.sample({ of: "weight", given: { width: 1 } });
  expect(weight).toHaveLength(1000);
});

describe("a training", () => {
  const table = page.slice(page.indexOf("## Files"));
  test("writes the files", () => {
    const rows = table.slice(0, table.indexOf("\n\n| training_metrics.csv")).split("\n");
    const files = rows.flatMap((line) => codeIn(line.split("|")[2] ?? ""));
    expect(files).toContain("checkpoints/epoch-K.safetensors");
    for (const file of files) expect(existsSync(join(out, file.replace("-K.", "-000002."))), file).toBe(true);
    const top = new Set(files.map((file) => file.split("/")[0]));
    expect(readdirSync(out).sort()).toEqual([...top].sort());
  });

  test("writes the columns of the metrics, and what they hold of each epoch to the log as well", () => {
    const [header, ...lines] = readFileSync(join(out, "metrics.csv"), "utf8").trimEnd().split("\n");
    const ours = rowsOf("training_metrics.csv").flatMap(([, cell]) => codeIn(cell));
    expect(
      rowsOf("training_metrics.csv")
        .map(([cell]) => codeIn(cell)[0])
        .join(),
    ).toBe("time,loss,mse_loss,val_loss,val_mse_loss,lr");
    const names = header.split(",");
    expect(names.sort()).toEqual([...new Set([...ours, "epoch", "step", "rows_per_second"])].sort());
    expect(lines).toHaveLength(2);
    const log = readFileSync(join(out, "training.log"), "utf8");
    expect(log).toMatch(
      /epoch 1\/2: loss \d\.\d+, validation \d\.\d+, learning rate 0\.0020000, \d+\.\d s so far, \d+ rows\/s\n/,
    );
    expect(log).toMatch(/epoch 2\/2: loss/);
  });

  test("tells the system it ran on", () => {
    const system = JSON.parse(readFileSync(join(out, "system.json"), "utf8"));
    const keys = "anygiven node onnxruntime platform processor cores memoryGiB gpus device workers";
    expect(Object.keys(system)).toEqual(keys.split(" "));
  });

  test("writes what the published config.json tells", () => {
    const published = Object.entries(publishedConfigFixture(smallPublishedConfig)).flatMap(
      ([section, keys]) => Object.keys(keys).map((key) => `${section}.${key}`),
    );
    const rows = rowsOf("key of config.json");
    expect(rows.map(([key]) => codeIn(key)[0])).toEqual(published);
    for (const [, cell] of rows) {
      for (const path of codeIn(cell)) expect(config, path).toHaveProperty(path.replaceAll("[]", "[0]"));
    }
  });
});
