/** @file What is asked of a model of spectra: labels of spectra, spectra of labels, and either from a part of it. */
import { chosenRows, type Model, type Table, tableColumn } from "../../src/index.ts";
import {
  type Figure,
  type FigureOptions,
  predictionFigure,
  predictionsOf,
  scatterOf,
} from "../../src/plot/index.ts";
import { type Profile, profileFigure } from "../figures/profile-figure.ts";
import { COEFFICIENTS, ORDERS } from "./simulate-spectra.ts";

/** Coefficients and labels given at most, as in the published training. */
export const CONTEXT = 64;
const BLUE = COEFFICIENTS.slice(0, ORDERS);
/** Shares of the stars that are cooler than the three whose spectra are drawn. */
const COOLER = [0.05, 0.5, 0.97];

export interface Spectra {
  readonly figures: Readonly<Record<string, Figure>>;
  /** 1.4826 MAD of predicted less true teff [K], given the first 32 coefficients of both bands, and orders 25 to 54 alone. */
  readonly scatterFromSpectrum: number;
  readonly scatterFromHighOrders: number;
  /** The share of relevant blue coefficients inside their central 90 % given the labels, measured as they are. */
  readonly coverage: number;
  /** Scatter of the first blue coefficient given labels, over its own scatter among all stars. */
  readonly explained: number;
}

export interface SpectraQuestions extends FigureOptions {
  /** Stars whose whole blue spectra are asked; default 200. */
  readonly spectra?: number;
}

/** @param stars that the model was not trained on. */
export async function demonstrateSpectra(
  model: Model,
  stars: Table,
  options: SpectraQuestions = {},
): Promise<Spectra> {
  const some = COEFFICIENTS.filter((_, i) => i % ORDERS < CONTEXT / 2);
  const full = await temperatures(model, stars, some, {
    ...options,
    title: "Temperature from the first 32 coefficients of both bands",
  });
  const high = COEFFICIENTS.filter((_, i) => i % ORDERS >= 25 && i < ORDERS);
  const hasHigh = (row: number) => high.some((name) => !Number.isNaN(tableColumn(stars, name).values[row]));
  const withHigh = chosenRows(stars, Array.from({ length: stars.rows }, (_, row) => row).filter(hasHigh));
  const little = await temperatures(model, withHigh, high, {
    ...options,
    title: "Temperature from blue coefficients 25 to 54 alone",
  });
  const spectra = await spectraOfLabels(model, stars, options);
  return {
    figures: {
      "temperature-from-spectrum": full.figure,
      "temperature-from-high-orders": little.figure,
      "spectra-from-labels": spectra.figure,
    },
    scatterFromSpectrum: full.scatter,
    scatterFromHighOrders: little.scatter,
    coverage: spectra.coverage,
    explained: spectra.explained,
  };
}

async function temperatures(model: Model, stars: Table, given: readonly string[], options: FigureOptions) {
  const predictions = await predictionsOf(model, stars, { of: "teff", given });
  return { figure: predictionFigure(predictions, options), ...scatterOf(predictions) };
}

/** The blue spectrum given temperature, gravity, metallicity and reddening. */
async function spectraOfLabels(model: Model, stars: Table, { spectra = 200, ...options }: SpectraQuestions) {
  const given = ["teff", "logg", "m_h", "logebv"];
  const asked = chosenRows(
    stars,
    Array.from({ length: Math.min(spectra, stars.rows) }, (_, row) => row),
  );
  const answers = await model.density(asked, { of: BLUE, given });
  const observed = BLUE.map((name) => {
    const { errors } = tableColumn(asked, name);
    return model.isDeconvolved(name) ? answers[name].observed(Float64Array.from(errors!)) : answers[name];
  });
  const cells = BLUE.map((name) => tableColumn(asked, name).values);
  const intervals = observed.map((each) => each.intervals(0.9));
  let [inside, known] = [0, 0];
  cells.forEach((values, i) => {
    for (let row = 0; row < asked.rows; row++) {
      if (Number.isNaN(values[row])) continue;
      known++;
      if (values[row] >= intervals[i].low[row] && values[row] <= intervals[i].high[row]) inside++;
    }
  });
  const medians = observed.map((each) => each.medians());
  const first = { truth: cells[0], median: medians[0] };
  const alone = scatterOf({ truth: cells[0], median: new Float64Array(asked.rows) });
  const profiles = coolToHot(asked).map((row): Profile => {
    const [teff, logg] = ["teff", "logg"].map((name) => tableColumn(asked, name).values[row]);
    return {
      label: `teff ${teff.toFixed(0)} K, logg ${logg.toFixed(2)}`,
      median: medians.map((each) => each[row]),
      low: intervals.map(({ low }) => low[row]),
      high: intervals.map(({ high }) => high[row]),
      found: cells.map((values) => values[row]),
    };
  });
  const coverage = inside / known;
  const subtitle = `of ${known} relevant coefficients ${(100 * coverage).toFixed(1)} % inside their 90 % interval; others are missing`;
  const figure = profileFigure(profiles, {
    ...options,
    title: "Blue spectra given the labels alone",
    subtitle,
    across: "blue coefficient",
    up: "value",
  });
  return { figure, coverage, explained: scatterOf(first).scatter / alone.scatter };
}

/** The rows of a cool, a usual and a hot star. */
function coolToHot(stars: Table): number[] {
  const { values } = tableColumn(stars, "teff");
  const known = Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  known.sort((a, b) => values[a] - values[b]);
  return COOLER.map((share) => known[Math.floor(share * (known.length - 1))]);
}
