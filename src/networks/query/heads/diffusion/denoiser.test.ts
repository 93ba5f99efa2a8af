import { expect, test } from "vitest";
import { generator } from "../../../../numeric/generator.ts";
import { Executable, type Feeds } from "../../../../runtime/executable.ts";
import { cells, initialise, laidOut, parameterCount } from "../../../parts/parameter-layout.ts";
import type { DenoiserConfig } from "./config.ts";
import { preconditioning } from "./denoiser.ts";
import { diffusionHead } from "./diffusion-head.ts";
import { denoiserProgram } from "./programs.ts";

const config: DenoiserConfig = {
  width: 6,
  blocks: 2,
  frequencies: 4,
  highestFrequency: 6,
  sigmaMin: 0.005,
  sigmaMax: 10,
};
const drafts = diffusionHead(config).parameters(8, 2);
const parameters = laidOut(drafts);
const NAMES = ["first", "gain.0", "shift.0", "gain.1", "shift.1"];

const only = (feeds: Feeds, { program }: Executable): Feeds =>
  Object.fromEntries(program.inputs.map(({ name }) => [name, feeds[name]]));

test("the denoiser's slope is that of finite differences", async () => {
  const executable = await Executable.load(
    denoiserProgram(config, drafts, { precision: "float64", slope: true }),
  );
  const random = generator(9, "modulation");
  // Away from the zeros that some layers start as.
  const weights = Object.fromEntries(
    parameters.map(({ name, size }) => [
      name,
      Float64Array.from({ length: size }, () => 0.3 * random.normal()),
    ]),
  );
  const modulation = Object.fromEntries(
    NAMES.map((name) => [name, Float64Array.from({ length: 6 }, () => random.normal())]),
  );
  const sigma = 0.3;
  const run = (x: number[]) =>
    executable.run(
      only(
        {
          ...weights,
          ...modulation,
          x: Float64Array.from(x),
          inScale: Float64Array.of(preconditioning(sigma).in),
          sigma: Float64Array.of(sigma),
          logSigma: Float64Array.of(Math.log(sigma)),
        },
        executable,
      ),
      { questions: 1, nodes: x.length },
    );
  const at = [-1.3, 0.2, 0.9];
  const { slope } = await run(at);
  const [above, below] = [await run(at.map((x) => x + 1e-5)), await run(at.map((x) => x - 1e-5))];
  at.forEach((_, i) => {
    expect(slope[i]).toBeCloseTo((above.output[i] - below.output[i]) / 2e-5, 7);
  });
});

test("an untrained denoiser answers with the best linear guess", async () => {
  const start = new Float32Array(parameterCount(parameters));
  initialise(parameters, start, 1);
  const executable = await Executable.load(denoiserProgram(config, drafts));
  const own = Object.fromEntries(parameters.map((p) => [p.name, cells(start, p)]));
  const modulation = Object.fromEntries(NAMES.map((name) => [name, new Float32Array(6).fill(0.5)]));
  const { output } = await executable.run(
    only(
      {
        ...own,
        ...modulation,
        x: Float32Array.of(2),
        inScale: Float32Array.of(0.5),
        sigma: Float32Array.of(1),
        logSigma: Float32Array.of(0),
      },
      executable,
    ),
    { questions: 1, nodes: 1 },
  );
  expect(output[0]).toBe(0);
});
