/** @file One example of every figure, for the tests: small, and the same in every run. */
import { column, normals, numberOf } from "../../distribution/distribution-fixture.ts";
import type { ColumnAttribution } from "../../evaluation/attribution.ts";
import type { NumberScores } from "../../evaluation/number-answers.ts";
import { generator } from "../../numeric/generator.ts";
import { attributionFigure } from "../attribution-figure.ts";
import { calibrationFigure } from "../calibration-figure.ts";
import { classesFigure } from "../classes-figure.ts";
import { cornerFigure } from "../corner-figure.ts";
import { densityFigure, type FigureOptions } from "../density-figure.ts";
import type { Figure } from "../figure.ts";
import { jointFigure } from "../joint-figure.ts";
import { predictionFigure } from "../prediction-figure.ts";
import type { Profile } from "../profile.ts";
import { profileFigure } from "../profile-figure.ts";
import { skyFigure } from "../sky-figure.ts";
import { trainingFigure } from "../training-figure.ts";

const giants = numberOf({ curves: [normals([0.7, 2.4, 0.25], [0.3, 4.6, 0.12]).curve] });
const dwarfs = numberOf({ curves: [normals([0.2, 2.7, 0.2], [0.8, 4.4, 0.15]).curve] });
const capped = column({
  encoding: { pointMasses: [5] },
  curves: [normals([1, 2, 0.8]).curve],
  classes: [0.9, 0.1],
}).at(0);
const whole = column({ encoding: { kind: "integer" }, curves: [normals([1, 6, 2]).curve] }).at(0);
const days = column({ curves: [(z) => 20_000 + 300 * z] }).at(0);
const kinds = column({
  encoding: { kind: "category", categories: ["red", "green", "blue & <white>"] },
  classes: [0.2, 0.5, 0.3],
}).at(0);

const random = generator(1, "figures");
/** Two moons. */
export const cloud = Array.from({ length: 300 }, (_, i) => {
  const angle = Math.PI * random.uniform();
  const [x, y] =
    i % 2 === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)];
  return [x + 0.1 * random.normal(), y + 0.1 * random.normal()] as const;
});
const xs = cloud.map(([x]) => x);
const ys = cloud.map(([, y]) => y);
const zs = cloud.map(([x, y]) => x * y);
const fluxes = cloud.map(([x, y]) => 10 ** (1 + x * y + 0.3 * y));
const sides = cloud.map(([x]) => Number(x > 0.5));
const fews = cloud.map(([, y]) => Math.min(2, Math.max(0, Math.round(1 + 1.2 * y))));
const running = Float64Array.from({ length: 21 }, (_, i) => 10 ** (i / 10));
const around = (shift: number) => running.map((value) => shift + 0.5 * Math.sin(2 * Math.log10(value)));
const bands: Profile = {
  of: "logg",
  over: "flux",
  values: running,
  answers: {
    kind: "bands",
    median: around(0.3),
    inner: [around(0), around(0.6)],
    outer: [around(-0.4), around(1.1)],
  },
};
const truth = cloud.map(([x]) => 5000 + 600 * x);
const sigma = cloud.map(([, y]) => 20 + 40 * y * y);
const median = truth.map((value, i) => value + sigma[i] * Math.sin(17 * i));
const estimate = (value: number) => ({ value, lower: value - 0.02, upper: value + 0.02 });
const scores = {
  questions: 1000,
  ks: estimate(0.03),
  pitHistogram: Array.from({ length: 20 }, (_, i) => 44 + ((i * 7) % 13)),
  calibrationCurve: Array.from({ length: 19 }, (_, i) => ({
    level: (i + 1) / 20,
    share: (i + 1) / 20 + 0.01,
  })),
  intervals: [0.5, 0.68, 0.9, 0.95].map((mass) => ({ mass, coverage: estimate(mass - 0.02) })),
} as unknown as NumberScores;
const reliabilities = [2, 3].map((count) => ({
  name: count === 2 ? "giant" : "kind",
  questions: 400,
  categories: ["no", "yes", "perhaps"].slice(0, count),
  calibrationError: 0.031 * count,
  reliability: Array.from({ length: 10 }, (_, i) => ({
    from: i / 10,
    to: (i + 1) / 10,
    answers: 10 + (i - 5) ** 2 * count,
    probability: (i + 0.5) / 10,
    share: Math.min(1, (i + 0.2 * count) / 10),
  })),
}));
const flowers = {
  ...reliabilities[1],
  accuracy: estimate(0.82),
  auc: estimate(0.91),
  confusion: [
    [120, 10, 4],
    [8, 90, 30],
    [0, 20, 118],
  ],
};
const told = {
  name: "logg",
  kind: "number",
  questions: 400,
  given: ["bprp", "parallax", "a column with a name that is longer than there is room for"].map(
    (name, i) => ({
      column: name,
      rows: 400,
      rise: { logScore: estimate(0.3 / (1 + i) ** 3) },
      alone: { logScore: estimate(0.8 / (1 + i)) },
    }),
  ),
} as unknown as ColumnAttribution;
const epochs = Array.from({ length: 60 }, (_, i) => ({
  epoch: i + 1,
  loss: 1 / (i + 1) + 0.4,
  validationLoss: 1 / (i + 1) + 0.45 + 0.002 * i,
  learningRate: 3e-3 / Math.sqrt(1 + i / 10),
}));

