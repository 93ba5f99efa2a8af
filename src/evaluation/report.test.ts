import { expect, test } from "vitest";
import type { Estimate } from "./bootstrap.ts";
import type { Evaluation } from "./evaluate.ts";
import type { NumberScores } from "./number-answers.ts";
import { evaluationReport } from "./report.ts";

const estimate = (value: number, half = 0.1): Estimate => ({
  value,
  lower: value - half,
  upper: value + half,
});

const numberScores: NumberScores = {
  questions: 400,
  nll: { value: Number.POSITIVE_INFINITY, lower: 1, upper: Number.POSITIVE_INFINITY },
  impossible: 2,
  nllOfPossible: estimate(1.23456, 0.012),
  atPointMasses: 7,
  intervalNll: estimate(1.5),
  crps: estimate(123.456, 12),
  rmse: estimate(0.00012345, 0.000001),
  mae: { value: 1 / 3, lower: Number.NaN, upper: Number.NaN },
  rmseOfMean: estimate(1),
  meanStd: estimate(2e12, 1e10),
  ks: estimate(0.05, 0.01),
  intervals: [0.5, 0.68, 0.9, 0.95].map((mass) => ({
    mass,
    coverage: estimate(mass, 0.02),
    meanWidth: estimate(10 * mass),
    medianWidth: estimate(9 * mass),
  })),
  pitHistogram: [],
  calibrationCurve: [],
};

const baseline = {
  nll: 3.2,
  nllOfPossible: 3.2,
  intervalNll: 3.1,
  crps: 400,
  rmse: 0.5,
  mae: 0.4,
  gain: estimate(277),
};

const evaluation: Evaluation = {
  source: "stars.csv",
  rows: 400,
  questions: 800,
  contexts: { kind: "random", fewest: 1, most: 3 },
  seed: 1,
  resamples: 500,
  columns: [
    { name: "teff", kind: "number", scale: 812.3456, ...numberScores, baseline },
    {
      name: "class",
      kind: "category",
      questions: 400,
      impossible: 0,
      logScore: estimate(0.7),
      logScoreOfPossible: estimate(0.7),
      brier: estimate(0.4),
      accuracy: estimate(0.8),
      categories: ["giant", "dwarf"],
      auc: estimate(0.9),
      aucs: [0.9, 0.9],
      confidence: 0.86,
      confusion: [
        [100, 20],
        [60, 220],
      ],
      reliability: [
        { from: 0, to: 0.1, answers: 150, probability: 0.04, share: 0.02 },
        { from: 0.9, to: 1, answers: 250, probability: 0.97, share: 0.98 },
      ],
      calibrationError: 0.01375,
      baseline: {
        logScore: 0.69,
        logScoreOfPossible: 0.69,
        brier: 0.48,
        accuracy: 0.7,
        gain: estimate(-0.01),
      },
    },
  ],
  overall: { numbers: numberScores },
};

test("without resamples there are values only", () => {
  const bare: Evaluation = JSON.parse(JSON.stringify(evaluation), (key, value) =>
    key === "lower" || key === "upper" ? Number.NaN : (value ?? Number.POSITIVE_INFINITY),
  );
  const report = evaluationReport({ ...evaluation, resamples: 0, columns: bare.columns, overall: {} });
  expect(report).not.toMatch(/±|NaN|undefined|overall\)/);
});

test("the report is aligned and says what plain scores hide", () => {
  expect(evaluationReport(evaluation)).toMatchInlineSnapshot(`
    "800 questions about 400 rows of stars.csv, given a random 1 to 3 other columns (seed 1)
    ±: half of the 95 % bootstrap interval over rows (500 resamples)

    Numbers, each in its own units; overall in units of each column's scale. Lower is better; "- given nothing": the same rows, by the column's own distribution
    column           questions  scale  NLL  interval NLL     CRPS                  RMSE     MAE             mean sd
    teff                   400  812.3  inf    1.50 ±0.10  123 ±12  0.0001234 ±0.0000010  0.3333  2.000e+12 ±1.0e+10
    - given nothing                    3.2           3.1      400                   0.5     0.4
    (overall)              400         inf    1.50 ±0.10  123 ±12  0.0001234 ±0.0000010  0.3333  2.000e+12 ±1.0e+10
    teff: 2 of 400 values were held impossible; NLL of the others 1.235 ±0.012
    teff: 7 of 400 values lie at point masses; compare interval NLL, not NLL

    Calibration: KS distance of PIT values from uniform, share of values inside central intervals
    column                      KS  (perfect <)       in 50 %       in 68 %       in 90 %       in 95 %  90 % width  its median  sure of 90 %
    teff       0.050 (0.040-0.060)        0.067  0.500 ±0.020  0.680 ±0.020  0.900 ±0.020  0.950 ±0.020  9.00 ±0.10  8.10 ±0.10             -
    (overall)  0.050 (0.040-0.060)        0.067  0.500 ±0.020  0.680 ±0.020  0.900 ±0.020  0.950 ±0.020  9.00 ±0.10  8.10 ±0.10             -
    sure of 90 %: ask for the interval of this probability, and it holds 90 % of further rows like these at least

    Categories. Log score, Brier, calibration error: lower is better; accuracy, AUC: higher; "- shares alone": the shares of the categories, the same for every row
    column          questions   log score       Brier    accuracy         AUC  calibration error  impossible
    class                 400  0.70 ±0.10  0.40 ±0.10  0.80 ±0.10  0.90 ±0.10              0.014           0
    - shares alone                   0.69        0.48         0.7         0.5

    class: rows by their true category, columns by the most probable one
    class  giant  dwarf
    giant    100     20
    dwarf     60    220
    class: the probability of dwarf, and how often it was that
    probability  answers  on average  was that
    0 to 10 %        150       4.0 %     2.0 %
    90 to 100 %      250      97.0 %    98.0 %

    In words:
    - teff: 68 % intervals hold 68 %, 90 % intervals hold 90 %: as wide as they should be; CRPS 69 % below that of the column's own distribution.
    - class: its most probable category has 86 % on average and is right in 80 %: too sure; log score no better than that of the column's own distribution, as far as these rows can tell."
  `);
});
