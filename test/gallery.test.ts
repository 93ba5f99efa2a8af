/** @file docs/gallery.md shows every picture that there is, and none that there isn't; and so do the other texts. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = ["docs", "examples", "src/plot"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
);
const texts = ["README.md", ...files.filter((file) => file.endsWith(".md"))];

function picturesIn(text: string): string[] {
  const links = readFileSync(join(root, text), "utf8").matchAll(
    /!?\[[^\]]*\]\(([^)#]+\.(?:svg|png|html))\)/g,
  );
  return Array.from(links, ([, link]) => relative(root, join(root, dirname(text), link)));
}

test("the gallery holds every picture", () => {
  const pictures = files.filter((file) => /\.(svg|png|html)$/.test(file));
  expect(picturesIn("docs/gallery.md").sort()).toEqual(pictures.sort());
});

test.each(texts)("every picture of %s is there", (text) => {
  for (const picture of picturesIn(text)) expect(existsSync(join(root, picture)), picture).toBe(true);
});
