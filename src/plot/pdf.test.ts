/** @file Pictures without text: outlines look as the letters do, and a PDF is whole and draws every path. */
import { Resvg } from "@resvg/resvg-js";
import { unzlibSync } from "fflate";
import { describe, expect, test } from "vitest";
import { asPaths, lettersOf, outlinedSvg } from "./outlined.ts";
import { figurePdf } from "./pdf.ts";
import { EXAMPLES } from "./testing/example-figures.ts";
import { figurePng } from "./write-figure.ts";

const latin = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

function contentOf(pdf: Uint8Array): string {
  const start = latin(pdf).indexOf("stream\n") + 7;
  return latin(unzlibSync(pdf.subarray(start, latin(pdf).indexOf("\nendstream"))));
}

describe.each(Object.entries(EXAMPLES))("%s", (_, draw) => {
  const figure = draw({});
  const outlined = outlinedSvg(figure);

  test("looks the same with outlines, without any typeface", () => {
    expect(outlined).not.toContain("<text");
    const bare = new Resvg(outlined, { fitTo: { mode: "zoom", value: 2 }, font: { loadSystemFonts: false } });
    const [lettered, outlines] = [new Resvg(wrapped(figurePng(figure), figure)), bare].map((each) =>
      each.render(),
    );
    expect([outlines.width, outlines.height]).toEqual([lettered.width, lettered.height]);
    const [a, b] = [lettered.pixels, outlines.pixels];
    let apart = 0;
    for (let i = 0; i < a.length; i++) apart += Math.abs(a[i] - b[i]);
    expect(apart / a.length).toBeLessThan(0.6); // of 255: the outlines' places have two decimals
  });

  test("has each text as a path that says it, and in a PDF as letters that are not painted", () => {
    const { svg, texts } = lettersOf(figure.svg);
    const paths = svg.replace(/<defs>.*?<\/defs>/s, "").match(/<path /g) ?? [];
    expect(paths).toHaveLength(texts.length);
    const said = [...outlined.matchAll(/<title>([^<]*)<\/title><\/path>/g)].map(([, text]) => plain(text));
    expect(said).toEqual(texts);
    expect(lettersIn(figurePdf(figure))).toEqual(texts);
  });

  test("as a PDF has every path once, and states, colours and places that are numbers", () => {
    const content = contentOf(figurePdf(figure));
    const inDefs = /<defs>.*?<\/defs>/s;
    const paths = [
      ...asPaths(figure.svg)
        .replace(inDefs, "")
        .matchAll(/<path [^>]*>/g),
    ].map(([tag]) => tag);
    const [filled, stroked] = ["fill", "stroke"].map(
      (what) => paths.filter((tag) => !tag.includes(` ${what}="none"`)).length,
    );
    expect(content.match(/ f\*?$/gm)).toHaveLength(filled);
    expect(content.match(/ S$/gm) ?? []).toHaveLength(stroked);
    expect(content.match(/^q$/gm)).toHaveLength(content.match(/^Q$/gm)?.length ?? 0);
    expect(content).not.toMatch(/NaN|undefined|Infinity/);
  });
});

const plain = (text: string) =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");

/** What a reader copies: the codes of each text, as the file says what they mean. */
function lettersIn(pdf: Uint8Array): string[] {
  const meanings = new Map(
    [...latin(pdf).matchAll(/^<([0-9a-f]{2})> <([0-9a-f]{4,})>$/gm)].map(([, code, units]) => [
      code,
      String.fromCharCode(...(units.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
    ]),
  );
  const shown = contentOf(pdf).matchAll(/^BT 3 Tr .* Tm <([0-9a-f]*)> Tj ET$/gm);
  return Array.from(shown, ([, codes]) =>
    (codes.match(/../g) ?? []).map((code) => meanings.get(code)).join(""),
  );
}

/** A PNG as a picture of its own size, so that both are compared as pixels. */
function wrapped(
  png: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const [wide, high] = [2 * width, 2 * height];
  const image = Buffer.from(png).toString("base64");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}"><image width="${wide}" height="${high}" href="data:image/png;base64,${image}"/></svg>`;
}

test("a PDF's table says where each object lies, and its page is as large as the figure", () => {
  const figure = { ...EXAMPLES.density({}), title: "Größe" };
  const pdf = figurePdf(figure);
  const text = latin(pdf);
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const [, count = "", entries = ""] =
    /^xref\n0 (\d+)\n0000000000 65535 f \n((?:\d{10} 00000 n \n)+)trailer/.exec(text.slice(start)) ?? [];
  const places = entries
    .trim()
    .split("\n")
    .map((line) => Number.parseInt(line, 10));
  expect(places).toHaveLength(Number(count) - 1);
  for (const [i, place] of places.entries())
    expect(text.slice(place, place + 8)).toMatch(new RegExp(`^${i + 1} 0 obj`));
  expect(text).toContain(`/MediaBox [0 0 ${0.75 * figure.width} ${0.75 * figure.height}]`);
  expect(text).toContain("/Title <feff0047007200f600df0065>");
  expect(figurePdf(figure)).toEqual(pdf);
});

test("a curve of degree two is the same one of degree three", () => {
  const path = '<path d="M0 0 Q30 60 90 0" fill="#ff8000"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="80">${path}</svg>`;
  const content = contentOf(figurePdf({ svg, width: 100, height: 80, title: "a curve" }));
  // Control points two thirds of the way to the one that there was.
  expect(content).toContain("0 0 m 20 40 50 40 90 0 c f");
  expect(content).toContain("1 0.502 0 rg");
});
