/** @file Temporary files of processes that were killed are known by their names, and taken away by the next. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { onLeftovers, sweep, sweepStaged, temporaryBeside } from "./leftovers.ts";
import { isRunning, markIn, markText, ownMark } from "./process-mark.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-leftovers-"));
const told: string[] = [];
onLeftovers((sentence) => told.push(sentence));
afterAll(() => {
  onLeftovers(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

const dead = { ...ownMark(), pid: spawnSync(process.execPath, ["-e", ""]).pid, began: "0" };
const elsewhere = { ...ownMark(), host: "0a0b0c" };
const nameOf = (mark: typeof dead, ending = "tmp", start = ".t.csv.") =>
  `${start}${markText(mark)}-01234567.${ending}`;

test("a process is known by machine, number and beginning", () => {
  expect(hostname()).not.toBe("");
  expect(markIn(nameOf(dead))).toEqual(dead);
  expect(isRunning(ownMark())).toBe(true);
  expect(isRunning(dead)).toBe(false);
  expect(isRunning(elsewhere)).toBeUndefined();
  if (process.platform === "linux") expect(isRunning({ ...ownMark(), began: "1" })).toBe(false);
});

test("what killed runs left is removed and told; what is of others, of this process or in use stays", () => {
  const kept = [
    temporaryBeside(join(folder, "t.csv"), "tmp"),
    join(folder, nameOf(elsewhere)),
    join(folder, ".t.csv.1234abcd.tmp"), // somebody else's
    join(folder, "anygiven-notes.tmp"),
    join(folder, nameOf(dead, "new")), // a manifest may count on it
  ];
  const gone = [
    nameOf(dead),
    nameOf(dead, "partial"),
    nameOf(dead, "partial.old", ".there.hats."),
    nameOf(dead, "tmp", ""),
  ];
  const old = join(folder, nameOf(elsewhere, "partial"));
  for (const path of [...kept, ...gone.map((name) => join(folder, name)), old]) writeFileSync(path, "x");
  mkdirSync(join(folder, "there.hats"));
  mkdirSync(join(folder, nameOf(dead, "waiting")));
  writeFileSync(join(folder, nameOf(dead, "waiting"), "0.parquet"), "x");
  const days = Date.now() / 1000 - 3 * 86_400;
  utimesSync(old, days, days);
  sweep(folder);
  expect(readdirSync(folder).sort()).toEqual(
    [...kept.map((path) => path.slice(folder.length + 1)), "there.hats"].sort(),
  );
  expect(told).toEqual([
    `6 temporary files in ${folder}, which runs that were ended left behind, are removed.`,
  ]);
  sweepStaged(folder);
  expect(existsSync(join(folder, nameOf(dead, "new")))).toBe(false);
});

test("a folder that was put aside gets its name again where the new one has not got it", () => {
  const aside = join(folder, nameOf(dead, "partial.old", ".lost.hats."));
  mkdirSync(aside);
  writeFileSync(join(aside, "hats.properties"), "");
  sweep(folder);
  expect(readdirSync(join(folder, "lost.hats"))).toEqual(["hats.properties"]);
  expect(told.at(-1)).toContain("lost.hats is put back");
});

test("long names stay short enough, with their characters whole", () => {
  const name = "ä".repeat(125);
  writeFileSync(temporaryBeside(join(folder, name), "partial"), "");
});
