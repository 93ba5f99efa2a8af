/** @file Mistakes in what is given: each ends the command with code 2 and one sentence that tells how to mend it. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  opcodes,
  smallPublishedConfig,
  torchArchive,
  writePublishedFolder,
} from "../src/import/pytorch/torch-fixture.ts";
import {
  anygiven,
  type Outcome,
  startAnygiven,
  TINY,
  temporaryFolder,
  withoutManifest,
  writeExampleTable,
} from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("bad-input");
const at = (name: string) => join(folder, name);
const table = writeExampleTable(at("table.csv"), 300);
const model = at("model");

beforeAll(async () => {
  const { code, stderr } = await anygivenHere(
    "train",
    table,
    "--preset",
    "paper",
    "--out",
    model,
    ...TINY,
    "--checkpoint-every",
    "1",
  );
  expect(code, stderr).toBe(0);
});

/** What is not a complaint: the table's size and columns, and the epochs trained until then. */
const PROGRESS =
  /: \d+ rows, \d+ columns$|^column +kind|^\w+ +(number|integer|category|boolean|date) |^epoch \d+ /;

/** Code 2, nothing on standard output, and one line of complaint, which holds each of `parts`. */
function expectComplaint({ code, stdout, stderr }: Outcome, ...parts: (string | RegExp)[]): void {
  const lines = stderr.split("\n").filter((line) => line !== "" && !PROGRESS.test(line));
  expect(lines, stderr).toHaveLength(1);
  expect(lines[0]).toMatch(/^anygiven: .+[.)]$/);
  for (const part of parts) expect(lines[0]).toMatch(part);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}

/** The example table with some cells replaced; `width` of its first row is cell (1, 0). */
function changedTable(name: string, change: (cells: string[], line: number) => string[]): string {
  const lines = readFileSync(table, "utf8").trimEnd().split("\n");
  const changed = lines.map((line, i) => change(line.split(","), i).join(","));
  writeFileSync(at(name), `${changed.join("\n")}\n`);
  return at(name);
}

const train = (source: string, ...options: string[]) =>
  anygivenHere("train", source, "--out", at("never-made"), ...TINY, ...options);

/** A copy of the trained model, to be damaged. */
function copyOfModel(name: string): string {
  cpSync(model, at(name), { recursive: true });
  return withoutManifest(at(name));
}

describe("an unknown column is named, with what may have been meant, by", () => {
  const meant = 'has no column "heigth"; did you mean "height"?';
  test.each([
    ["train --columns", ["train", table, "--out", at("never-made"), "--columns", "width,heigth"]],
    ["train --outputs", ["train", table, "--out", at("never-made"), "--outputs", "heigth"]],
    ["sample --of", ["sample", model, "--of", "heigth"]],
    ["sample --given", ["sample", model, "--of", "width", "--given", "heigth=1"]],
    ["predict --of", ["predict", model, table, "--of", "heigth", "--out", at("never-made.csv")]],
    [
      "predict --given",
      ["predict", model, table, "--of", "width", "--given", "heigth", "--out", at("never-made.csv")],
    ],
  ])("%s", async (_, args) => {
    expectComplaint(await anygivenHere(...args), meant, "columns are: width, height, weight");
    expect(existsSync(at("never-made"))).toBe(false);
    expect(existsSync(at("never-made.csv"))).toBe(false);
  });

  test("predict, for a table without any column of the model", async () => {
    writeFileSync(at("others.csv"), "a,b\n1,2\n");
    const outcome = await anygivenHere(
      "predict",
      model,
      at("others.csv"),
      "--of",
      "width",
      "--out",
      at("x.csv"),
    );
    expectComplaint(outcome, /none of the columns .*height, weight.*rename/);
  });
});

