import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { DATASETS } from "../datasets/get-dataset.ts";
import { datasetsCommand } from "./datasets.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-datasets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const archive = join(folder, "houses.tgz");

// The command knows only datasets with their true checksums: here California's is that of a file of one row.
vi.mock("../datasets/get-dataset.ts", async (original) => {
  const real = await original<typeof import("../datasets/get-dataset.ts")>();
  const sha256 = () => createHash("sha256").update(readFileSync(archive)).digest("hex");
  return { ...real, datasetOf: (name: string) => ({ ...real.datasetOf(name), sha256: sha256() }) };
});

const said: { out: string[]; error: string[] } = { out: [], error: [] };
beforeEach(() => {
  Object.assign(said, { out: [], error: [] });
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.out.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.error.push(String(text)) > 0);
});

test("datasets get writes the table to the file named, in the format of its ending", async () => {
  mkdirSync(join(folder, "CaliforniaHousing"));
  const data = join(folder, "CaliforniaHousing", "cal_housing.data");
  writeFileSync(data, "-122.23,37.88,41.0,880.0,132.0,330.0,110.0,8.3252,452600.0\r\n");
  execFileSync("tar", ["-czf", archive, "-C", folder, "CaliforniaHousing"]);
  const get = (out: string) =>
    datasetsCommand().parseAsync(["get", "california", "--from", archive, "--out", out], { from: "user" });
  const out = join(folder, "houses.csv");
  await get(out);
  const names = DATASETS[0].columns;
  expect(readFileSync(out, "utf8")).toBe(
    `${names.join(",")}\n8.3252,41.0,8.0,1.2,330.0,3.0,37.88,-122.23,4.526\n`,
  );
  expect(said.out).toEqual([`1 row is in ${out}: ${names.join(", ")}.\n`]);
  expect(said.error.join("")).toMatch(/^Getting .*houses\.tgz \.\.\.\nPlease cite Pace & Barry/);
  await get(join(folder, "houses.jsonl"));
  expect(JSON.parse(readFileSync(join(folder, "houses.jsonl"), "utf8"))).toMatchObject({ AveRooms: 8 });
});
