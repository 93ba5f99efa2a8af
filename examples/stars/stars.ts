/**
 * @file Stars: all figures of the published stellar model, on the simulated survey, on real stars, or on the original's files.
 *
 *     npx tsx examples/stars/stars.ts                                     # the survey, and the model that comes with it
 *     npx tsx examples/stars/stars.ts --seconds 240                       # the survey, and a model trained now
 *     npx tsx examples/stars/stars.ts --data green2020_stars.csv                 # real stars
 *     npx tsx examples/stars/stars.ts --data testing_set.h5
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { load, type Model, type Table, train } from "../../src/index.ts";
import { type Figure, type ThemeName, writeFigure } from "../../src/plot/index.ts";
import { catalogueOf } from "./catalogue.ts";
import * as figures from "./figures.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    seconds: { type: "string" }, // of training; without it and --data, the model that comes with the package
    copying: { type: "string", default: "60" }, // seconds of training for the panel where teff itself is given; 0: leave it out
    seed: { type: "string", default: "1" },
    theme: { type: "string", default: "light" },
    out: { type: "string" },
  },
});
const options = { theme: values.theme as ThemeName };
const catalogue = await catalogueOf(values.data);
const { train: trainingStars, heldOut } = catalogue;
const out = values.out ?? join(import.meta.dirname, values.data ? "pictures-of-data" : "pictures");
await mkdir(out, { recursive: true });
console.log(`${catalogue.name}: ${trainingStars.rows} stars to train on, ${heldOut.rows} held out`);
const model = await modelFor(trainingStars);

const marginals = await figures.marginals(model, heldOut, options);
await draw("marginals", marginals.figure, `largest KS distance ${marginals.ks.toFixed(3)}`);
const temperature = await figures.gravityGivenTemperature(model, trainingStars, options);
await draw("gravity-given-temperature", temperature.figure, shares(temperature.shares));
const dust = await figures.gravityGivenReddening(model, trainingStars, options);
await draw("gravity-given-reddening", dust.figure, shares(dust.shares));
const calibration = await figures.calibration(model, heldOut, options);
const inside = calibration.scores.intervals.map(
  ({ mass, coverage }) => `${100 * mass} %: ${(100 * coverage.value).toFixed(1)} %`,
);
await draw(
  "calibration",
  calibration.figure,
  `KS ${calibration.scores.ks.value.toFixed(3)}, inside ${inside.join(", ")}`,
);
const everything = trainingStars.columns.map(({ name }) => name).filter((name) => name !== "teff");
await drawPrediction("temperature-from-everything", model, everything, "given all other columns");
const little = everything.includes("jh") ? ["jh"] : everything.slice(0, 1);
await drawPrediction("temperature-from-little", model, little, `given ${little.join(", ")} alone`);
if (Number(values.copying) > 0) {
  // Only the published network is trained with the asked column among the given ones.
  const copying = await train(trainingStars, {
    preset: "paper",
    seconds: Number(values.copying),
    seed: Number(values.seed),
  });
  await drawPrediction(
    "temperature-from-itself",
    copying,
    ["teff", ...everything],
    "given itself and all others: the published network copies",
  );
  await copying.dispose();
}
const kiel = await figures.generatedKiel(model, heldOut, options);
await draw("generated-kiel", kiel.figure, `KL ${kiel.kl.toFixed(3)} nats`);
console.log(`The pictures are in ${out}.`);
await model.dispose();

function modelFor(stars: Table): Promise<Model> {
  if (values.seconds === undefined && values.data === undefined) return load("survey");
  const seconds = Number(values.seconds ?? 240);
  return train(stars, {
    seconds,
    seed: Number(values.seed),
    onEpoch: async ({ epoch, validationLoss }) => {
      if (epoch % 20 === 0) console.log(`epoch ${epoch}: validation loss ${validationLoss.toFixed(4)}`);
    },
  });
}

async function drawPrediction(
  file: string,
  asked: Model,
  given: readonly string[],
  title: string,
): Promise<void> {
  const { figure, scatter, bias } = await figures.prediction(asked, heldOut, given, {
    ...options,
    title: `Temperature ${title}`,
  });
  await draw(file, figure, `scatter ${scatter.toFixed(1)} K, bias ${bias.toFixed(1)} K`);
}

async function draw(file: string, figure: Figure, number: string): Promise<void> {
  await writeFigure(figure, join(out, `${file}.svg`));
  console.log(`${file.padEnd(28)} ${number}`);
}

function shares(all: readonly figures.GiantShare[]): string {
  const each = all.map(
    ({ given, model: answer, stars, count }) =>
      `${JSON.stringify(given)} ${answer.toFixed(2)} (stars ${stars.toFixed(2)}, ${count})`,
  );
  return `giants: ${each.join("; ")}`;
}