describe("a table that can't be used:", () => {
  test("text in a column of numbers is told with file, row, line and column", async () => {
    const path = changedTable("text.csv", ([a, b, c], i) => [a, i === 4 ? "tall" : b, c]);
    const where = /text\.csv, row 4 \(line 5\), column "height": "tall" is not a number; correct/;
    expectComplaint(await train(path, "--outputs", "height"), where);
    const predicted = await anygivenHere(
      "predict",
      model,
      path,
      "--of",
      "width",
      "--out",
      at("never-made.csv"),
    );
    expectComplaint(predicted, where);
  });

  test("so is a word in a column of dates", async () => {
    const day = (i: number) => (i === 4 ? "soon" : `2020-01-${10 + (i % 20)}`);
    const path = changedTable("dates.csv", ([a, b, c], i) => [a, i === 0 ? b : day(i), c]);
    expectComplaint(await train(path), /dates\.csv, row 4 \(line 5\), column "height": "soon" is not a date/);
  });

  test("identifiers are told from categories, and the preset of the paper learns neither", async () => {
    const long = Array.from({ length: 1001 }, (_, i) => `star ${i},${i}`).join("\n");
    writeFileSync(at("identifiers.csv"), `name,mass\n${long}\n`);
    expectComplaint(
      await train(at("identifiers.csv"), "--preset", "paper"),
      /Column "name" of .*identifiers\.csv holds more than 1,000 different texts \(such as "star 0"\).*leave it out/,
    );
    const path = changedTable("kinds.csv", ([a, b, c], i) => [a, i === 0 ? b : i % 2 ? "odd" : "even", c]);
    expectComplaint(
      await train(path, "--preset", "paper"),
      /Column "height" of .*kinds\.csv.*leave the column out/,
    );
  });

  test("the simulator of the survey, which is not in the package", async () => {
    expectComplaint(
      await anygivenHere("simulate", "--out", "x.csv"),
      /npm run simulate -- --out .*in a clone/,
    );
  });

  test("--categories that does not fit", async () => {
    expectComplaint(
      await train(table, "--categories", "heigth"),
      'has no column "heigth"; did you mean "height"?',
    );
    expectComplaint(
      await train("survey", "--categories", "teff"),
      /Column "teff" of .*survey\.parquet holds more than 10,000 different categories/,
    );
  });

  test("a row with a cell too many is told with its line", async () => {
    const path = changedTable("ragged.csv", (cells, i) => (i === 6 ? [...cells, "3"] : cells));
    expectComplaint(
      await train(path),
      /ragged\.csv, line 7 \(row 6\) has 4 cells, but the header has 3; correct/,
    );
  });

  test("an empty file, and one with column names only", async () => {
    writeFileSync(at("empty.csv"), "");
    expectComplaint(await train(at("empty.csv")), /empty\.csv is empty/);
    writeFileSync(at("header.csv"), "width,height\n");
    expectComplaint(await train(at("header.csv")), /header\.csv has column names but no rows/);
  });

  test("a column without a value, with the preset of the paper", async () => {
    const path = changedTable("missing.csv", ([a, b, c], i) => [a, i === 0 ? b : "", c]);
    expectComplaint(
      await train(path, "--preset", "paper"),
      /Column "height" has no value in any row of .*missing\.csv; leave it out/,
    );
  });

  test("a column with one value that the model shall answer for", async () => {
    const path = changedTable("constant.csv", ([a, b, c], i) => [a, i === 0 ? b : "4", c]);
    const where = /Column "height" has the same value \(4\) in every row of .*constant\.csv.*leave it out/;
    expectComplaint(await train(path, "--outputs", "height"), where);
  });

  test("no file, and a folder in place of one", async () => {
    expectComplaint(await train(at("nothing.csv")), /There is no file .*nothing\.csv/);
    expectComplaint(await train(folder), /is a folder: name its files/);
  });
});

