/** @file A folder is written to by one at a time, and a lock whose process has ended is taken over. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { withFolderLock } from "./folder-lock.ts";
import { markText, ownMark } from "./process-mark.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);
const what = "a test";
const work = async () => "done";

function locked(name: string, mark: Parameters<typeof markText>[0]): string {
  mkdirSync(at(name));
  writeFileSync(
    join(at(name), ".lock"),
    `${markText(mark)}\na training, process ${mark.pid}, since long ago\n`,
  );
  return at(name);
}

test("the lock is there while the work is, and tells whose it is; a folder made for nothing is gone again", async () => {
  const held = withFolderLock(at("a"), { what }, async () => readFileSync(join(at("a"), ".lock"), "utf8"));
  await expect(held).resolves.toContain(`a test, process ${process.pid}, since `);
  expect(existsSync(at("a"))).toBe(false);
  await withFolderLock(at("b"), { what }, async () => writeFileSync(join(at("b"), "x"), ""));
  expect(readdirSync(at("b"))).toEqual(["x"]);
});

test("other work of the same process is refused, also by another name of the folder", async () => {
  mkdirSync(at("c"));
  symlinkSync(at("c"), at("c-too"));
  const inner = () => withFolderLock(at("c-too"), { what }, work);
  await expect(withFolderLock(at("c"), { what }, inner)).rejects.toThrow(/c-too is in use: this process/);
  await expect(inner()).resolves.toBe("done");
});

test("a running process keeps its lock, one that has ended loses it, which is told", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const mark = { ...ownMark(), pid: child.pid ?? 0, began: "0" };
  await expect(withFolderLock(locked("d", mark), { what }, work)).rejects.toThrow(
    `d is in use: a training, process ${child.pid}, since long ago is writing to it. Choose another folder`,
  );
  child.kill("SIGKILL");
  await once(child, "exit");
  const told: string[] = [];
  await expect(withFolderLock(at("d"), { what, onNotice: (each) => told.push(each) }, work)).resolves.toBe(
    "done",
  );
  expect(told).toEqual([
    `The lock of ${at("d")} is taken over from process ${child.pid}, which ended before its work did.`,
  ]);
  expect(readdirSync(at("d"))).toEqual([]);
});

test("a lock of another machine, or one that says nothing, is left, with what to do about it", async () => {
  const other = locked("e", { ...ownMark(), host: "0a0b0c" });
  await expect(withFolderLock(other, { what }, work)).rejects.toThrow(
    /on another machine, was writing to it; if that has ended, remove .*\.lock/,
  );
  writeFileSync(join(other, ".lock"), "");
  await expect(withFolderLock(other, { what }, work)).rejects.toThrow(/another process was writing to it/);
  expect(readdirSync(other)).toEqual([".lock"]);
});

test("of many that take over a dead process's lock at once, one gets it", async () => {
  const dead = { ...ownMark(), pid: spawnSync(process.execPath, ["-e", ""]).pid, began: "0" };
  const path = locked("f", dead);
  const script = `import { withFolderLock } from ${JSON.stringify(join(import.meta.dirname, "folder-lock.ts"))};
    await withFolderLock(${JSON.stringify(path)}, { what: "x" }, () => new Promise((end) => setTimeout(end, 120_000)));`;
  const runs = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { stdio: "ignore" }),
  );
  let refused = 0;
  const exits = runs.map(async (run) => {
    await once(run, "exit");
    if (++refused === runs.length - 1) for (const each of runs) each.kill("SIGKILL"); // the one that holds it
  });
  await Promise.all(exits);
  const signals = runs.map((run) => run.signalCode);
  expect(signals.filter((signal) => signal === "SIGKILL")).toHaveLength(1);
}, 60_000);

test("links in a model's folder are not written through", async () => {
  mkdirSync(join(at("g"), "checkpoints"), { recursive: true });
  writeFileSync(at("outside"), "");
  symlinkSync(at("outside"), join(at("g"), "checkpoints", "epoch-000001.safetensors"));
  await expect(withFolderLock(at("g"), { what }, work)).rejects.toThrow(
    /epoch-000001\.safetensors is a link/,
  );
  rmSync(join(at("g"), "checkpoints"), { recursive: true });
  symlinkSync(at("nowhere"), join(at("g"), "training.log"));
  await expect(withFolderLock(at("g"), { what }, work)).rejects.toThrow(/training\.log is a link/);
});