/** All over the sky, and a crowd of them. */
const stars = Array.from({ length: 1500 }, (_, i) => {
  const isCrowd = i % 3 === 0;
  const dec = isCrowd ? 20 + 8 * random.normal() : (Math.asin(2 * random.uniform() - 1) * 180) / Math.PI;
  return [isCrowd ? (360 + 10 * random.normal()) % 360 : 360 * random.uniform(), dec] as const;
});

/** Every kind of figure, by the name of its snapshot. */
export const EXAMPLES: Readonly<Record<string, (options: FigureOptions) => Figure>> = {
  attribution: (options) => attributionFigure(told, options),
  classes: (options) => classesFigure(flowers, options),
  density: (options) =>
    densityFigure(
      {
        column: { name: "logg", unit: "dex" },
        answers: [
          { label: "teff = 4700 ± 50", distribution: giants },
          { label: "teff = 5000 ± 50", distribution: dwarfs },
        ],
        data: { label: "300 stars", values: giants.sample(300, 1) },
      },
      { ...options, title: "log g of a star", subtitle: "of which only the temperature is known" },
    ),
  "point-mass": (options) =>
    densityFigure(
      {
        column: { name: "HouseValue", unit: "100 k$" },
        answers: [{ label: "MedInc = 7", distribution: capped }],
      },
      options,
    ),
  "whole-numbers": (options) =>
    densityFigure(
      { column: { name: "Rooms", kind: "integer" }, answers: [{ label: "all", distribution: whole }] },
      options,
    ),
  dates: (options) =>
    densityFigure(
      { column: { name: "Sold", kind: "date" }, answers: [{ label: "all", distribution: days }] },
      options,
    ),
  categories: (options) =>
    densityFigure(
      {
        column: { name: "Kind" },
        answers: [{ label: "x = 1", distribution: kinds }],
        data: { label: "6 rows", values: [0, 0, 1, 1, 1, 2] },
      },
      options,
    ),
  joint: (options) =>
    jointFigure(
      {
        columns: [
          { name: "teff", unit: "K" },
          { name: "logg", unit: "dex" },
        ],
        samples: { x: xs.slice(0, 150), y: ys.slice(0, 150) },
        data: { label: "stars", x: xs.slice(150), y: ys.slice(150) },
        reverse: { x: true, y: true },
      },
      options,
    ),
  hexbins: (options) =>
    jointFigure(
      { columns: [{ name: "x" }, { name: "y" }], samples: { x: xs, y: ys } },
      { ...options, style: "hexbins" },
    ),
  corner: (options) =>
    cornerFigure(
      [
        { name: "teff", unit: "K", samples: xs.slice(150), data: xs.slice(0, 150) },
        { name: "logg", samples: ys.slice(150), data: ys.slice(0, 150) },
        { name: "m_h", unit: "dex", samples: zs.slice(150), data: zs.slice(0, 150) },
      ],
      options,
    ),
  "corner-mixed": (options) =>
    cornerFigure(
      [
        {
          name: "kind",
          kind: "category",
          categories: ["dwarf", "giant"],
          samples: sides.slice(150),
          data: sides.slice(0, 150),
        },
        { name: "planets", values: [0, 1, 2], samples: fews.slice(150), data: fews.slice(0, 150), truth: 1 },
        {
          name: "flux",
          unit: "Jy",
          log: true,
          samples: fluxes.slice(150),
          data: fluxes.slice(0, 150),
          truth: 20,
        },
        { name: "width", samples: xs.slice(150), data: xs.slice(0, 150), truth: 0.5 },
      ],
      options,
    ),
  "joint-levels": (options) =>
    jointFigure(
      {
        columns: [
          { name: "flux", unit: "Jy", log: true },
          { name: "kind", kind: "category", categories: ["dwarf", "giant"] },
        ],
        samples: { x: fluxes.slice(0, 150), y: sides.slice(0, 150) },
        data: { label: "150 stars", x: fluxes.slice(150), y: sides.slice(150) },
        truth: [12, Number.NaN],
      },
      options,
    ),
  "joint-table": (options) =>
    jointFigure(
      {
        columns: [
          { name: "planets", values: [0, 1, 2] },
          { name: "kind", kind: "category", categories: ["dwarf", "giant"] },
        ],
        samples: { x: fews.slice(0, 150), y: sides.slice(0, 150) },
        data: { label: "150 stars", x: fews.slice(150), y: sides.slice(150) },
        truth: [1, 0],
      },
      options,
    ),
  logarithmic: (options) =>
    densityFigure(
      {
        column: { name: "flux", unit: "Jy", log: true, range: [0.3, 300] },
        answers: [{ label: "all", distribution: numberOf({ curves: [(z) => 10 ** (1 + 0.5 * z)] }) }],
        data: { label: "300 stars", values: fluxes },
      },
      options,
    ),
  profile: (options) =>
    profileFigure(
      bands,
      { name: "logg", unit: "dex" },
      { name: "flux", unit: "Jy", log: true },
      {
        ...options,
        data: { label: "300 stars", x: fluxes, y: ys },
        truth: [10, 0.5],
      },
    ),
  "profile-over-names": (options) =>
    profileFigure(
      { ...bands, values: Float64Array.of(0, 1) },
      { name: "logg", unit: "dex" },
      { name: "kind", kind: "category", categories: ["dwarf", "giant"] },
      { ...options, data: { label: "300 stars", x: sides, y: ys } },
    ),
  "profile-of-names": (options) =>
    profileFigure(
      {
        of: "kind",
        over: "flux",
        values: running,
        answers: {
          kind: "shares",
          levels: Array.from({ length: 8 }, (_, i) => ({
            label: `kind ${i}`,
            probabilities: running.map((_, at) => (at % 8 === i ? 0.3 : 0.1)),
          })),
        },
      },
      { name: "kind" },
      { name: "flux", unit: "Jy", log: true },
      options,
    ),
  predictions: (options) =>
    predictionFigure({ column: { name: "teff", unit: "K" }, truth, median, sigma }, options),
  calibration: (options) => calibrationFigure(scores, options),
  reliability: (options) => calibrationFigure(scores, { ...options, classes: reliabilities }),
  sky: (options) =>
    skyFigure(
      {
        longitude: stars.map(([ra]) => ra),
        latitude: stars.map(([, dec]) => dec),
        colour: {
          name: "ebv",
          unit: "mag",
          values: stars.map(([ra, dec]) => Math.sin((ra * Math.PI) / 60) + dec / 90),
        },
      },
      { ...options, order: 3 },
    ),
  "sky-counts": (options) =>
    skyFigure(
      { longitude: stars.map(([ra]) => ra), latitude: stars.map(([, dec]) => dec) },
      { ...options, frame: "equatorial" },
    ),
  training: (options) => trainingFigure(epochs, options),
};
