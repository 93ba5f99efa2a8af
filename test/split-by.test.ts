/** @file Rows split by a column: training, its held-out rows found again, and a resumed run all hold out the same groups. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { heldOutRows, readTable, tableFromColumns, train, writeTable } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { TINY_MIXTURE } from "./tiny-network.ts";

const folder = temporaryFolder("split-by");
const at = (name: string) => join(folder, name);
const FEW = { ...TINY_MIXTURE, epochs: 1 };

const random = generator(3, "patients");
const ROWS = 240;
const patients = Array.from({ length: ROWS }, (_, row) => `P${Math.floor(row / 8)}`);
const dose = Array.from({ length: ROWS }, () => random.normal());
const pressure = dose.map((value) => value + random.normal());
const table = tableFromColumns({ patient: patients, dose, pressure });

const namesOf = (rows: { readonly columns: (typeof table)["columns"] }) => {
  const column = rows.columns.find(({ name }) => name === "patient");
  return [...(column?.values ?? [])].map((index) => column?.categories?.[index]);
};

test("whole patients are held out, none is a column, and evaluate finds the same rows", async () => {
  const notices: string[] = [];
  const inMemory = await train(table, {
    ...FEW,
    out: at("memory"),
    splitBy: "patient",
    onNotice: (notice) => notices.push(notice),
  });
  expect(inMemory.columns).toEqual(["dose", "pressure"]);
  expect(notices).toContain(
    "Held out are whole groups of rows with the same patient: 3 of 30 groups, 24 of 240 rows.",
  );
  const held = await heldOutRows(at("memory"), table);
  const names = namesOf(held);
  const each = [...new Set(names)];
  expect(each).toHaveLength(3);
  for (const name of each) expect(names.filter((other) => other === name)).toHaveLength(8);

  // From the disk, block by block, the same run.
  await writeTable(table, at("patients.csv"));
  const fromDisk = await train(
    { files: at("patients.csv") },
    { ...FEW, out: at("disk"), splitBy: "patient", memory: 0 },
  );
  expect(fromDisk.training?.columns).toEqual(inMemory.training?.columns);
  const read = await readTable(at("patients.csv"));
  expect(namesOf(await heldOutRows(at("disk"), read))).toEqual(namesOf(held));
  await Promise.all([inMemory.dispose(), fromDisk.dispose()]);
});

test("the columns that are asked for by name need not hold it", async () => {
  const files = at("patients.csv");
  const named = await train({ files, columns: ["dose", "pressure"] }, { ...FEW, splitBy: "patient" });
  expect(named.columns).toEqual(["dose", "pressure"]);
  const learnt = await train(
    { files, columns: ["dose", "pressure", "patient"] },
    { ...FEW, splitBy: "patient" },
  );
  expect(learnt.columns).toContain("patient");
  await Promise.all([named.dispose(), learnt.dispose()]);
});

test("on the command line too, where a resumed run reads the column again", async () => {
  const { code, stderr } = await anygivenHere(
    ...["train", at("patients.csv"), "--out", at("disk"), "--resume", "--epochs", "2"],
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("3 of 30 groups, 24 of 240 rows");
  const asked = ["evaluate", at("disk"), at("patients.csv"), "--held-out", "--bootstrap", "0", "--json"];
  const { stdout } = await anygivenHere(...asked);
  expect(JSON.parse(stdout).rows).toBe(24);
  expect(existsSync(at("disk/schema.json"))).toBe(true);
  expect(readFileSync(at("disk/schema.json"), "utf8")).not.toContain('patient"');
  expect(JSON.parse(stdout).groups).toEqual({ column: "patient", groups: 3 });
  const all = ["evaluate", at("disk"), at("patients.csv"), "--bootstrap", "20"];
  const text = async (...more: string[]) => (await anygivenHere(...all, ...more)).stdout;
  expect(await text("--held-out")).toContain("over the 3 groups of patient (20 resamples)");
  expect(await text("--split-by", "patient")).toContain("over the 30 groups of patient (20 resamples)");
  expect(await text()).toContain("over rows (20 resamples)");
});