describe("a model that can't be used:", () => {
  test("a checkpoint cut short", async () => {
    const damaged = copyOfModel("cut-checkpoint");
    truncateSync(join(damaged, "checkpoints", "epoch-000002.safetensors"), 12_000);
    const outcome = await anygivenHere("train", table, "--out", damaged, "--resume", "--epochs", "3");
    expectComplaint(
      outcome,
      /epoch-000002\.safetensors is not a sound safetensors file: it is cut short.*resume/,
    );
  });

  test("weights cut short", async () => {
    const damaged = copyOfModel("cut-weights");
    truncateSync(join(damaged, "weights.safetensors"), 4000);
    const outcome = await anygivenHere("sample", damaged, "--of", "width");
    expectComplaint(
      outcome,
      /weights\.safetensors is not a sound safetensors file: it is cut short.*restore/,
    );
  });

  test("weights of another network", async () => {
    const damaged = copyOfModel("other-network");
    const path = join(damaged, "config.json");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll('"ffnDim": 8', '"ffnDim": 9'));
    const outcome = await anygivenHere("sample", damaged, "--of", "width");
    expectComplaint(outcome, /has no tensor ".*" of shape .*does not belong to this model's config\.json/);
  });

  test("a folder of a newer format", async () => {
    const newer = copyOfModel("newer");
    const path = join(newer, "config.json");
    writeFileSync(path, readFileSync(path, "utf8").replace(/"formatVersion": \d+/, '"formatVersion": 99'));
    const said = /newer.config\.json has format version 99, this anygiven reads up to \d: install a newer/;
    expectComplaint(await anygivenHere("sample", newer, "--of", "width"), said);
    expectComplaint(await anygivenHere("info", newer), said);
    expectComplaint(await anygivenHere("train", table, "--out", newer, "--resume"), said);
  });

  test("a folder without a model, and none at all", async () => {
    mkdirSync(at("bare"));
    const said = /There is no model in .*: name a folder made by/;
    expectComplaint(await anygivenHere("sample", at("bare"), "--of", "width"), said);
    expectComplaint(await anygivenHere("sample", at("nowhere"), "--of", "width"), said);
    expectComplaint(await anygivenHere("train", table, "--out", at("bare"), "--resume"), said);
  });

  test("an out folder that holds one already, ours or the original's, is left as it is", async () => {
    const before = readFileSync(join(model, "weights.safetensors"));
    const said = /holds a model already: choose another folder, remove it, or go on with --resume/;
    expectComplaint(await anygivenHere("train", table, "--out", model, ...TINY), said);
    expect(readFileSync(join(model, "weights.safetensors")).equals(before)).toBe(true);
    writePublishedFolder(at("original"), smallPublishedConfig, new Map());
    const config = readFileSync(join(at("original"), "config.json"), "utf8");
    expectComplaint(await anygivenHere("train", table, "--out", at("original"), ...TINY), said);
    expect(readFileSync(join(at("original"), "config.json"), "utf8")).toBe(config);
  });

  test("a .pt file that would run a command is refused by the command's name, which does not run", async () => {
    writePublishedFolder(at("hostile"), smallPublishedConfig, new Map([[7, null]]));
    const { protocol, call, global, text, stop } = opcodes;
    const trap = at("sprung");
    const pickle = protocol + call(global("os", "system"), text(`touch ${trap}`)) + stop;
    writeFileSync(join(at("hostile"), "checkpoints", "epoch_7.pt"), torchArchive(pickle));
    const outcome = await anygivenHere("import", at("hostile"), "--out", at("never-made"));
    expectComplaint(outcome, /epoch_7\.pt.*os\.system/);
    expect(existsSync(trap)).toBe(false);
    expect(existsSync(at("never-made"))).toBe(false);
  });
});

