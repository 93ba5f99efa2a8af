/** @file The figures of the package: what holds for every one, and what each must show or refuse. */
import { SaxesParser } from "saxes";
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { column, numberOf } from "../distribution/distribution-fixture.ts";
import { tickText } from "./axis.ts";
import { classesFigure } from "./classes-figure.ts";
import { cornerFigure } from "./corner-figure.ts";
import { densityFigure } from "./density-figure.ts";
import { jointFigure } from "./joint-figure.ts";
import { predictionFigure, scatterOf } from "./prediction-figure.ts";
import { checkFigures } from "./testing/check-figures.ts";
import { cloud, EXAMPLES } from "./testing/example-figures.ts";
import { answerColour, mixed, themeOf } from "./theme.ts";
import { figurePng, writeFigure } from "./write-figure.ts";

const xs = cloud.map(([x]) => x);

checkFigures(EXAMPLES, new URL("snapshots/", import.meta.url));

test("a PNG has twice the figure's size, and its text in it", () => {
  const figure = EXAMPLES.density({});
  const png = figurePng(figure);
  const size = new DataView(png.buffer, png.byteOffset);
  expect([size.getUint32(16), size.getUint32(20)]).toEqual([2 * figure.width, 2 * figure.height]);
  const withoutText = { ...figure, svg: figure.svg.replace(/<text[\s\S]*?<\/text>/g, "") };
  expect(figurePng(withoutText).length).toBeLessThan(png.length);
});

test("characters that XML has none of are written as in JSON", () => {
  const odd = "a\u001b[31m\u0000\u0007\u009b\ud800\uffff <b>&";
  const { svg } = densityFigure({
    column: { name: odd },
    answers: [{ label: odd, distribution: numberOf({ curves: [(z) => z] }) }],
  });
  expect(svg).toContain("a\\u001b[31m\\u0000\\u0007\\u009b\\ud800\\uffff");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
  expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\uffff]/);
  const parser = new SaxesParser();
  let fault: Error | undefined;
  parser.on("error", (error) => {
    fault ??= error;
  });
  parser.write(svg).close();
  expect(fault).toBeUndefined();
  expect(figurePng({ svg, width: 400, height: 300, title: odd }).length).toBeGreaterThan(1000);
});

test("a density has the data's bars at the data's heights", () => {
  const { svg } = EXAMPLES.density({});
  expect(svg).toContain("300 stars");
  expect(svg).toContain("density [1/dex]");
});

test("the scatter is that of the residuals around their median", () => {
  const truth = [1, 2, 3, 4, Number.NaN];
  const median = [2, 3.5, 4, 4.5, 7];
  // residuals 1, 1.5, 1, 0.5: median 1, distances 0, 0.5, 0, 0.5
  expect(scatterOf({ truth, median })).toEqual({ bias: 1, scatter: 1.4826 * 0.25 });
});

test("what can't be drawn is said", async () => {
  const column = { name: "x" };
  expect(() => densityFigure({ column, answers: [] })).toThrow(InputError);
  const nothing = { column, truth: [Number.NaN], median: [1], sigma: [1] };
  expect(() => predictionFigure(nothing)).toThrow('No row has a value of "x"');
  await expect(writeFigure(EXAMPLES.training({}), "a.jpg")).rejects.toThrow(
    "A picture is .svg, .pdf or .png",
  );
});

test("dates have their axis in pairs, too", () => {
  const columns = [{ name: "x" }, { name: "Sold", kind: "date" }] as const;
  const days = xs.map((x) => 20_000 + 100 * x);
  const { svg } = jointFigure({ columns, samples: { x: xs, y: days } });
  expect(svg).toContain("2024");
});

test("the caption counts what is drawn, and what lies outside", () => {
  const samples = { x: xs, y: xs };
  const data = {
    label: "rows",
    x: Array.from({ length: 9001 }, (_, i) => i / 9000),
    y: xs.concat(Array(8701).fill(0)),
  };
  const columns = [{ name: "a", range: [0, 0.5] }, { name: "b" }] as const;
  const { svg } = jointFigure({ columns, samples, data });
  const text = svg.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
  const outside = xs.filter((x) => !(x >= 0 && x <= 0.5)).length;
  expect(text).toMatch(new RegExp(`${outside} samples and 45\\d\\d rows outside the axes`));
  const [, dots, rows] = /(\d+) of (\d+) rows are drawn as dots/.exec(text) ?? [];
  expect(svg.match(/<circle/g)).toHaveLength(Number(dots) + 1); // and the one of the key
  expect(Number(rows)).toBeGreaterThan(Number(dots));
  expect(text).toContain("reach beyond the axes");
});

