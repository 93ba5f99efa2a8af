import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { writeFileAtomic } from "./atomic-file.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-atomic-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function failure(work: Promise<void>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("the write should have failed");
}

describe("writeFileAtomic", () => {
  const write = writeFileAtomic;
  const fresh = () => mkdtempSync(join(folder, "case-"));

  test("writes text, bytes and pieces of bytes, and leaves nothing else behind", async () => {
    const home = fresh();
    await write(join(home, "text"), "grüße\n");
    await write(join(home, "bytes"), Uint8Array.of(1, 2, 3));
    await write(join(home, "pieces"), [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(9)]);
    expect(readFileSync(join(home, "text"), "utf8")).toBe("grüße\n");
    expect([...readFileSync(join(home, "bytes"))]).toEqual([1, 2, 3]);
    expect([...readFileSync(join(home, "pieces"))]).toEqual([1, 2, 9]);
    expect(readdirSync(home).sort()).toEqual(["bytes", "pieces", "text"]);
  });

  test("replaces a file, keeps its access mode and follows a link to it", async () => {
    const home = fresh();
    const path = join(home, "old");
    writeFileSync(path, "a long old content");
    chmodSync(path, 0o666);
    symlinkSync(path, join(home, "link"));
    await write(join(home, "link"), "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o666);
    expect(readdirSync(home).sort()).toEqual(["link", "old"]);
  });

  test("a failure half-way leaves the old file and no temporary file", async () => {
    const home = fresh();
    writeFileSync(join(home, "model"), "old");
    const broken = [Uint8Array.of(1), Symbol("no bytes") as unknown as Uint8Array];
    await failure(write(join(home, "model"), broken));
    expect(readFileSync(join(home, "model"), "utf8")).toBe("old");
    expect(readdirSync(home)).toEqual(["model"]);
  });

  test("a missing folder, a file taken for a folder and a folder are told in a sentence", async () => {
    const home = fresh();
    writeFileSync(join(home, "file"), "");
    mkdirSync(join(home, "folder"));
    const cases: [string, string][] = [
      ["none/x", "its folder does not exist; create the folder first."],
      ["file/x", "a part of the path is a file, not a folder; correct the path."],
      ["folder", "is a folder: give the name of a file to write."],
    ];
    for (const [path, end] of cases) {
      const error = await failure(write(join(home, path), "x"));
      expect(error).toBeInstanceOf(InputError);
      expect(error.message).toContain(join(home, path));
      expect(error.message).toContain(end);
    }
    expect(readdirSync(home).sort()).toEqual(["file", "folder"]);
  });

  test.skipIf(process.platform === "win32")("a device is refused, not replaced", async () => {
    expect((await failure(write("/dev/null", "x"))).message).toMatch(/not an ordinary file/);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "a folder without permission is told (skipped for root, who may write anywhere)",
    async () => {
      const home = fresh();
      chmodSync(home, 0o500);
      const error = await failure(write(join(home, "x"), "x"));
      expect(error).toBeInstanceOf(InputError);
      expect(error.message).toContain("you may not write there");
    },
  );
});

const disk = join(folder, "disk");
mkdirSync(disk);
const mounted =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).status === 0;
afterAll(() => {
  if (mounted) spawnSync("umount", [disk]);
});

describe.skipIf(!mounted)("on a disk of 64 kB (needs root and mount)", () => {
  const write = writeFileAtomic;
  const path = join(disk, "file.bin");
  const old = new Uint8Array(8192).fill(7);
  beforeAll(() => writeFileAtomic(path, old));

  test("a full disk is told and leaves the old file whole and nothing half-written", async () => {
    const before = readdirSync(disk);
    const big = Array.from({ length: 16 }, () => new Uint8Array(8192).fill(1));
    const error = await failure(write(path, big));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toBe(
      `Cannot write ${path}: the disk is full; free some space or choose another folder.`,
    );
    expect(new Uint8Array(readFileSync(path))).toEqual(old);
    expect(readdirSync(disk)).toEqual(before);
    await write(path, "there is room for this");
    expect(readFileSync(path, "utf8")).toBe("there is room for this");
  });

  test("a read-only disk is told", async () => {
    spawnSync("mount", ["-o", "remount,ro", disk]);
    const error = await failure(write(path, "x"));
    spawnSync("mount", ["-o", "remount,rw", disk]);
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain("the file system is read-only");
    expect(existsSync(path)).toBe(true);
  });
});