describe("a wrong option value is named:", () => {
  test.each([
    [["--epochs", "x"], /'--epochs <n>' argument 'x' is invalid. "x" is not a number/],
    [["--epochs", "-1"], /--epochs is -1; it must be a whole number of at least 0/],
    [["--epochs", "1.5"], /'--epochs <n>' argument '1.5' is invalid. "1.5" is not a whole number/],
    [["--context-range", "5"], /'--context-range <a,b>' argument '5' is invalid. "5" is not a range such as/],
    [
      ["--context-range", "5,2"],
      /--context-range is 5,2; it must be two whole numbers of at least 0, the fewest and the most/,
    ],
    [
      ["--device", "toaster"],
      /'--device <name>' argument 'toaster' is invalid. Allowed choices are auto, cpu/,
    ],
    [["--preset", "nope"], /'--preset <name>' argument 'nope' is invalid. Allowed choices are default/],
    [
      ["--schedule", "nope"],
      /'--schedule <name>' argument 'nope' is invalid. Allowed choices are warm-restarts/,
    ],
    [
      ["--heads", "5", "--embedding-dim", "32"],
      /embedding dimension \(32\) must be a multiple of the number of heads \(5\)/,
    ],
    [
      ["--batch-size", "1000"],
      /270 rows to train on, fewer than one batch of 1000: give more rows or a smaller/,
    ],
    [["--batch-size", "0"], /--batch-size is 0; it must be a whole number of at least 1/],
    [["--learning-rate", "0"], /--learning-rate is 0; it must be a number above 0/],
    [["--validation", "1"], /--validation is 1; it must be a number at least 0 and below 1/],
    [
      ["--preset", "paper", "--beta-start", "0.2"],
      /noise goes from betaStart 0.2 to betaEnd 0.1; it must be above 0, rise, and end below 1/,
    ],
    [["--few-given", "1.5"], /--few-given is 1.5; it must be a number at least 0 and at most 1/],
    [["--dropout", "1"], /--dropout is 1; it must be a number at least 0 and below 1/],
    [["--workers", "-1"], /--workers is -1; it must be a whole number of at least 0/],
    [
      ["--steps", "5"],
      /"default" does not use --steps, which only the presets "paper" and "paper-stellar" have/,
    ],
    [
      ["--preset", "paper", "--draws", "2"],
      /"paper" does not use --draws, which only the preset "default" has/,
    ],
    [
      ["--preset", "paper", "--size", "base"],
      /"paper" does not use --size, which only the preset "default" has/,
    ],
    [["--seconds", "5", "--minutes", "1"], /--seconds and --minutes say the same/],
  ])("train %s", async (options, said) => {
    expectComplaint(await train(table, ...options), said);
    expect(existsSync(at("never-made"))).toBe(false);
  });

  test.each([
    [["--given", "width"], /"width" is not NAME=VALUE/],
    [["--given", "width=wide"], /The given value of "width" is "wide"; it must be a number/],
    [["--given", "width=1e999"], /The given value of "width" is infinite/],
    [["--size", "0"], /size is 0; it must be a whole number of at least 1/],
    [["--out", at("x.xyz")], /Cannot tell the format of .*x\.xyz by its ending/],
    [["--out", at("nowhere/x.csv")], /Cannot write .*x\.csv: there is no folder/],
  ])("sample %s", async (options, said) => {
    expectComplaint(await anygivenHere("sample", model, "--of", "height", ...options), said);
  });

  test("an option that does not exist, with what may have been meant", async () => {
    const outcome = await anygivenHere("sample", model, "--of", "width", "--gven", "height=1");
    expectComplaint(outcome, /unknown option '--gven' \(Did you mean --given\?\)/);
  });

  test("sample without --of", async () => {
    expectComplaint(await anygivenHere("sample", model), /required option '--of <columns>' not specified/);
  });
});

test("--debug adds where in the code a mistake was met", async () => {
  const args = ["sample", model, "--of", "heigth"];
  expect((await anygivenHere(...args)).stderr).not.toMatch(/^ +at /m);
  const { code, stderr } = await anygivenHere("--debug", ...args);
  expect(code).toBe(2);
  expect(stderr).toContain('has no column "heigth"');
  expect(stderr).toMatch(/^ +at .+\(.+:\d+:\d+\)$/m);
});

