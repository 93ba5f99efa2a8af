import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../errors.ts";
import { tarFile } from "./tar.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-tar-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lengths on both sides of a block's end; the second has the first's name within its contents. */
const FILES: Readonly<Record<string, string>> = {
  "things/empty": "",
  "things/block": "x".repeat(512),
  "things/more": `things/block${"y".repeat(600)}`,
};

/** An archive of these files, as the system's own tar makes it. */
function archiveOf(name: string, ...options: string[]): Uint8Array {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  execFileSync("tar", ["-cf", join(folder, name), ...options, "-C", folder, "things"]);
  return readFileSync(join(folder, name));
}

describe("a file in a tar archive", () => {
  test.each(["ustar", "pax", "v7"])("is found by its name, in the format %s", (format) => {
    const archive = archiveOf(`${format}.tar`, `--format=${format}`);
    for (const [path, text] of Object.entries(FILES)) {
      expect(Buffer.from(tarFile(archive, path, "x.tar")).toString()).toBe(text);
    }
  });

  test("whose name is too long for its field, is found by both parts of it", () => {
    const long = `${"a".repeat(80)}/${"b".repeat(80)}`;
    const path = `things/${long}`;
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), "long");
    const archive = archiveOf("long.tar", "--format=ustar");
    expect(Buffer.from(tarFile(archive, path, "x.tar")).toString()).toBe("long");
  });

  test("is not taken for a folder of its name, nor found if it is not there", () => {
    const archive = archiveOf("folder.tar");
    for (const name of ["things/", "things/other", "block"]) {
      expect(() => tarFile(archive, name, "x.tar")).toThrow(new InputError(`x.tar holds no file ${name}.`));
    }
    expect(() => tarFile(new Uint8Array(), "a", "x.tar")).toThrow("x.tar holds no file a.");
  });

  test("that is cut off is told", () => {
    const archive = archiveOf("cut.tar");
    const from = Buffer.from(archive).lastIndexOf("yyy");
    expect(() => tarFile(archive.subarray(0, from), "things/more", "x.tar")).toThrow(
      "x.tar ends in the middle of things/more: fetch it again.",
    );
  });
});
