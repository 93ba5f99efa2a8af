/** @file What the pages show of `anygiven inspect` is what it prints. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { anygivenHere } from "./cli-here.ts";

const docs = fileURLToPath(new URL("../docs", import.meta.url));
const shown = readdirSync(docs)
  .filter((name) => name.endsWith(".md"))
  .flatMap((page) => {
    const text = readFileSync(join(docs, page), "utf8");
    const blocks = text.matchAll(/^```console\n\$ anygiven inspect (\S+)\n([\s\S]*?)^```/gm);
    return Array.from(blocks, ([, file, output]) => ({ page, file, output }));
  });

test.each(shown)("$page shows what inspect $file prints", async ({ file, output }) => {
  const { code, stdout } = await anygivenHere("inspect", join(docs, "tables", file));
  expect(code).toBe(0);
  expect(stdout.replaceAll(join(docs, "tables", file), file)).toBe(output);
});

test("there is such a page", () => {
  expect(shown.map(({ page }) => page)).toContain("your-table.md");
});
