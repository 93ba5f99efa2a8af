/** @file A disk that fills up: told in a sentence, nothing half-written is left, what was there stays whole. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../src/base/errors.ts";
import { decodeSafetensors } from "../src/model/safetensors.ts";
import { generator } from "../src/numeric/generator.ts";
import { writeHdf5 } from "../src/table/files/hdf5/testing/write-hdf5.ts";
import { readTable } from "../src/table/files/read.ts";
import { RunLog } from "../src/training/run-log.ts";
import { TINY, temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("full-disk");
const table = writeExampleTable(join(folder, "table.csv"), 300);
const disk = join(folder, "disk");
mkdirSync(disk);
const isMounted =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]).status === 0;
afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
});

const out = join(disk, "model");
const options = ["--preset", "paper", ...TINY, "--checkpoint-every", "1", "--epochs", "30"];

/** Takes what is left of the disk but for some bytes. @returns the file that takes it. */
function fill(butFor: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const path = join(disk, "filling");
  writeFileSync(path, new Uint8Array(Math.max(0, bavail * bsize - butFor)));
  return path;
}

/** Every file on the disk, by its path within it. */
const files = () =>
  readdirSync(disk, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name).slice(disk.length + 1)] : [],
  );

describe.skipIf(!isMounted)("on a disk of 128 kB (needs root and mount):", () => {
  test("training stops, its checkpoints stay whole, and it goes on when there is room", async () => {
    const { code, stderr } = await anygivenHere("train", table, "--out", out, ...options);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^anygiven: Cannot write .*: the disk is full; free some space or .*\.$/m);
    expect(stderr).not.toMatch(/^ +at /m);
    const saved = readdirSync(join(out, "checkpoints"));
    expect(saved.length).toBeGreaterThanOrEqual(2);
    for (const name of saved) {
      const path = join(out, "checkpoints", name);
      const { tensors } = decodeSafetensors(readFileSync(path), path);
      expect(tensors.size).toBeGreaterThan(0);
    }
    const names = [
      "config.json",
      "manifest.json",
      "metrics.csv",
      "model-card.md",
      "schema.json",
      "system.json",
      "training.log",
      "weights.safetensors",
    ];
    expect(readdirSync(out).sort()).toEqual(["checkpoints", ...names]); // no temporary file
    expect((await anygivenHere("sample", out, "--of", "width", "--size", "10")).code).toBe(0);

    spawnSync("mount", ["-o", "remount,size=4m", disk]);
    const resumed = await anygivenHere("train", table, "--out", out, "--resume", ...options);
    expect(resumed.code, resumed.stderr).toBe(0);
    const undisturbed = join(folder, "undisturbed");
    await anygivenHere("train", table, "--out", undisturbed, ...options);
    const weights = (model: string) => readFileSync(join(model, "weights.safetensors"));
    expect(weights(out).equals(weights(undisturbed))).toBe(true);
  });

  test.each(["csv", "parquet", "jsonl"])(
    "predictions are written to %s whole or not at all",
    async (ending) => {
      const path = join(disk, `answers.${ending}`);
      writeFileSync(path, "the old answers");
      const filling = fill(4096);
      const before = files();
      const args = ["predict", out, table, "--of", "height", "--size", "10", "--out", path];
      const { code, stderr, stdout } = await anygivenHere(...args);
      expect(files()).toEqual(before);
      expect(readFileSync(path, "utf8")).toBe("the old answers");
      rmSync(filling);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(
        /^anygiven: Cannot write .*answers\..*: the disk is full; .*free some space.*\.\n$/,
      );
    },
  );

  test("a folder can't be begun on it", async () => {
    const filling = fill(0);
    const begun = join(disk, "begun");
    const { code, stderr } = await anygivenHere("train", table, "--out", begun, ...options);
    rmSync(filling);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^anygiven: .*begun.*(the disk is full|ENOSPC).*\.$/m);
    expect(existsSync(join(begun, "config.json"))).toBe(false);
  });

  test("a line of the log that has no room is told", async () => {
    const log = await RunLog.open(out, { epoch: 30, step: 30 });
    const filling = fill(0);
    const written = log.line("x".repeat(10_000)).catch((error: unknown) => error);
    expect(await written).toBeInstanceOf(InputError);
    expect(String(await written)).toMatch(/Cannot write .*training\.log: the disk is full; free some space/);
    rmSync(filling);
  });

  test("rows of HDF5 that have no room in the temporary folder are told", async () => {
    const path = join(folder, "rows.h5");
    const random = generator(1, "rows");
    await writeHdf5(path, { x: Float64Array.from({ length: 20_000 }, () => random.uniform()) });
    const filling = fill(16_384);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = disk;
    const refused = await readTable(path).catch((error: unknown) => error);
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(filling);
    expect(refused).toBeInstanceOf(InputError);
    expect(String(refused)).toMatch(
      /Cannot unpack .*rows\.h5 to the temporary folder .*: its disk is too full; set/,
    );
    expect(files().filter((name) => name.includes("hdf5"))).toEqual([]);
  });
});
