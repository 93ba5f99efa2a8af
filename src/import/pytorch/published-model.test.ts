import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import type { PublishedConfig } from "./published-config.ts";
import { type PublishedModel, readPublishedModel } from "./published-model.ts";
import { publishedShapes } from "./published-weights.ts";
import {
  FixtureTensor,
  type FixtureValue,
  floatTensorOf,
  OrderedDictionary,
  opcodes,
  publishedWeightsFixture,
  smallPublishedConfig as small,
  torchArchive,
  writePublishedFolder,
} from "./torch-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-published-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function checkpoint(config: PublishedConfig, more: [string, FixtureValue][] = []): Map<string, FixtureValue> {
  const weights = new OrderedDictionary(publishedWeightsFixture(config));
  return new Map<string, FixtureValue>([
    ["model_state_dict", weights],
    ["optimizer", "AdamW"],
    ["scheduler", "NoneType"],
    ["scheduler_state_dict", null],
    ["current_epoch", 7],
    ...more,
  ]);
}

function adamState(
  config: PublishedConfig,
  stepOf: (index: number) => FixtureValue,
): Map<string, FixtureValue> {
  const weights = [...publishedWeightsFixture(config, 2).values()];
  const entries = weights.map((tensor, index): [number, FixtureValue] => [
    index,
    new Map<string, FixtureValue>([
      ["step", stepOf(index)],
      ["exp_avg", tensor],
      ["exp_avg_sq", tensor],
    ]),
  ]);
  const settings: [string, FixtureValue][] = [
    ["lr", 0.001],
    ["betas", [0.9, 0.999]],
    ["eps", 1e-8],
    ["weight_decay", 0.01],
    ["amsgrad", false],
    ["params", weights.map((_, index) => index)],
  ];
  return new Map<string, FixtureValue>([
    ["state", new Map(entries)],
    ["param_groups", [new Map(settings)]],
  ]);
}

function fresh(config: PublishedConfig, contents: FixtureValue = checkpoint(config), epoch = 7): string {
  const home = mkdtempSync(join(folder, "model-"));
  writePublishedFolder(home, config, new Map([[epoch, contents]]));
  return home;
}

async function refusalOf(home: string, epoch?: number): Promise<string> {
  const error = await readPublishedModel(home, epoch).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}

const elements = (shapes: Iterable<readonly number[]>) =>
  [...shapes].reduce((sum, shape) => sum + shape.reduce((product, length) => product * length, 1), 0);

const reference = fileURLToPath(new URL("../../../../shared/reference/california", import.meta.url));

