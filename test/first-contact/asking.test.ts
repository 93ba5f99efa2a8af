/** @file Asking about one's own rows: which, given what, beside which of their cells, and about what training has not seen. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Model } from "../../src/model/model.ts";
import { generator } from "../../src/numeric/generator.ts";
import { readTable } from "../../src/table/files/read.ts";
import { TINY, temporaryFolder } from "../cli.ts";
import { anygivenHere } from "../cli-here.ts";

const folder = temporaryFolder("asking");
const at = (name: string) => join(folder, name);
const table = at("people.csv");
const model = at("model");
const ROWS = 240;
const NAMES = ["id", "survived", "rooms", "sex", "smoker", "zip", "fare"];
/** A name with commas and an equals sign. */
const AWKWARD = "width, cm (a=b)";

/** 0/1 labels, counts, names, yes and no, codes with zeros in front, an id of 19 digits, a name with signs in it. */
function cellsOf(row: number, random: ReturnType<typeof generator>): string[] {
  const sex = random.uniform() < 0.5 ? "female" : "male";
  const survived = random.uniform() < (sex === "female" ? 0.8 : 0.2) ? "1" : "0";
  const rooms = String(1 + random.integer(6));
  const smoker = random.uniform() < 0.5 ? "yes" : "no";
  const zip = ["01234", "00501", "90210"][random.integer(3)];
  const fare = row % 7 === 3 ? "" : (20 + 5 * random.normal()).toFixed(2);
  return [
    `${5820931075628056192n + BigInt(row)}`,
    survived,
    rooms,
    sex,
    smoker,
    zip,
    fare,
    random.normal().toFixed(2),
  ];
}

beforeAll(async () => {
  const random = generator(3, "people");
  const lines = Array.from({ length: ROWS }, (_, row) => cellsOf(row, random).join(","));
  writeFileSync(table, [`${NAMES.join(",")},"${AWKWARD}"`, ...lines, ""].join("\n"));
  const columns = ["--columns", `survived,rooms,sex,smoker,zip,fare,"${AWKWARD}"`, "--categories", "zip"];
  await run("train", table, "--out", model, ...columns, ...TINY);
});

async function run(...words: string[]) {
  const { code, stdout, stderr } = await anygivenHere(...words);
  expect(code, stderr).toBe(0);
  return { stdout, stderr };
}

async function mistake(...words: string[]): Promise<string> {
  const { code, stderr } = await anygivenHere(...words);
  expect(code, stderr).toBe(2);
  return stderr;
}

const lines = (name: string) => readFileSync(at(name), "utf8").trim().split("\n");
const header = (name: string) => lines(name)[0];
const json = async (...words: string[]) => JSON.parse((await run(...words, "--json")).stdout);

