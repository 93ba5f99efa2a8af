/** @file `anygiven impute` of a table longer than what it fills at once: as if it were filled in one piece. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTable } from "../src/index.ts";
import { Model } from "../src/model/model.ts";
import { generator } from "../src/numeric/generator.ts";
import { TINY, temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("impute-stream");
const at = (name: string) => join(folder, name);
/** More than are filled at once. */
const ROWS = 140_000;

test("a long table is filled as in one piece, by medians and by draws", async () => {
  const train = ["train", writeExampleTable(at("train.csv"), 300), "--out", at("model"), ...TINY];
  expect((await anygivenHere(...train)).code).toBe(0);
  const random = generator(1, "long table");
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const width = random.normal();
    return `${width.toFixed(3)},${row % 5000 === 4999 ? "" : (2 * width).toFixed(3)},${(width * width).toFixed(3)}`;
  });
  writeFileSync(at("long.csv"), `width,height,weight\n${lines.join("\n")}\n`);
  const table = await readTable(at("long.csv"), { precision: "float64" });
  const model = await Model.load(at("model"));
  try {
    for (const method of ["median", "draw"] as const) {
      const asked = [
        "impute",
        at("model"),
        at("long.csv"),
        "--method",
        method,
        "--out",
        at(`${method}.parquet`),
      ];
      const { stdout, stderr } = await anygivenHere(...asked);
      expect(stdout, stderr).toContain(`${ROWS / 5000} cells of ${ROWS} rows are filled in`);
      const written = await readTable(at(`${method}.parquet`), { precision: "float64", limits: "none" });
      const whole = await model.impute(table, { method });
      expect(written.columns.map(({ name }) => name)).toEqual(whole.columns.map(({ name }) => name));
      for (const [i, { name, values }] of whole.columns.entries()) {
        const far = written.columns[i].values.findIndex((value, row) => Math.abs(value - values[row]) > 1e-5);
        expect(far, `${method}, ${name}`).toBe(-1);
      }
    }
  } finally {
    await model.dispose();
  }
});