test("of many categories the most frequent are drawn and all others together", () => {
  const categories = Array.from({ length: 30 }, (_, i) => `kind ${i}`);
  const classes = categories.map((_, i) => (i < 10 ? 0.08 : 0.01));
  const answer = column({ encoding: { kind: "category", categories }, classes }).at(0);
  const density = densityFigure({
    column: { name: "kind" },
    answers: [{ label: "x", distribution: answer }],
  }).svg;
  expect(density).toContain(">15 others<");
  expect(density).toContain(">kind 0<");
  // The bar of the others is the highest: it is as high as its frame but for a twentieth.
  const bars = [...density.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map(([, height]) => Number(height));
  const own = bars.filter((height) => height < 300).sort((a, b) => a - b);
  expect((own.at(-1) ?? 0) / (own.at(-2) ?? 1)).toBeCloseTo(0.15 / 0.08, 1);
  const codes = Array.from({ length: 300 }, (_, i) => i % 30);
  const many = { name: "kind", kind: "category", categories } as const;
  const pair = jointFigure({
    columns: [many, { name: "x" }],
    samples: { x: codes, y: codes.map((code, i) => code + 0.01 * i) },
  });
  expect(pair.svg).toContain(">19 others<");
  const estimate = { value: 0.5, lower: 0.4, upper: 0.6 };
  // Every category is answered with itself and, as often, with the next.
  const confusion = categories.map((_, i) =>
    categories.map((__, j) => Number(j === i || j === (i + 1) % 30)),
  );
  const scored = { name: "kind", categories, questions: 60, calibrationError: 0, reliability: [] };
  const { svg } = classesFigure({ ...scored, accuracy: estimate, auc: estimate, confusion });
  expect(svg).toContain(">19 others<");
  const light = themeOf("light");
  // Of 38 rows of the 19 others 19 are answered with themselves and 18 with one that is another, too.
  expect(svg).toContain(mixed(light.grid, answerColour(light, 0), 37 / 38));
});

test("dates and categories are refused where marks are numbers", () => {
  const predictions = {
    column: { name: "Kind", kind: "category" },
    truth: [1],
    median: [1],
    sigma: [1],
  } as const;
  expect(() => predictionFigure(predictions)).toThrow("holds categories");
});

test("a width without room for the columns is said", () => {
  const columns = ["a", "b", "c"].map((name) => ({ name, samples: [1, 2, 3] }));
  expect(() => cornerFigure(columns, { width: 100 })).toThrow("3 columns need a picture of at least");
});

test("a key that is wider than the picture goes on below", () => {
  const label = `rows with ${Array.from({ length: 12 }, (_, i) => `column${i} 1.5 ± 0.25`).join(", ")}`;
  const { svg, height } = densityFigure({
    column: { name: "x" },
    answers: [{ label, distribution: numberOf({ curves: [(z) => z] }) }],
  });
  expect(svg).not.toContain(label);
  for (const word of label.split(" ")) expect(svg).toContain(word);
  expect(height).toBeGreaterThan(EXAMPLES["whole-numbers"]({}).height);
});

describe("ticks", () => {
  const labels = (...ticks: number[]) => ticks.map((tick, i) => tickText(tick, i, ticks));
  test.each([
    [
      [0, 0.5, 1],
      ["0", "0.5", "1"],
    ],
    [
      [-2, 0, 2],
      ["−2", "0", "2"],
    ],
    [
      [4000, 6000, 10_000],
      ["4000", "6000", "10000"],
    ],
    [
      [2e-4, 4e-4],
      ["2e−4", "4e−4"],
    ],
    [
      [123_456.1, 123_456.2],
      ["123456.1", "123456.2"],
    ],
    [
      [2_450_000, 2_452_000, 2_454_000],
      ["2.450e6", "2.452e6", "2.454e6"],
    ],
    [
      [0, 1e7, 2e7],
      ["0", "1e7", "2e7"],
    ],
  ])("%j", (ticks, expected) => {
    expect(labels(...ticks)).toEqual(expected);
  });
});