describe("few values", () => {
  test("have a probability each, in text, JSON and tables", async () => {
    const { stdout } = await run("density", model, "--of", "survived", "--given", "sex=female");
    expect(stdout).toMatch(/^survived given sex = female\n {2}0 .* %\n {2}1 .* %\n/);
    const { survived, rooms } = (await json("density", model, "--of", "survived,rooms")).of;
    expect(Object.keys(rooms.probabilities)).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(survived.probabilities["0"] + survived.probabilities["1"]).toBeCloseTo(1, 9);
    await run("predict", model, table, "--of", "survived,sex", "--out", at("p.csv"));
    expect(header("p.csv")).toBe(
      "row,survived,survived_sd,survived_p_0,survived_p_1,sex,sex_p_female,sex_p_male",
    );
    const [row, label, , none, one, sex] = lines("p.csv")[1].split(",");
    expect([row, label, sex]).toEqual(["1", Number(none) > 0.5 ? "0" : "1", expect.stringMatching(/male$/)]);
    expect(Number(none) + Number(one)).toBeCloseTo(1, 6);
  });

  test("are bars in a picture, the data on the same scale", async () => {
    const picture = ["--data", table, "--out", at("rooms.svg")];
    await run("plot", "density", model, "--of", "rooms", ...picture);
    const svg = readFileSync(at("rooms.svg"), "utf8");
    expect(svg).toContain(">probability<");
    expect(svg.match(/<rect [^>]*height="[1-9]/g)?.length).toBeGreaterThanOrEqual(12);
  });
});

describe("words for true and false", () => {
  test.each(["yes", "Y", "true", "T", "1"])("%s is yes", async (word) => {
    const { stdout } = await run("density", model, "--of", "survived", "--given", `smoker=${word}`);
    const { stdout: wanted } = await run("density", model, "--of", "survived", "--given", "smoker=yes");
    expect(stdout.split("\n").slice(1)).toEqual(wanted.split("\n").slice(1));
  });

  test("stand in a table, for 0 and 1 too", async () => {
    writeFileSync(at("flags.csv"), "survived,smoker\nyes,TRUE\nno,f\n,N\n");
    await run("predict", model, at("flags.csv"), "--of", "rooms", "--out", at("flags-p.csv"));
    expect(lines("flags-p.csv")).toHaveLength(4);
  });
});

describe("names and values", () => {
  test("may have any signs in them", async () => {
    for (const words of [
      ["--of", AWKWARD],
      ["--of", `"${AWKWARD}"`],
      ["--of", "fare", "--given", `${AWKWARD}=0.5`, "zip", "=", "00501"],
      ["--of", "fare", "--given", `${AWKWARD} <= 0.5`, "zip=01234"],
      ["--of", `fare,${AWKWARD}`, "--given", "rooms=2..4"],
    ])
      await run("density", model, ...words);
    expect(await mistake("density", model, "--of", "fare", "--given", "zip=1234")).toContain("01234");
  });

  test("--of all asks all that are not given", async () => {
    const { of } = await json("density", model, "--of", "all", "--given", "sex=male");
    expect(Object.keys(of)).toEqual(["survived", "rooms", "smoker", "zip", "fare", AWKWARD]);
    const { stderr } = await run("predict", model, table, "--of", "all", "--out", at("all.csv"));
    expect(stderr).toContain("each column is asked given the others of its row, 7 columns");
    await run("predict", model, table, "--of", "fare", "--out", at("fare.csv"));
    const column = async (name: string, of: string) =>
      (await readTable(at(name), { columns: [of] })).columns[0].values;
    expect([...(await column("all.csv", "fare"))]).toEqual([...(await column("fare.csv", "fare"))]);
  });

  test("what is given by default is said, and what the file lacks", async () => {
    writeFileSync(at("few.csv"), "rooms,sex,other\n2,male,x\n3,female,y\n");
    const { stderr } = await run("predict", model, at("few.csv"), "--of", "fare", "--out", at("few-p.csv"));
    expect(stderr).toContain(
      `Given: 2 columns (rooms, sex); not in the file: 4 (survived, smoker, zip, ${AWKWARD}).`,
    );
  });
});

describe("rows", () => {
  test("are chosen by number, cell and condition, and named", async () => {
    const where = ["--where", "rooms = 3 AND fare IS NOT NULL", "--keep", "id,fare"];
    await run("predict", model, table, "--of", "fare", ...where, "--out", at("where.csv"));
    const source = lines("people.csv").map((line) => line.split(","));
    const wanted = source.flatMap((cells, row) => (cells[2] === "3" && cells[6] !== "" ? [row] : []));
    expect(header("where.csv")).toBe("row,id,fare_in_table,fare,fare_sd");
    expect(
      lines("where.csv")
        .slice(1)
        .map((line) => line.split(",").slice(0, 3)),
    ).toEqual(wanted.map((row) => [String(row), source[row][0], source[row][6]]));
    const id = ["--id", `id=${source[9][0]}`];
    const { row, given } = await json("density", model, table, "--of", "fare", ...id);
    expect(row).toBe(9);
    expect(given).toMatchObject({ sex: source[9][3], zip: source[9][5], rooms: Number(source[9][2]) });
    const { stdout } = await run("sample", model, table, "--row", "9", "--of", "fare", "--size", "5");
    expect(stdout).toMatch(/^fare in row 9 given /);
    await run("plot", "density", model, table, "--row", "9,11", "--of", "fare", "--out", at("rows.svg"));
    expect(readFileSync(at("rows.svg"), "utf8")).toContain(">row 11<");
    await run("plot", "corner", model, table, ...id, "--of", `fare,${AWKWARD}`, "--out", at("corner.svg"));
    expect(await mistake("density", model, "--row", "9", "--of", "fare")).toContain("--row is for a table");
  });

  test("answer the same one by one as together", async () => {
    await run(
      "density",
      model,
      table,
      "--of",
      "fare",
      "--quantiles",
      "0.5",
      "--row",
      "5",
      "--out",
      at("one.csv"),
    );
    await run("density", model, table, "--of", "fare", "--quantiles", "0.5", "--out", at("together.csv"));
    const median = (line: string) => Number(line.split(",")[3]);
    expect(lines("one.csv")[1].split(",")[0]).toBe("5");
    expect(median(lines("one.csv")[1])).toBeCloseTo(median(lines("together.csv")[5]), 4);
  });

  test("keep all of their cells, letter by letter, and the input is not written over", async () => {
    await run("density", model, table, "--of", "rooms", "--keep", "all", "--out", at("kept.csv"));
    const before = lines("people.csv").slice(1);
    const isKept = (line: string, i: number) => line.startsWith(`${i + 1},${before[i]},`);
    expect(lines("kept.csv").slice(1).every(isKept)).toBe(true);
    copyFileSync(table, at("copy.csv"));
    const words = ["predict", model, at("copy.csv"), "--of", "fare", "--out", at("copy.csv")];
    expect(await mistake(...words)).toContain("--overwrite");
    await run(...words, "--overwrite", "--keep", "id");
    expect(header("copy.csv")).toBe("row,id,fare,fare_sd");
  });

  test("score says how unusual they are", async () => {
    const { worst } = await json("score", model, table, "--row", "1..20", "--worst", "3");
    for (const { row, unusual } of worst) {
      expect(row).toBeLessThanOrEqual(20);
      expect(unusual).toBeGreaterThanOrEqual(0);
      expect(unusual).toBeLessThanOrEqual(1);
    }
  });
});

describe("predict", () => {
  test("tells the probability of events, which add up, modes and a curve", async () => {
    const events = ["fare < 20", "fare >= 20", "rooms <= 2", "rooms > 2", "sex=male"].flatMap((event) => [
      "--probability",
      event,
    ]);
    const words = ["--of", "fare,rooms,sex", ...events, "--modes", "--curve", "4", "--out", at("events.csv")];
    await run("predict", model, table, ...words);
    const names = header("events.csv").split(",");
    for (const line of lines("events.csv").slice(1, 20)) {
      const cells = line.split(",");
      const cell = (name: string) => Number(cells[names.indexOf(name)]);
      expect(cell("P(fare < 20)") + cell("P(fare >= 20)")).toBeCloseTo(1, 6);
      expect(cell("P(rooms <= 2)") + cell("P(rooms > 2)")).toBeCloseTo(1, 6);
      expect(cell("P(rooms <= 2)")).toBeCloseTo(cell("rooms_p_1") + cell("rooms_p_2"), 6);
      expect(cell("P(sex = male)")).toBe(cell("sex_p_male"));
      expect(cell("fare_modes")).toBeGreaterThanOrEqual(1);
    }
    expect(names.filter((name) => name.startsWith("fare_pdf_"))).toHaveLength(4);
    const question = ["--row", "1", "--of", "fare", "--probability", "15<fare<25"];
    const { of } = await json("density", model, table, ...question);
    const chance = of.fare.events["15 < fare < 25"];
    expect(chance).toBeGreaterThan(0);
    expect(chance).toBeLessThan(1);
  });
});

describe("a category that training has not seen", () => {
  test("is an error, or not given and counted, in the library too", async () => {
    writeFileSync(at("new.csv"), "sex,rooms,smoker\nmale,2,yes\nother,3,maybe\nnone,,no\nthird,1,\n");
    const words = ["predict", model, at("new.csv"), "--of", "fare", "--out", at("new-p.csv")];
    expect(await mistake(...words)).toContain("--unseen missing");
    const { stderr } = await run(...words, "--unseen", "missing");
    expect(stderr).toMatch(/sex: 2 cells have categories that training has not seen \("other", "third"\)/);
    expect(stderr).toMatch(/smoker: 1 cell has a category that training has not seen \("maybe"\)/);
    expect(lines("new-p.csv")).toHaveLength(5);
    const rows = [
      { sex: "male", rooms: 2 },
      { sex: "other", rooms: 3 },
    ];
    const strict = await Model.load(model);
    await expect(strict.predict(rows, { of: "fare" })).rejects.toThrow("`unseen` missing");
    await strict.dispose();
    const warnings: string[] = [];
    const lenient = await Model.load(model, {
      unseen: "missing",
      onWarning: (warning) => warnings.push(warning),
    });
    const { columns } = await lenient.predict(rows, { of: "fare" });
    const [without] = (await lenient.predict([{ rooms: 3 }], { of: "fare" })).columns;
    expect(columns[0].values[1]).toBeCloseTo(without.values[0], 4);
    expect(warnings.join(" ")).toContain('("other")');
    // It is no gap: impute leaves it as it is.
    const filled = await lenient.impute([{ sex: "other", rooms: null }], { interval: 0 });
    const sex = filled.columns.find(({ name }) => name === "sex");
    expect(sex?.categories?.[sex.values[0]]).toBe("other");
    await lenient.dispose();
  });

  test("stays as it is where gaps are filled", async () => {
    writeFileSync(at("gaps.csv"), "sex,rooms,note\nother,,a\n,3,b\n");
    await run(
      "impute",
      model,
      at("gaps.csv"),
      "--unseen",
      "missing",
      "--interval",
      "0",
      "--out",
      at("filled.csv"),
    );
    expect(lines("filled.csv")[1]).toMatch(/^other,[1-6],a$/);
    expect(lines("filled.csv")[2]).toMatch(/^(fe)?male,3,b$/);
  });
});
