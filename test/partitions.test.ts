/** @file Answers made in partitions: all of them together are those of the whole, whatever was killed, repeated or done at once. */
import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { openTableWriter, readTable, tableBlocks, writeTable } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { hatsCatalogue } from "../src/table/files/hats/catalogue.ts";
import { chosenRows, type Table } from "../src/table/table.ts";
import { startAnygiven, TINY, temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("partitions");
const at = (name: string) => join(folder, name);
const ROWS = 400;

/** Places on the sky, three numbers and a word that depend on each other, some cells missing. */
function drawn(): string {
  const random = generator(1, "partitions");
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const x = random.normal();
    const cells = [x, 2 * x + 0.3 * random.normal(), x * x + 0.3 * random.normal()].map((cell) =>
      random.uniform() < 0.1 ? "" : cell.toFixed(4),
    );
    const kind = random.uniform() < 0.1 ? "" : x > 0 ? "giant" : "dwarf";
    return [row, (row * 137.508) % 360, ((row * 0.73) % 180) - 90, ...cells, kind].join(",");
  });
  return `${["id,ra,dec,a,b,c,kind", ...lines].join("\n")}\n`;
}

beforeAll(async () => {
  writeFileSync(at("stars.csv"), drawn());
  const columns = ["--columns", "a,b,c,kind", ...TINY];
  const trained = await anygivenHere("train", at("stars.csv"), "--out", at("model"), ...columns);
  expect(trained.code, trained.stderr).toBe(0);
  const table = await readTable(at("stars.csv"), { precision: "float64" });
  await writeTable(table, at("stars.parquet"));
  for (const [i, [from, to]] of [
    [0, 50],
    [50, 210],
    [210, 400],
  ].entries())
    await writeTable(rows(table, from, to), at(`file-${i}.parquet`));
});

function rows(table: Table, from: number, to: number): Table {
  const indices = Uint32Array.from({ length: to - from }, (_, i) => from + i);
  return { ...chosenRows(table, indices), rows: indices.length };
}

