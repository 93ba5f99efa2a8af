/** @file The figures of the package: what holds for every one, and what each must show or refuse. */
import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { numberOf } from "../distribution/distribution-fixture.ts";
import { tickText } from "./axis.ts";
import { cornerFigure } from "./corner-figure.ts";
import { densityFigure } from "./density-figure.ts";
import { jointFigure } from "./joint-figure.ts";
import { predictionFigure, scatterOf } from "./prediction-figure.ts";
import { checkFigures } from "./testing/check-figures.ts";
import { cloud, EXAMPLES } from "./testing/example-figures.ts";
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
  expect(text).toContain("reaches beyond the axes");
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
