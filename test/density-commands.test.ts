/** @file The commands that ask a model for distributions, on one small model of a table with a known relation. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { generator } from "../src/numeric/generator.ts";
import { readTable } from "../src/table/files/read.ts";
import { temporaryFolder, withoutManifest } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("density-commands");
const at = (name: string) => join(folder, name);
const table = at("table.csv");
const model = at("model");
const SMALL = "--embedding-dim 16 --heads 2 --ffn-dim 32 --encoder-layers 1 --head-dim 32 --head-layers 1";

/** height = 2 width + 1 (blue) or - 1 (red), give or take 0.3; blue and red equally often. */
function writeRows(path: string, rows: number, change: (cells: string[], row: number) => string[]): void {
  const random = generator(7, "coloured things");
  const lines = Array.from({ length: rows }, (_, row) => {
    const width = random.normal();
    const isBlue = random.uniform() < 0.5;
    const height = 2 * width + (isBlue ? 1 : -1) + 0.3 * random.normal();
    return change([width.toFixed(4), height.toFixed(4), isBlue ? "blue" : "red"], row).join(",");
  });
  writeFileSync(path, ["width,height,colour", ...lines, ""].join("\n"));
}

beforeAll(async () => {
  writeRows(table, 1500, (cells) => cells);
  // So many epochs, not seconds: on a busy machine the model is the same, only later.
  const length = ["--epochs", "35", "--learning-rate", "5e-3", "--warmup-steps", "20", "--workers", "1"];
  const { code, stderr } = await anygivenHere("train", table, "--out", model, ...length, ...SMALL.split(" "));
  expect(code, stderr).toBe(0);
});

