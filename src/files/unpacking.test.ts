/** @file Gzip files as they come: of several members, padded, cut off, with bytes behind, and made to fill a disk. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readTable } from "../table/files/read.ts";
import { complaintOf } from "../table/files/testing/complaint-fixture.ts";
import { gunzipped, inBytes, UnpackedBytes } from "./unpacking.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-unpacking-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = `a,b\n${Array.from({ length: 400 }, (_, i) => `${i * 1.5},${(i * 7) % 11}\n`).join("")}`;
const packed = gzipSync(text);
const half = text.length >> 1;
const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);

function file(bytes: Uint8Array, name = "x.csv.gz"): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function unpacked(bytes: Uint8Array): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of gunzipped(file(bytes), "x.csv.gz")) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe("gzip", () => {
  test.each([1, 2, 512, 100_000, 1_000_000])("%i zeros behind are padding", async (zeros) => {
    expect(await unpacked(Buffer.concat([packed, Buffer.alloc(zeros)]))).toBe(text);
  });

  test("of several members, with zeros between them or not, is one text", async () => {
    expect(await unpacked(members)).toBe(text);
    const apart = [
      gzipSync(text.slice(0, half)),
      Buffer.alloc(700),
      gzipSync(text.slice(half)),
      Buffer.alloc(9),
    ];
    expect(await unpacked(Buffer.concat(apart))).toBe(text);
  });

  test("of no bytes is an empty text", async () => {
    expect(await unpacked(gzipSync(""))).toBe("");
  });

  test("with other bytes behind, or behind its padding, is refused", async () => {
    const read = (bytes: Buffer) => complaintOf(file(bytes), {}, [`${folder}/`]);
    const sentence =
      /^Cannot read x\.csv\.gz: (its gzip data cannot be unpacked|behind its gzip data).*fetch it again\.$/;
    expect(await read(Buffer.concat([packed, Buffer.from("more")]))).toMatch(sentence);
    expect(await read(Buffer.concat([packed, Buffer.alloc(3), Buffer.from("more")]))).toMatch(sentence);
    expect(await read(Buffer.concat([packed, Buffer.from([0x1f, 7, 7, 7])]))).toMatch(sentence);
  });

  test("cut off anywhere is refused in one sentence", async () => {
    for (let end = 3; end < members.length; end += 37) {
      // Cut between the members, it is a whole file of the first.
      if (end === gzipSync(text.slice(0, half)).length) continue;
      expect(await complaintOf(file(members.subarray(0, end)), {}, [`${folder}/`])).toMatch(
        /^Cannot read x\.csv\.gz: .*(fetch it again)\.$/,
      );
    }
  });
});

describe("what may come out of a packed file", () => {
  const bomb = gzipSync(`a,b\n${"1,2\n".repeat(500_000)}`);

  test("is limited, told, and more can be allowed", async () => {
    expect(await complaintOf(file(bomb), { maxUnpacked: 1e6 }, [`${folder}/`])).toBe(
      `x.csv.gz has ${bomb.length.toLocaleString("en")} bytes and holds, unpacked, more than the 1,000,000 bytes that are allowed, as files do that are made to fill a disk; if it is what it should be, allow more with \`maxUnpacked\`.`,
    );
    expect((await readTable(file(bomb), { maxUnpacked: 3e6 })).rows).toBe(500_000);
  });

  test("is 1 GiB, or a hundred times the file", () => {
    const small = new UnpackedBytes("small", 1000);
    small.add(2 ** 30);
    expect(() => small.add(1)).toThrow("more than the 1 GiB");
    expect(() => new UnpackedBytes("large", 1e9).expect(1e11)).not.toThrow();
    expect(() => new UnpackedBytes("large", 1e9).expect(1e11 + 1)).toThrow("more than the 93.1 GiB");
  });

  test("does not end in a file that unpacks to itself", async () => {
    const many = [1, 2, 3, 4, 5].reduce((bytes) => gzipSync(bytes), Buffer.from(text));
    expect(await complaintOf(file(many), {}, [`${folder}/`])).toMatch(/is packed more than 3 times over/);
    expect((await readTable(file(gzipSync(packed)))).rows).toBe(400);
  });
});

test("sizes are told in words", () => {
  expect([999, 2432, 3 * 2 ** 20, 1.5 * 2 ** 30].map(inBytes)).toEqual([
    "999 bytes",
    "2,432 bytes",
    "3 MiB",
    "1.5 GiB",
  ]);
});
