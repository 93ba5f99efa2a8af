/**
 * @file What every figure must be: whole in both themes, inside its frame, the same twice, and as it was found good.
 */
import { fileURLToPath } from "node:url";
import { Resvg } from "@resvg/resvg-js";
import { describe, expect, test } from "vitest";
import type { FigureOptions } from "../density-figure.ts";
import type { Figure } from "../figure.ts";
import { fontFiles, THEMES } from "../theme.ts";

const FONT = { fontFiles: fontFiles(), loadSystemFonts: false, defaultFontFamily: "Inter" };

/** Describes a figure of every name; each must look as its picture among the snapshots does, in the light theme. */
export function checkFigures(
  figures: Readonly<Record<string, (options: FigureOptions) => Figure>>,
  snapshots: URL,
): void {
  describe.each(Object.entries(figures))("the figure %s", (name, draw) => {
    test.each(THEMES)("is an SVG without holes (%s)", (theme) => {
      const { svg } = draw({ theme });
      expect(svg).not.toMatch(/NaN|undefined|Infinity|var\(|\[object/);
      // resvg refuses what is no XML.
      expect(() => new Resvg(svg, { font: FONT })).not.toThrow();
    });

    test("has all of its ink inside its own frame", () => {
      expect(inkOutside(draw({}))).toBe(0);
    });

    test("is drawn the same twice", () => {
      expect(draw({}).svg).toBe(draw({}).svg);
    });

    test("looks as it did when it was looked at", async () => {
      await expect(draw({}).svg).toMatchFileSnapshot(fileURLToPath(new URL(`${name}.svg`, snapshots)));
    });
  });
}

/** Painted pixels in a border around the figure, with nothing cut off but what the marks cut themselves. */
function inkOutside({ svg, width, height }: Figure): number {
  const edge = 30;
  const open = svg
    .replace(/<rect width="[\d.]+" height="[\d.]+" fill="#[0-9a-f]+"\/>/, "")
    .replaceAll('<svg x="', '<svg overflow="visible" x="')
    .replace(/width="[\d.]+" height="[\d.]+" viewBox="[^"]+"/, () => {
      const [wide, high] = [width + 2 * edge, height + 2 * edge];
      return `width="${wide}" height="${high}" viewBox="${-edge} ${-edge} ${wide} ${high}"`;
    });
  const image = new Resvg(open, { font: FONT }).render();
  const { pixels } = image; // a copy of all at each call
  let painted = 0;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) {
      const isInside = x >= edge && x < edge + width && y >= edge && y < edge + height;
      if (!isInside && pixels[4 * (y * image.width + x) + 3] > 0) painted++;
    }
  }
  return painted;
}
