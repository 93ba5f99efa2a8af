import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { crc32, openZip } from "./zip-file.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-zip-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function contentsOf(bytes: Uint8Array): Promise<Map<string, string>> {
  const path = join(folder, "x.zip");
  writeFileSync(path, bytes);
  const file = await open(path);
  try {
    const zip = await openZip(file, "x.zip");
    const contents = new Map<string, string>();
    for (const [name, entry] of zip.entries) {
      contents.set(name, new TextDecoder().decode(await zip.read(entry)));
    }
    return contents;
  } finally {
    await file.close();
  }
}

/** One stored entry "a" written as ZIP64 with a data descriptor, as files of over 4 GB are: every number is elsewhere. */
function zip64(content: string): Buffer {
  const data = Buffer.from(content);
  const sum = crc32(data);
  const local = Buffer.alloc(30 + 1 + 5);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 6); // sizes follow the data
  local.writeUInt16LE(1, 26);
  local.writeUInt16LE(5, 28); // an extra field that the directory does not repeat
  local.write("a", 30);
  const central = Buffer.alloc(46 + 1 + 28);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt32LE(sum, 16);
  central.fill(0xff, 20, 28);
  central.writeUInt16LE(1, 28);
  central.writeUInt16LE(28, 30);
  central.fill(0xff, 42, 46);
  central.write("a", 46);
  central.writeUInt16LE(1, 47);
  central.writeUInt16LE(24, 49);
  central.writeBigUInt64LE(BigInt(data.length), 51);
  central.writeBigUInt64LE(BigInt(data.length), 59);
  const directory = local.length + data.length;
  const end = Buffer.alloc(56 + 20 + 22);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(BigInt(central.length), 40);
  end.writeBigUInt64LE(BigInt(directory), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(directory + central.length), 64);
  end.writeUInt32LE(0x06054b50, 76);
  end.fill(0xff, 84, 96);
  return Buffer.concat([local, data, central, end]);
}

test("the checksum is the known one", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926); // the CRC catalogue's check value
});

test("stored and deflated entries are read", async () => {
  const long = "na".repeat(5000);
  const bytes = zipSync({
    a: [new TextEncoder().encode("stored"), { level: 0 }],
    "b/c": [new TextEncoder().encode(long), { level: 9 }],
    empty: new Uint8Array(),
  });
  expect(await contentsOf(bytes)).toEqual(
    new Map([
      ["a", "stored"],
      ["b/c", long],
      ["empty", ""],
    ]),
  );
});

test("a ZIP64 archive is read, and one with a comment at its end", async () => {
  expect(await contentsOf(zip64("of any size"))).toEqual(new Map([["a", "of any size"]]));
  const commented = Buffer.concat([zipSync({ a: new Uint8Array() }), Buffer.from("hello")]);
  commented.writeUInt16LE(5, commented.length - 7);
  expect([...(await contentsOf(commented)).keys()]).toEqual(["a"]);
});

test("damage, encryption, unknown packing and a lying size are told", async () => {
  const sound = zipSync({ a: [new TextEncoder().encode("stored as it is"), { level: 0 }] });
  const central = Buffer.from(sound).indexOf(Buffer.from("PK\x01\x02"));
  const changed = (at: number, byte: number) => {
    const bytes = sound.slice();
    bytes[at] = byte;
    return bytes;
  };
  const cases: [Uint8Array, RegExp][] = [
    [changed(35, 0), /x\.zip is damaged: the checksum of its part "a" is wrong/],
    [changed(central + 8, 1), /encrypted/],
    [changed(central + 10, 12), /unknown way \(method 12\)/],
    [changed(0, 0), /part "a" is missing/],
    [changed(central, 0), /directory is unreadable/],
    [changed(central + 22, 9), /cut short/],
    [sound.subarray(0, -10), /cut short/],
  ];
  const deflated = zipSync({ a: [new TextEncoder().encode("na".repeat(50)), { level: 9 }] });
  const liar = deflated.slice();
  liar[Buffer.from(deflated).indexOf(Buffer.from("PK\x01\x02")) + 27] = 0x7f; // two thousand million bytes
  cases.push([liar, /size of its part "a" is wrong/]);
  for (const [bytes, fault] of cases) {
    await expect(contentsOf(bytes)).rejects.toThrow(InputError);
    await expect(contentsOf(bytes)).rejects.toThrow(fault);
  }
});
