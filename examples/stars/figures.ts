/** @file The figures of the published stellar model, each beside the stars it should look like, with its number. */
import { nearestNeighbourKl } from "../../src/diffusion/index.ts";
import {
  evaluate,
  InputError,
  type Model,
  type NumberDistribution,
  type NumberScores,
  type Table,
  tableColumn,
} from "../../src/index.ts";
import {
  answerColour,
  calibrationFigure,
  type DrawnDistribution,
  densityFigure,
  densityPanel,
  type Figure,
  type FigureOptions,
  figureOf,
  jointFigure,
  measuredMarginals,
  type Panel,
  plottedOf,
  predictionFigure,
  predictionsOf,
  scatterOf,
  themeOf,
} from "../../src/plot/index.ts";
import { normalDraws } from "./draws.ts";
import { logLuminosity, luminosityDistribution } from "./luminosity.ts";

/** Surface gravity [dex] between giants and dwarfs. */
const DIVIDE = 3.5;
const LABELS = ["teff", "logg", "m_h"] as const;

async function numberAnswer(model: Model, of: string, given = {}): Promise<NumberDistribution> {
  const answer = await model.density({ of, given });
  if (answer.kind !== "number") throw new InputError(`"${of}" is no number.`);
  return answer;
}

/** teff, logg, [M/H] and luminosity given nothing. The number: the largest KS distance from the held-out stars. */
export async function marginals(model: Model, stars: Table, options: FigureOptions) {
  const theme = themeOf(options.theme);
  const { marginals: measured } = await measuredMarginals(model, stars, { of: [...LABELS, "g_fakemag"] });
  const size = { width: 330, height: 210 };
  const panels: Panel[] = [];
  for (const { name, ks } of measured) {
    const isLuminosity = name === "g_fakemag";
    const { values } = tableColumn(stars, name);
    const answer: DrawnDistribution = await numberAnswer(model, name);
    panels.push(
      densityPanel(theme, size, {
        column: isLuminosity ? { name: "log luminosity in G, in solar ones" } : plottedOf(model, name),
        answers: [isLuminosity ? luminosityDistribution(answer) : answer],
        data: isLuminosity ? Array.from(values, logLuminosity) : values,
        note: `KS ${ks.toFixed(3)}`,
      }),
    );
  }
  const worst = Math.max(...measured.map(({ ks }) => ks));
  const key = [
    { label: "model", colour: answerColour(theme, 0), mark: "line" as const },
    { label: `${stars.rows} held-out stars`, colour: theme.data, mark: "area" as const },
  ];
  const subtitle = `KS distances at most ${worst.toFixed(3)}; a perfect model's: below ${measured[0].perfect.toFixed(3)}`;
  const heading = { title: "Stars given nothing", subtitle, key };
  return { figure: figureOf(theme, heading, [panels.slice(0, 2), panels.slice(2)]), ks: worst };
}

/** The share of giants that the model answers, and that of the stars around. */
export interface GiantShare {
  readonly given: Readonly<Record<string, number>>;
  readonly model: number;
  readonly stars: number;
  readonly count: number;
}

/** logg given teff, beside the plane of both. The numbers: the share of giants at each temperature. */
export async function gravityGivenTemperature(model: Model, stars: Table, options: FigureOptions) {
  const questions = [3700, 4700, 5700].map((teff) => ({ teff }));
  const { draw, shares } = await gravities(model, stars, questions, { teff: 50 }, options);
  const [teff, logg] = [tableColumn(stars, "teff").values, tableColumn(stars, "logg").values];
  const { samples } = await model.sample({ of: ["logg", "teff"], joint: true, size: 3000 });
  const right = kiel(
    model,
    { x: samples.teff, y: samples.logg },
    { label: "stars", x: teff, y: logg },
    { ...options, height: 260, title: "Where these temperatures lie" },
  );
  const left = draw({ title: "log g given teff" });
  const heading = {
    title: "Surface gravity given temperature: dwarfs and giants",
    subtitle: sharesText(shares),
  };
  return { figure: figureOf(themeOf(options.theme), heading, [[left, right]]), shares };
}

/** logg of a star of 3800 K at three reddenings: behind more dust a star of the same brightness is a giant. */
export async function gravityGivenReddening(model: Model, stars: Table, options: FigureOptions) {
  const questions = [-6, -3.5, -1].map((logebv) => ({ teff: 3800, logebv }));
  const windows = { teff: 150, logebv: 0.75 };
  const title = "Surface gravity of a star of 3800 K behind more and more dust";
  const { draw, shares } = await gravities(model, stars, questions, windows, options);
  return { figure: draw({ title, subtitle: sharesText(shares) }), shares };
}