describe("a device that can't start is told, and nothing else is used in its place:", () => {
  // The drivers write lines of their own to standard error, so only ours is looked at.
  const complaint = ({ stderr }: Outcome) =>
    stderr.split("\n").filter((line) => line.startsWith("anygiven: "));

  test.each(["cuda", "webgpu"])("%s", async (device) => {
    const out = at(`on-${device}`);
    const outcome = await anygiven("train", table, "--out", out, ...TINY, "--device", device);
    if (outcome.code === 0) {
      expect(JSON.parse(readFileSync(join(out, "system.json"), "utf8")).device).toBe(device);
      return; // this machine has such a device
    }
    expect(outcome.code).toBe(2);
    const said = `anygiven: The device "${device}" can't be used here`;
    expect(complaint(outcome)).toEqual([expect.stringContaining(said)]);
    expect(complaint(outcome)[0]).toMatch(/use --device cpu\.$/);
    expect(existsSync(join(out, "weights.safetensors"))).toBe(false);
    const asked = await anygiven("sample", model, "--of", "width", "--device", device);
    expect(asked.code).toBe(2);
    expect(complaint(asked)).toEqual([expect.stringContaining(said)]);
    const second = await anygiven("train", table, "--out", out, ...TINY);
    expect(second.code, second.stderr).toBe(0);
  });
});

describe("a loss that is no number ends the run", () => {
  test("in the first epoch: there is no checkpoint to name, and a lower rate may use the folder", async () => {
    const out = at("diverged");
    const args = ["train", table, "--out", out, ...TINY, "--learning-rate"];
    const outcome = await anygivenHere(...args, "1e30");
    expectComplaint(
      outcome,
      /became NaN in epoch 1 \(step 2\); there is no checkpoint.* --learning-rate below 1e\+30/,
    );
    expect((await anygivenHere(...args, "1e-3")).code).toBe(0);
  });

  test("on the held-out rows, before weights that give it are saved", async () => {
    const out = at("diverged-held-out");
    const options = ["--batch-size", "270", "--learning-rate", "1e30", "--epochs", "1"];
    const outcome = await anygivenHere("train", table, "--out", out, ...TINY, ...options);
    expectComplaint(outcome, /became NaN in epoch 1 \(step 1\); there is no checkpoint before it/);
    expect(readdirSync(out).sort()).toEqual([
      "config.json",
      "manifest.json",
      "metrics.csv",
      "schema.json",
      "system.json",
      "training.log",
    ]);
  });

  test("later: the last good checkpoint is named", async () => {
    const copy = copyOfModel("diverged-later");
    // Values far above the median moved further: median and MAD stay, so it passes for the same table.
    const huge = changedTable("huge.csv", ([a, b, c]) => (Number(a) > 1.5 ? ["1e30", b, c] : [a, b, c]));
    const outcome = await anygivenHere("train", huge, "--out", copy, "--resume", "--epochs", "3");
    expectComplaint(
      outcome,
      /in epoch 3 \(step \d+\); the last good checkpoint is .*epoch-000002\.safetensors/,
    );
  });
});

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const asUser = isRoot ? { asUser: NOBODY } : {};
/** Root may read everything, so these tests run as nobody, who needs to be able to read the program itself. */
const canBeRefused =
  process.platform !== "win32" &&
  (!isRoot ||
    spawnSync(process.execPath, [join(import.meta.dirname, "../dist/cli.js"), "--version"], { uid: NOBODY })
      .status === 0);

describe.skipIf(!canBeRefused)("what may not be read or written (needs a user who may not):", () => {
  beforeAll(() => chmodSync(folder, 0o755));

  test("a table", async () => {
    const secret = writeExampleTable(at("secret.csv"), 40);
    chmodSync(secret, 0o000);
    mkdirSync(at("open"));
    chmodSync(at("open"), 0o777);
    const run = startAnygiven(["train", secret, "--out", join(at("open"), "never-made"), ...TINY], asUser);
    expectComplaint(await run.outcome, /secret\.csv/, /permission/i);
  });

  test("the weights of a model", async () => {
    const secret = copyOfModel("secret-weights");
    chmodSync(join(secret, "weights.safetensors"), 0o000);
    const run = startAnygiven(["sample", secret, "--of", "width"], asUser);
    expectComplaint(
      await run.outcome,
      /Cannot read .*weights\.safetensors: permission denied; change its permissions/,
    );
  });

  test("the folder for a new model", async () => {
    mkdirSync(at("closed"), { mode: 0o555 });
    const run = startAnygiven(["train", table, "--out", join(at("closed"), "new"), ...TINY], asUser);
    expectComplaint(await run.outcome, /The folder .*new can't be made \(EACCES\): choose another/);
  });
});