describe.skipIf(!existsSync(reference))("the published California model (needs ../shared)", () => {
  let model: PublishedModel;
  beforeAll(async () => {
    model = await readPublishedModel(reference);
  });

  test("has 47,425 parameters, of which the head 21,377", () => {
    const shapes = [...model.weights].map(([name, { shape }]) => [name, shape] as const);
    expect(elements(shapes.map(([, shape]) => shape))).toBe(47_425);
    const head = shapes.filter(([name]) => name.startsWith("diffusion_head"));
    expect(elements(head.map(([, shape]) => shape))).toBe(21_377);
    expect([...model.weights.keys()]).toEqual([...publishedShapes(model).keys()]);
    for (const { shape, data } of model.weights.values()) expect(data.length).toBe(elements([shape]));
  });

  test("has the sizes, columns and training state it was saved with", () => {
    expect(model).toMatchObject({ embeddingDim: 32, heads: 4, ffnDim: 128, encoderLayers: 2, dropout: 0.1 });
    expect(model.diffusion).toEqual({
      dim: 1,
      conditionDim: 32,
      steps: 100,
      headDim: 64,
      headLayers: 2,
      betaStart: 1e-5,
      betaEnd: 0.1,
      schedule: "sigmoid",
    });
    expect(model.columns).toHaveLength(9);
    expect(model.columns[8]).toEqual({
      name: "HouseValue",
      token: 9,
      center: 1.797,
      scale: 1.0140999174578318,
      standardised: true,
    });
    expect(model.epoch).toBe(512);
    expect(model.framework).toBe("torch-2.2.2");
    expect(model.notes).toEqual([]);
    // 512 epochs of floor(18,576 / 128) = 145 batches
    expect(model.optimizer).toMatchObject({
      name: "AdamW",
      steps: 74_240,
      learningRate: 0.005,
      betas: [0.9, 0.999],
      epsilon: 1e-8,
      weightDecay: 0.01,
    });
    expect(model.scheduler).toMatchObject({
      name: "CosineAnnealingWarmRestarts",
      warmRestarts: {
        firstPeriod: 64,
        periodFactor: 1,
        minimumRate: 1e-5,
        baseRate: 0.005,
        currentPeriod: 64,
        epochInPeriod: 0,
        lastEpoch: 512,
      },
    });
  });

  test("continues training as PyTorch does: each weight with its own moments", () => {
    // training-step.json: one AdamW step (rate 1e-3) of the original from this checkpoint, the first eight
    // elements of each weight's gradient and of its change.
    type Firsts = Record<string, { first: number[] }>;
    const { resumed } = JSON.parse(readFileSync(join(reference, "training-step.json"), "utf8")) as {
      resumed: { gradient: Firsts; update: Firsts; adamSteps: number };
    };
    const { steps, moments, betas, epsilon, weightDecay } = model.optimizer!;
    const [beta1, beta2] = betas;
    const step = steps + 1;
    expect(step).toBe(resumed.adamSteps);
    let compared = 0;
    for (const [name, { first: gradient }] of Object.entries(resumed.gradient)) {
      const weight = model.weights.get(name)!.data;
      const { first, second } = moments.get(name)!;
      gradient.forEach((g, i) => {
        const m = (beta1 * first.data[i] + (1 - beta1) * g) / (1 - beta1 ** step);
        const v = (beta2 * second.data[i] + (1 - beta2) * g * g) / (1 - beta2 ** step);
        const change = -1e-3 * (weightDecay * weight[i] + m / (Math.sqrt(v) + epsilon));
        expect(Math.abs(change - resumed.update[name].first[i])).toBeLessThan(2e-7); // float32 weights near 1
        compared += 1;
      });
    }
    expect(compared).toBeGreaterThan(280);
  });
});