async function gravities(
  model: Model,
  stars: Table,
  questions: readonly Readonly<Record<string, number>>[],
  windows: Readonly<Record<string, number>>,
  options: FigureOptions,
) {
  const answers = [];
  const shares: GiantShare[] = [];
  for (const given of questions) {
    const distribution = await numberAnswer(model, "logg", given);
    const label = Object.entries(given)
      .map(([name, value]) => `${name} = ${value}`)
      .join(", ");
    answers.push({ label, distribution });
    shares.push({ given, model: distribution.cdf(DIVIDE), ...giantsNear(stars, given, windows) });
  }
  const data = { label: "all stars", values: tableColumn(stars, "logg").values };
  const shown = { column: plottedOf(model, "logg"), answers, data };
  return { draw: (heading: FigureOptions) => densityFigure(shown, { ...options, ...heading }), shares };
}

function sharesText(shares: readonly GiantShare[]): string {
  const each = shares.map(({ model, stars, count }) =>
    count > 0
      ? `${model.toFixed(2)} (${stars.toFixed(2)} of ${count} stars nearby)`
      : `${model.toFixed(2)} (no star nearby)`,
  );
  return `share of giants: ${each.join(", ")}`;
}

function giantsNear(
  stars: Table,
  given: Readonly<Record<string, number>>,
  windows: Readonly<Record<string, number>>,
) {
  const logg = tableColumn(stars, "logg").values;
  let [count, giants] = [0, 0];
  for (let row = 0; row < stars.rows; row++) {
    const isNear = Object.entries(given).every(
      ([name, value]) => Math.abs(tableColumn(stars, name).values[row] - value) <= windows[name],
    );
    if (!isNear || Number.isNaN(logg[row])) continue;
    count++;
    if (logg[row] < DIVIDE) giants++;
  }
  return { stars: count > 0 ? giants / count : Number.NaN, count };
}

/** The correct quantile test: PIT values of the held-out stars' labels given all that is observed of them. */
export async function calibration(
  model: Model,
  stars: Table,
  options: FigureOptions,
): Promise<{ figure: Figure; scores: NumberScores }> {
  const observed = stars.columns
    .map(({ name }) => name)
    .filter((name) => !(LABELS as readonly string[]).includes(name) && model.columns.includes(name));
  const { overall } = await evaluate(model, stars, { of: [...LABELS], given: observed });
  const title = "teff, logg and [M/H] of held-out stars given all other columns";
  return { figure: calibrationFigure(overall.numbers!, { ...options, title }), scores: overall.numbers! };
}

/** teff predicted from given columns against the true one. The number: the scatter. */
export async function prediction(
  model: Model,
  stars: Table,
  given: readonly string[],
  options: FigureOptions,
) {
  const predictions = await predictionsOf(model, stars, { of: "teff", given });
  return { figure: predictionFigure(predictions, options), ...scatterOf(predictions) };
}

/**
 * A Kiel diagram drawn by the chain [M/H], logg given it, teff given both; with the stars' errors added, for the stars have
 * them. The number: the nearest-neighbour estimate of the KL divergence of the held-out stars from the samples.
 */
export async function generatedKiel(model: Model, stars: Table, options: FigureOptions) {
  const whole = Array.from({ length: stars.rows }, (_, row) => row).filter((row) =>
    LABELS.every((name) => !Number.isNaN(tableColumn(stars, name).values[row])),
  );
  const { samples } = await model.sample({
    of: ["m_h", "logg", "teff"],
    joint: true,
    size: whole.length,
    seed: 1,
  });
  const noisy = Object.fromEntries(LABELS.map((name) => [name, measured(name, samples[name])]));
  const points = (of: (name: string, i: number) => number) =>
    whole.map((_, i) =>
      ["teff", "logg"].map(
        (name) => of(name, i) / model.config.columns.find((column) => column.name === name)!.encoding.scale,
      ),
    );
  const drawn = points((name, i) => noisy[name][i]);
  const real = points((name, i) => tableColumn(stars, name).values[whole[i]]);
  const kl = nearestNeighbourKl(real, drawn);
  const data = {
    label: `${whole.length} held-out stars`,
    x: whole.map((row) => tableColumn(stars, "teff").values[row]),
    y: whole.map((row) => tableColumn(stars, "logg").values[row]),
  };
  const subtitle = `KL divergence of the stars from the samples ${kl.toFixed(3)} nats (nearest neighbours)`;
  const figure = kiel(model, { x: noisy.teff, y: noisy.logg }, data, {
    ...options,
    title: "A generated Kiel diagram",
    subtitle,
  });
  return { figure, kl };

  /** As a survey would measure them: with the errors of the held-out stars. */
  function measured(name: string, values: Float64Array): Float64Array {
    const { errors } = tableColumn(stars, name);
    if (!errors || !model.isDeconvolved(name)) return values;
    const draws = normalDraws(values.length, name);
    return values.map((value, i) => value + (errors[whole[i]] || 0) * draws[i]);
  }
}

function kiel(
  model: Model,
  samples: { x: ArrayLike<number>; y: ArrayLike<number> },
  data: { label: string; x: ArrayLike<number>; y: ArrayLike<number> },
  options: FigureOptions,
): Figure {
  return jointFigure(
    {
      columns: [plottedOf(model, "teff"), plottedOf(model, "logg")],
      samples,
      data,
      reverse: { x: true, y: true },
    },
    options,
  );
}