/** What the command prints, when it does not fail. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await anygivenHere(...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

const json = async (...args: string[]) => JSON.parse(await output(...args, "--json"));

async function expectMistake(part: string | RegExp, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await anygivenHere(...args);
  expect(stderr).toMatch(/^anygiven: .+[.)]\n$/);
  expect(stderr).toMatch(part);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}

test("limits of another column are evidence as its values are", async () => {
  const beyond = (await json("density", model, "--of", "height", "--given", "width>1")).of.height;
  const { height } = (await json("density", model, "--of", "height", "--given", "width=1")).of;
  expect(beyond.median).toBeGreaterThan(height.median + 0.5);
});

describe("density", () => {
  test("of a number is where the relation puts it", async () => {
    const question = ["--of", "height", "--given", "width=1", "--given", "colour=blue", "--at", "3,-3"];
    const { height } = (await json("density", model, ...question)).of;
    expect(height.median).toBeGreaterThan(2.5);
    expect(height.median).toBeLessThan(3.5);
    const [low, high] = height.intervals["0.68"];
    expect(high - low).toBeLessThan(2);
    expect(height.highestDensity["0.68"][0][0]).toBeLessThan(height.median);
    const [there, elsewhere] = height.at;
    expect(there.pdf).toBeGreaterThan(10 * elsewhere.pdf);
    expect(elsewhere.cdf).toBeLessThan(0.1);
  });

  test("is shown as a curve, and as bars for categories, the most probable first", async () => {
    const text = await output("density", model, "--of", "height,colour", "--given", "width=0");
    expect(text).toMatch(/^height given width = 0\n/);
    expect(text).toMatch(/█.*\n {2}─{64}\n/);
    expect(text).toMatch(/ {2}median .*, mean .*, standard deviation /);
    const blue = await output(
      "density",
      model,
      "--of",
      "colour",
      "--given",
      "width=0",
      "--given",
      "height=1",
    );
    expect(blue).toMatch(/^colour given width = 0, height = 1\n {2}blue .*█ [\d.]+ %\n {2}red /);
  });

  test("describes every row of a table in a file", async () => {
    const out = at("answers.csv");
    await output(
      "density",
      model,
      table,
      "--of",
      "height,colour",
      "--quantiles",
      "0.05,0.5,0.975",
      "--out",
      out,
    );
    const { rows, columns } = await readTable(out);
    const names =
      "row height_mean height_sd height_q05 height_q50 height_q975 colour_mode colour_p_blue colour_p_red";
    expect(columns.map(({ name }) => name)).toEqual(names.split(" "));
    expect(rows).toBe(1500);
    const [, , , low, middle, high, , blue, red] = columns.map(({ values }) => values);
    for (let row = 0; row < rows; row++) {
      expect(low[row]).toBeLessThan(middle[row]);
      expect(middle[row]).toBeLessThan(high[row]);
      expect(blue[row] + red[row]).toBeCloseTo(1, 5);
    }
  });

  test("complains about what can't be asked", async () => {
    await expectMistake("must be a number", "density", model, "--of", "height", "--given", "width=wide");
    await expectMistake(/blue, red/, "density", model, "--of", "height", "--given", "colour=green");
    await expectMistake("not NAME=VALUE", "density", model, "--of", "height", "--given", "width");
    await expectMistake("--out", "density", model, table, "--of", "height");
    await expectMistake(
      "write --given width",
      "density",
      model,
      table,
      "--of",
      "height",
      "--given",
      "width=1",
    );
    await expectMistake("for one column", "density", model, "--of", "height,width", "--at", "1");
  });
});

test("sample --joint draws columns that belong together", async () => {
  const out = at("pairs.csv");
  await output("sample", model, "--of", "width,height", "--joint", "--size", "400", "--out", out);
  const { columns } = await readTable(out);
  expect(columns.map(({ name }) => name)).toEqual(["width", "height", "log_density"]);
  const [width, height] = columns.map(({ values }) => values);
  expect(correlation(width, height)).toBeGreaterThan(0.7);
});

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((sum, each) => sum + each, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) =>
    Array.from(a, (_, i) => f(i)).reduce((all, each) => all + each, 0);
  const products = sum((i) => (a[i] - ma) * (b[i] - mb));
  return products / Math.sqrt(sum((i) => (a[i] - ma) ** 2) * sum((i) => (b[i] - mb) ** 2));
}

const cellsOf = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .map((line) => line.split(","));

describe.each(["median", "draw"])("impute --method %s", (method) => {
  test("fills what is missing and leaves the rest as it is", async () => {
    const [gaps, out] = [at(`gaps-${method}.csv`), at(`filled-${method}.csv`)];
    writeRows(gaps, 200, ([width, height, colour], row) => [
      width,
      row % 2 === 0 ? "" : height,
      row % 5 === 0 ? "" : colour,
    ]);
    expect(await output("impute", model, gaps, "--out", out, "--method", method)).toMatch(/^140 cells /);
    const [before, after, truth] = [gaps, out, table].map(cellsOf);
    expect(after[0]).toEqual(
      method === "draw" ? before[0] : ["width", "height", "height_low", "height_high", "colour"],
    );
    let error = 0;
    for (let row = 1; row <= 200; row++) {
      const [width, height] = after[row];
      const colour = after[row].at(-1)!;
      expect(Number(width)).toBe(Number(before[row][0]));
      if (row % 2 === 0) expect(Number(height)).toBe(Number(before[row][1]));
      expect(["blue", "red"]).toContain(colour);
      if (colour === truth[row][2]) error += Math.abs(Number(height) - Number(truth[row][1])) / 200;
    }
    expect(error).toBeLessThan(0.8);
  });
});

test("score finds the cell that was tampered with", async () => {
  const tampered = at("tampered.csv");
  writeRows(tampered, 200, ([width, height, colour], row) => [
    row === 41 ? "0" : width,
    row === 41 ? "-6.5" : height,
    colour,
  ]);
  const { worst } = await json("score", model, tampered, "--of", "height", "--worst", "3");
  expect(worst).toHaveLength(3);
  expect(worst[0]).toMatchObject({ row: 42, column: "height", value: "-6.5" });
  const text = await output("score", model, tampered, "--worst", "1", "--out", at("scores.csv"));
  expect(text).toMatch(/^column +row +value +tail probability/);
  const scores = await readTable(at("scores.csv"));
  expect(scores.rows).toBe(200);
});

test("advise ranks what tells most first", async () => {
  const { ranking } = await json("advise", model, "--of", "height");
  expect(ranking.map(({ column }: { column: string }) => column)).toEqual(["width", "colour"]);
  expect(ranking[0].reduction).toBeGreaterThan(ranking[1].reduction);
  expect(await output("advise", model, "--of", "height", "--given", "colour=red")).toMatch(/width +\d/);
});

test("advise shows beside it what rows show", async () => {
  const asked = ["advise", model, "--of", "height", "--given", "colour=red", "--compare", table];
  const { ranking, shown, rowsCompared } = await json(...asked, "--held-out");
  // Of the 150 held-out rows those that are red, as in the question.
  expect(shown).toMatchObject([{ column: "width" }]);
  expect(shown[0].rows).toBeGreaterThan(50);
  expect(shown[0].rows).toBeLessThan(110);
  expect(rowsCompared).toBe(`${shown[0].rows} rows with colour red`);
  const narrow = ["advise", model, "--of", "height", "--given", "width=1", "--compare", table];
  expect(await output(...narrow, "--within", "width=0.01")).toContain(
    "all 1500 rows, whatever their values: too few are like the question",
  );
  // Given the colour the variance is 4.09 without the width, and 0.09 with it.
  expect(Math.abs(shown[0].learnt.value - 0.5 * Math.log(4.09 / 0.09))).toBeLessThan(0.5);
  expect(Math.abs(ranking[0].reduction - shown[0].learnt.value)).toBeLessThan(0.5);
  expect(await output(...asked, "--held-out")).toMatch(
    /rows show.*\nwidth +\d\.\d{3} ±\d\.\d{3} +\d\.\d{3} ±/,
  );
  await expectMistake("--compare", "advise", model, "--of", "height", "--held-out");
});

test("advise ranks for every row of a table", async () => {
  const [rows, out] = [at("open.csv"), at("next.csv")];
  writeFileSync(rows, "width,height,colour\n1,,\n,,red\n0.5,1,blue\n");
  await output("advise", model, rows, "--of", "height", "--out", out);
  const next = await readTable(out);
  expect(next.columns.map(({ name }) => name)).toEqual(["next", "width_learnt", "colour_learnt"]);
  expect(
    readFileSync(out, "utf8")
      .split("\n")
      .slice(1, 4)
      .map((line) => line.split(",")[0]),
  ).toEqual(["colour", "width", ""]);
  await expectMistake("with --out", "advise", model, rows, "--of", "height");
});

test("sample draws for every row of a table, jointly too", async () => {
  const [rows, out] = [at("wide.csv"), at("draws.csv")];
  writeFileSync(rows, "width\n-2\n2\n");
  const question = ["sample", model, rows, "--size", "50", "--out", out];
  await output(...question, "--of", "height,colour", "--joint");
  const { columns, rows: lines } = await readTable(out);
  expect(columns.map(({ name }) => name)).toEqual(["row", "height", "colour", "log_density"]);
  expect(lines).toBe(100);
  const mean = (from: number) =>
    Array.from(columns[1].values.slice(from, from + 50)).reduce((a, b) => a + b) / 50;
  expect(mean(50) - mean(0)).toBeGreaterThan(5);
  await output(...question, "--of", "height");
  expect((await readTable(out)).columns.map(({ name }) => name)).toEqual(["row", "height"]);
  await expectMistake('without "="', ...question, "--of", "height", "--given", "width=1");
});

test("impute and score take the values of one row", async () => {
  const { filled } = await json("impute", model, "--given", "width=1", "--given", "colour=blue");
  expect(Number(filled.height.value)).toBeGreaterThan(2);
  expect(Number(filled.height.low)).toBeLessThan(Number(filled.height.value));
  expect(await output("impute", model, "--given", "width=1")).toMatch(/^column +median +low +high\n/);
  const one = ["--given", "width=1", "--given", "colour=blue", "--given", "height=-5"];
  const { worst } = await json("score", model, ...one);
  expect(worst[0].column).toMatch(/height|width/);
  expect(worst[0].tail).toBeLessThan(0.02);
  await expectMistake("Name a table", "score", model);
  await expectMistake("for a table", "impute", model, "--given", "width=1", "--out", at("never.csv"));
});

test("codes that are categories to the model are read as such", async () => {
  const [coded, codes] = [at("coded.csv"), at("codes")];
  writeRows(coded, 400, ([width, height, colour]) => [width, height, colour === "blue" ? "1" : "2"]);
  const length = ["--epochs", "1", "--workers", "1", "--categories", "colour"];
  await output("train", coded, "--out", codes, ...length, ...SMALL.split(" "));
  await output("density", codes, coded, "--of", "height", "--out", at("coded-answers.csv"));
  const { columns } = await json("evaluate", codes, coded, "--of", "colour", "--bootstrap", "0");
  expect(columns[0].kind).toBe("category");
});

describe("evaluate", () => {
  test("--joint scores columns together", async () => {
    const args = ["evaluate", model, table, "--held-out", "--of", "width", "--bootstrap", "0"];
    const { joint } = await json(...args, "--joint", "width,height");
    expect(joint.questions).toBe(150);
    expect(joint.given).toEqual(["colour"]);
    expect(joint.energyScore.value).toBeGreaterThan(0);
    expect(joint.energyScore.value).toBeLessThan(1);
    expect(await output(...args, "--joint", "width,height")).toMatch(
      /width, height together, 150 rows, given colour: /,
    );
    await expectMistake("numbers only", ...args, "--joint", "width,colour");
  });

  test("--held-out asks about the rows that were not trained on", async () => {
    const report = at("report.json");
    const args = ["evaluate", model, table, "--held-out", "--bootstrap", "20", "--out", report];
    expect(await output(...args)).toMatch(/^150 questions about 150 rows of .*table\.csv \(held-out rows\)/);
    const { overall, rows } = JSON.parse(readFileSync(report, "utf8"));
    expect(rows).toBe(150);
    expect(overall.numbers.ks.value).toBeLessThan(0.35);
  });

  test("--held-out with --where asks about some of these", async () => {
    const args = ["evaluate", model, table, "--held-out", "--bootstrap", "0"];
    const counts: number[] = [];
    for (const condition of ["colour = 'red'", "colour <> 'red'"])
      counts.push((await json(...args, "--where", condition)).rows);
    expect(counts[0] + counts[1]).toBe(150);
    expect(Math.min(...counts)).toBeGreaterThan(10);
    await expectMistake("among those chosen", ...args, "--row", "1");
  });

  test("--attribution tells how much each given column tells", async () => {
    const args = [
      "evaluate",
      model,
      table,
      "--held-out",
      "--of",
      "height",
      "--bootstrap",
      "50",
      "--attribution",
    ];
    const { attribution } = await json(...args);
    const [{ given, questions }] = attribution.columns;
    expect(questions).toBe(150);
    expect(given.map(({ column }: { column: string }) => column)).toEqual(["width", "colour"]);
    for (const { rise } of given) expect(rise.logScore.lower).toBeGreaterThan(0.2);
    expect(await output(...args)).toMatch(/height: log score .* given all 2 columns.*\n.*\nwidth +150 /);
  });

  test("--held-out refuses another table", async () => {
    const other = at("other.csv");
    writeRows(other, 1500, ([width, height, colour]) => [width, `${Number(height) + 1}`, colour]);
    await expectMistake("other values", "evaluate", model, other, "--held-out");
    writeRows(other, 1400, (cells) => cells);
    await expectMistake("1500 rows", "evaluate", model, other, "--held-out");
  });

  test("--held-out finds the rows again where a model's checkpoints are gone, and says of others what is wrong", async () => {
    const moved = at("without-checkpoints");
    cpSync(model, moved, { recursive: true });
    rmSync(join(moved, "checkpoints"), { recursive: true });
    const args = ["--held-out", "--of", "height", "--given", "width", "--bootstrap", "0"];
    const { overall } = await json("evaluate", moved, table, ...args);
    expect(overall).toEqual((await json("evaluate", model, table, ...args)).overall);
    const survey = ["evaluate", "survey", "survey", "--held-out"];
    await expectMistake("was trained on 100000 rows, but simulated survey has 20000", ...survey);
    const path = join(withoutManifest(moved), "config.json");
    const { training: _, ...config } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify(config));
    await expectMistake("imported or saved without its training", "evaluate", moved, table, "--held-out");
  });

  test("takes stated columns, or the range of a random choice, not both", async () => {
    const stated = ["--of", "height", "--given", "width", "--bootstrap", "0"];
    const { contexts, questions } = await json("evaluate", model, table, ...stated);
    expect(contexts).toEqual({ kind: "stated", given: ["width"] });
    expect(questions).toBe(1500);
    await expectMistake("exclude each other", "evaluate", model, table, ...stated, "--contexts", "0,1");
  });
});

test("train says when two options mean the same", async () => {
  const args = ["train", table, "--out", at("never-made"), "--seconds", "5", "--minutes", "1"];
  await expectMistake("leave out one", ...args);
});