describe("a model folder of the published code", () => {
  test("of the stellar model's sizes has 3,774,465 parameters, of which the head 1,853,441", () => {
    const stellar: PublishedConfig = {
      ...small,
      embeddingDim: 192,
      heads: 24,
      ffnDim: 2048,
      encoderLayers: 2,
      diffusion: { ...small.diffusion, conditionDim: 192, steps: 120, headDim: 512, headLayers: 5 },
      columns: Array.from({ length: 118 }, (_, i) => ({ ...small.columns[0], name: `c${i}`, token: i + 1 })),
    };
    const shapes = [...publishedShapes(stellar)];
    expect(elements(shapes.map(([, shape]) => shape))).toBe(3_774_465);
    const head = shapes.filter(([name]) => name.startsWith("diffusion_head"));
    expect(elements(head.map(([, shape]) => shape))).toBe(1_853_441);
  });

  test("gives back what was put in, each column with the scaling of its token", async () => {
    const home = fresh(small);
    const model = await readPublishedModel(home);
    expect(model).toMatchObject({ ...small, folder: home, epoch: 7, notes: [] });
    expect(model.checkpointFile).toBe(join(home, "checkpoints", "epoch_7.pt"));
    for (const [name, { shape, storage }] of publishedWeightsFixture(small)) {
      expect(model.weights.get(name)).toEqual({ shape, data: storage.data });
    }
    expect(model.optimizer).toBeUndefined();
    expect(model.scheduler).toBeUndefined();
  });

  test("gives the newest checkpoint by number, or the one asked for", async () => {
    const home = mkdtempSync(join(folder, "epochs-"));
    const at = (epoch: number) => checkpoint(small, [["current_epoch", epoch]]);
    writePublishedFolder(home, small, new Map([9, 10, 100].map((epoch) => [epoch, at(epoch)])));
    writeFileSync(join(home, "checkpoints", "epoch_999.pt.part"), "");
    expect((await readPublishedModel(home)).epoch).toBe(100);
    expect((await readPublishedModel(home, 9)).epoch).toBe(9);
    expect(await refusalOf(home, 11)).toBe(
      `${home} has no checkpoint of epoch 11: choose one of 9, 10, 100.`,
    );
  });

  test("has the optimizer's moments under the weights' names, its step as tensor or as number", async () => {
    for (const step of [floatTensorOf([], [30]), 30]) {
      const state = adamState(small, () => step);
      const home = fresh(small, checkpoint(small, [["optimizer_state_dict", state]]));
      const { optimizer } = await readPublishedModel(home);
      expect(optimizer?.steps).toBe(30);
      for (const [name, { shape, storage }] of publishedWeightsFixture(small, 2)) {
        expect(optimizer?.moments.get(name)?.second).toEqual({ shape, data: storage.data });
      }
    }
  });

  test("says in its notes what it could not take over or finds doubtful", async () => {
    const state = adamState(small, () => 1);
    const sgd = fresh(
      small,
      checkpoint(small, [
        ["optimizer_state_dict", state],
        ["optimizer", "SGD"],
        ["current_epoch", 6],
      ]),
    );
    const model = await readPublishedModel(sgd);
    expect(model.optimizer).toBeUndefined();
    expect(model.notes.join(" ")).toMatch(/after epoch 6, not the 7.*SGD is neither AdamW nor Adam/);
    const equal = { ...small, diffusion: { ...small.diffusion, headDim: small.embeddingDim } };
    expect((await readPublishedModel(fresh(equal))).notes.join()).toMatch(/trained blind to its inputs/);
  });

  test("with training state that contradicts the weights is refused", async () => {
    const uneven = adamState(small, (index) => index);
    expect(await refusalOf(fresh(small, checkpoint(small, [["optimizer_state_dict", uneven]])))).toMatch(
      /optimizer state has different step counts/,
    );
    const other = adamState({ ...small, ffnDim: 7 }, () => 1);
    expect(await refusalOf(fresh(small, checkpoint(small, [["optimizer_state_dict", other]])))).toMatch(
      /exp_avg of shape \[7,4\] for encoder_transformer_blocks\.0\.linear1\.weight of shape \[6,4\]/,
    );
  });

  test("with weights missing, too many, of another shape or of whole numbers is refused by name", async () => {
    const changed = (change: (weights: Map<string, FixtureTensor>) => void) => {
      const weights = publishedWeightsFixture(small);
      change(weights);
      return fresh(small, checkpoint(small, [["model_state_dict", new OrderedDictionary(weights)]]));
    };
    const bias = "embedding_layer.bias";
    const integers = new FixtureTensor([4, 4], { name: "LongStorage", data: new BigInt64Array(16) });
    expect(await refusalOf(changed((w) => w.delete(bias)))).toMatch(`the weights ${bias} are missing`);
    expect(await refusalOf(changed((w) => w.set("extra.weight", floatTensorOf([1], [1]))))).toMatch(
      "the weights extra.weight have no place in it",
    );
    expect(await refusalOf(changed((w) => w.set(bias, floatTensorOf([2], [1, 2]))))).toMatch(
      `the weight ${bias} has the shape [2], not [4,4]`,
    );
    expect(await refusalOf(changed((w) => w.set(bias, integers)))).toMatch("no floating-point numbers");
  });

  test("with a program in its checkpoint is refused by name", async () => {
    const home = fresh(small);
    const { protocol, call, global, text, stop } = opcodes;
    const pickle = protocol + call(global("os", "system"), text("true")) + stop;
    const file = join(home, "checkpoints", "epoch_8.pt");
    writeFileSync(file, torchArchive(pickle));
    expect(await refusalOf(home)).toMatch(`${file} holds "os.system", which is not data: refused`);
  });

  test("without its parts is told which is missing", async () => {
    expect(await refusalOf(join(folder, "nowhere"))).toMatch(/no readable file .*config\.json/);
    const home = fresh(small, new Map([["weights", null]]));
    expect(await refusalOf(home)).toMatch(/has no model_state_dict/);
    rmSync(join(home, "checkpoints", "epoch_7.pt"));
    expect(await refusalOf(home)).toMatch(/holds no epoch_K\.pt/);
    rmSync(join(home, "checkpoints"), { recursive: true });
    expect(await refusalOf(home)).toMatch(/no readable folder .*checkpoints/);
  });
});