async function asked(...args: string[]) {
  const { code, stdout, stderr } = await anygivenHere(...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** The command about the whole table, and about each partition of it. @returns what each wrote, as one table. */
async function both(name: string, command: readonly string[], sources: readonly string[], count: number) {
  const [verb, ...options] = command;
  const args = [verb, at("model"), ...sources.map(at), ...options];
  await asked(...args, "--out", at(`${name}-whole.parquet`));
  for (let i = count; i >= 1; i--)
    await asked(...args, "--out", at(`${name}/p.parquet`), "--partition", `${i}/${count}`);
  const parts = readdirSync(at(name)).filter((each) => each.endsWith(".parquet"));
  expect(parts).toHaveLength(count);
  const reading = { errorNames: false, precision: "float64" } as const;
  const whole = await readTable(at(`${name}-whole.parquet`), reading);
  return { whole, union: await readTable(at(`${name}/p-*.parquet`), reading) };
}

/** Equal to rounding: the rows that a row is asked with move its answer by that. */
function expectSame({ whole, union }: { readonly whole: Table; readonly union: Table }): void {
  expect(union.rows).toBe(whole.rows);
  for (const column of whole.columns) {
    const found = union.columns.find(({ name }) => name === column.name);
    expect(found?.categories, column.name).toEqual(column.categories);
    const far = column.values.findIndex((value, row) => {
      const other = found?.values[row] ?? Number.NaN;
      return Number.isNaN(value)
        ? !Number.isNaN(other)
        : !(Math.abs(value - other) <= 1e-5 * (1 + Math.abs(value)));
    });
    expect(far, `${column.name}, row ${far}`).toBe(-1);
  }
}

describe("all partitions together are the whole", () => {
  const OPTIONS = ["--of", "b,kind", "--quantiles", "0.05,0.95", "--keep", "id"];

  test("predict, by rows of a Parquet file and of a CSV file, with the numbers of the rows", async () => {
    for (const [i, file] of ["stars.parquet", "stars.csv"].entries()) {
      const { whole, union } = await both(`predict-${i}`, ["predict", ...OPTIONS], [file], 3);
      expectSame({ whole, union });
      expect([...union.columns[0].values]).toEqual(Array.from({ length: ROWS }, (_, row) => row + 1));
    }
  });

  test("predict, by files, and by rows where the files are fewer", async () => {
    const files = [0, 1, 2].map((i) => `file-${i}.parquet`);
    expectSame(await both("by-files", ["predict", ...OPTIONS], files, 2));
    expectSame(await both("by-rows", ["predict", ...OPTIONS], files, 5));
    expectSame(
      await both("sampled", ["predict", "--of", "b", "--method", "ancestral", "--size", "20"], files, 2),
    );
  });

  test("predict, by the partitions of a HATS catalogue", async () => {
    const blocks = await tableBlocks(at("stars.csv"), { columns: ["a"], keep: "all" });
    const columns = (blocks.kept?.columns ?? []).map(({ name }) => ({ name, kept: name }));
    const writer = await openTableWriter(at("stars.hats"), columns, { kept: blocks.kept, partitionRows: 40 });
    await writer.close();
    await blocks.close();
    expect((await hatsCatalogue(at("stars.hats"), "")).files.length).toBeGreaterThan(4);
    expectSame(await both("by-pixels", ["predict", ...OPTIONS, "--keep", "_healpix_29"], ["stars.hats"], 4));
  });

  test("impute: guesses, and one joint draw, which does not depend on the partition", async () => {
    expectSame(await both("guessed", ["impute"], ["stars.parquet"], 3));
    expectSame(await both("drawn", ["impute", "--method", "draw", "--seed", "3"], ["stars.parquet"], 3));
    const { union } = await both(
      "text",
      ["impute", "--method", "draw"],
      ["file-0.parquet", "file-1.parquet"],
      2,
    );
    expect(
      union.columns.filter(({ name }) => name !== "kind").every(({ values }) => !values.some(Number.isNaN)),
    ).toBe(true);
  });

  test("score, density and samples, each alone and jointly", async () => {
    expectSame(await both("scored", ["score"], ["stars.parquet"], 3));
    expectSame(await both("described", ["density", "--of", "c"], ["stars.parquet"], 2));
    expectSame(await both("samples", ["sample", "--of", "a,c", "--size", "3"], ["stars.parquet"], 3));
    const jointly = ["sample", "--of", "a,c", "--joint", "--size", "2", "--order", "random:2"];
    expectSame(await both("jointly", jointly, ["stars.parquet"], 3));
  });
});

describe("a folder of partitions", () => {
  const PREDICT = () => ["predict", at("model"), at("stars.parquet"), "--of", "b"];
  const partition = (name: string, choice: string, ...more: string[]) =>
    anygivenHere(...PREDICT(), ...more, "--out", at(`${name}/p.csv`), "--partition", choice);

  test("knows what is done: again is a sentence, what is left is named, with a list for schedulers", async () => {
    for (const i of [1, 3, 5]) await partition("told", `${i}/9`);
    const again = await partition("told", "3/9");
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(/^Partition 3 of 9 is done already: 45 rows, in .*told\/p-3-of-9\.csv\.\n$/);
    const checked = await anygivenHere("partitions", "check", at("told"));
    expect(checked.code).toBe(3);
    expect(checked.stdout).toMatch(
      /3 of 9 partitions of predict in .*told are done \(400 rows in all\); 6 are left/,
    );
    expect(checked.stdout).toContain("\n  2: missing, p-2-of-9.csv is not there\n");
    const { stdout } = await anygivenHere("partitions", "check", at("told"), "--rerun-list");
    expect(stdout).toBe("2,4,6-9\n");
    const json = await anygivenHere("partitions", "check", at("told"), "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ count: 9, done: 3, rerun: "2,4,6-9", rowsDone: 134 });
  });

  test("finds files that were cut, changed, removed, or are none of its own, and makes them again", async () => {
    for (const i of [1, 2, 3]) await partition("hurt", `${i}/3`);
    const names = [1, 2, 3].map((i) => at(`hurt/p-${i}-of-3.csv`));
    const texts = names.map((name) => readFileSync(name, "utf8"));
    appendFileSync(names[0], "x");
    writeFileSync(
      names[1],
      texts[1].replace(/\d/, (digit) => `${9 - Number(digit)}`),
    );
    rmSync(names[2]);
    writeFileSync(at("hurt/p-1-of-4.csv"), texts[0]);
    writeFileSync(at("hurt/.p-2-of-3.csv.abcdef01.partial"), "");
    const { stdout, stderr, code } = await anygivenHere("partitions", "check", at("hurt"));
    expect(code).toBe(3);
    expect(stdout).toContain("1: incomplete, p-1-of-3.csv has changed since it was written");
    expect(stdout).toContain("2: incomplete, p-2-of-3.csv has changed since it was written");
    expect(stdout).toContain("3: incomplete, p-3-of-3.csv was written, but is gone");
    expect(stdout).toContain("p-1-of-4.csv: foreign, none of these partitions");
    expect(stderr).toContain("has 1 hidden files of partitions that run or were killed");
    for (const i of [1, 2, 3]) expect((await partition("hurt", `${i}/3`)).stderr).toContain("is made again");
    expect(names.map((name) => readFileSync(name, "utf8"))).toEqual(texts);
    rmSync(at("hurt/p-1-of-4.csv"));
    const whole = await anygivenHere("partitions", "check", at("hurt"));
    expect(whole.code).toBe(0);
    expect(whole.stdout).toMatch(/^All 3 partitions of predict in .* are done: 400 rows\.\n$/);
  });

  test("refuses another question, count, table or model, and a table that has changed", async () => {
    await partition("own", "1/3");
    const refused = async (choice: string, ...more: string[]) => {
      const { code, stderr } = await partition("own", choice, ...more);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused("2/4")).toContain("has partitions of another run: they are 3 partitions, not 4.");
    expect(await refused("2/3", "--quantiles", "0.1")).toContain(
      "--quantiles was not given, and is [0.1] now",
    );
    expect(await refused("2/3", at("file-0.parquet"))).toContain("its table has other files (1, here 2)");
    expect(await refused("2/3", "--where", "a > 0")).toContain("leave out --where");
    renameSync(at("stars.parquet"), at("aside"));
    try {
      writeFileSync(at("stars.parquet"), readFileSync(at("file-1.parquet")));
      expect(await refused("2/3")).toMatch(/stars\.parquet has changed since \(\d+ bytes, now \d+\)/);
      const same = readFileSync(at("aside"));
      same[same.length >> 1] ^= 1;
      writeFileSync(at("stars.parquet"), same);
      expect(await refused("1/3")).toContain("was made of files that have changed since");
    } finally {
      renameSync(at("aside"), at("stars.parquet"));
    }
    const config = readFileSync(at("model/config.json"), "utf8");
    try {
      writeFileSync(at("model/config.json"), `${config} `);
      expect(await refused("2/3")).toContain("they are answers of another model");
    } finally {
      writeFileSync(at("model/config.json"), config);
    }
  });

  test("takes its files from a list, and says what can't be parted", async () => {
    writeFileSync(at("list.txt"), [0, 1, 2].map((i) => at(`file-${i}.parquet`)).join("\n"));
    const listed = ["predict", at("model"), "--files-from", at("list.txt"), "--of", "b", "--out"];
    expect(await asked(...listed, at("listed.csv"))).toContain("400 rows are in");
    expect(await asked(...listed, at("listed/p.csv"), "--partition", "2/3")).toContain("160 rows are in");
    const wrong = async (...args: string[]) => (await anygivenHere("predict", at("model"), ...args)).stderr;
    const of = ["--of", "b", "--partition", "1/2", "--out"];
    expect(await wrong("-", ...of, at("n/p.csv"))).toContain("Standard input can't be parted");
    expect(await wrong(at("stars.csv"), ...of, "-")).toContain("--partition writes a file into a folder");
    expect(await wrong(at("stars.csv"), ...of, at("n/p.hats"))).toContain(
      "A HATS catalogue is written whole",
    );
    expect(await wrong(at("stars.csv"), "--of", "b", "--out", at("p.csv"), "--partition", "0/2")).toContain(
      "1/2 to 2/2",
    );
  });
});

describe("processes", () => {
  const started = (name: string, choice: string) => {
    const args = ["impute", at("model"), at("stars.csv"), "--method", "draw"];
    return startAnygiven([...args, "--out", at(`${name}/p.parquet`), "--partition", choice]);
  };

  test("killed at any time leave a whole partition or none, and the next one makes it", async () => {
    const undisturbed = await started("calm", "2/3").outcome;
    expect(undisturbed.code, undisturbed.stderr).toBe(0);
    const random = generator(1, "kills");
    for (let kill = 0; kill < 8; kill++) {
      const { process: child, outcome } = started("killed", "2/3");
      await wait(400 + 2500 * random.uniform());
      child.kill("SIGKILL");
      await outcome;
      const { stdout } = await anygivenHere("partitions", "check", at("killed"), "--json");
      if (stdout === "") continue; // before the folder was there
      const { left } = JSON.parse(stdout) as { left: { partition: number; why: string }[] };
      const own = left.find(({ partition }) => partition === 2);
      if (own) expect(own.why).toMatch(/is not there|is there, but not said to be done/);
    }
    const last = await started("killed", "2/3").outcome;
    expect(last.code, last.stderr).toBe(0);
    const [calm, killed] = ["calm", "killed"].map((name) => readFileSync(at(`${name}/p-2-of-3.parquet`)));
    expect(killed.equals(calm)).toBe(true);
  });

  test("at once, some for the same partition, make every partition once", async () => {
    const choices = ["1/3", "2/3", "3/3", "2/3"];
    const outcomes = await Promise.all(choices.map((choice) => started("at-once", choice).outcome));
    for (const { code, stderr } of outcomes) expect(code, stderr).toBe(0);
    await asked("partitions", "check", at("at-once"));
    expect(readdirSync(at("at-once")).sort()).toEqual([
      "_partitions",
      ...[1, 2, 3].map((i) => `p-${i}-of-3.parquet`),
    ]);
  });
});
