import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { sha256 } from "./sha256.ts";

test("digests are those of Node's own, of every length about a block's, and of views into larger arrays", () => {
  for (const length of [0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 100_003]) {
    const all = Uint8Array.from({ length: length + 5 }, (_, i) => (i * 7919) >> 3);
    const bytes = all.subarray(5);
    expect(sha256(bytes)).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});
