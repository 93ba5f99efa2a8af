/**
 * @file Loaded before the program (`--import`): counts the calls that change the disk, and kills the process right before or right
 * after the n-th of them, as a power cut would. Without a number it writes how many there were.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

const { ANYGIVEN_CRASH_AT: at, ANYGIVEN_CRASH_COUNT: countFile } = process.env;
const [number, when] = at ? [Number.parseInt(at, 10), at.endsWith("after") ? "after" : "before"] : [];
const { writeFileSync } = fs;
let calls = 0;

function counted(call) {
  return function (...args) {
    const own = ++calls;
    const end = () => process.kill(process.pid, "SIGKILL");
    if (own === number && when === "before") end();
    const made = call.apply(this, args);
    if (own !== number) return made;
    if (typeof made?.then === "function")
      return made.then(
        (value) => (end(), new Promise(() => value)),
        (error) => {
          throw error;
        },
      );
    end();
    return made;
  };
}

function wrap(object, names) {
  for (const name of names) if (typeof object[name] === "function") object[name] = counted(object[name]);
}

if (isMainThread) {
  wrap(fs.promises, [
    "rename",
    "link",
    "rm",
    "rmdir",
    "unlink",
    "mkdir",
    "writeFile",
    "appendFile",
    "copyFile",
    "chmod",
  ]);
  wrap(fs, ["renameSync", "rmSync", "mkdirSync", "fsyncSync", "unlinkSync", "writeSync"]);
  const { open } = fs.promises;
  let isWrapped = false;
  fs.promises.open = counted(async function (...args) {
    const file = await open.apply(this, args);
    if (!isWrapped)
      wrap(Object.getPrototypeOf(file), ["writeFile", "write", "sync", "truncate", "appendFile"]);
    isWrapped = true;
    return file;
  });
  syncBuiltinESMExports();
  if (countFile) process.on("exit", () => writeFileSync(countFile, String(calls)));
}
