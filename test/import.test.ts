/** @file Importing models of the published PyTorch code, by the command line and by the library. */
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  smallPublishedConfig,
  writeFirstCommitExample,
  writePublishedExample,
} from "../src/import/pytorch/torch-fixture.ts";
import { load } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "./reference.ts";

const folder = temporaryFolder("import");
const CALIFORNIA = "reference/california";
const HOUSES = "data/california_housing/california_housing.csv";

/** A published folder of these sizes with random weights, at epoch 3. */
function published(name: string, config = smallPublishedConfig): string {
  const path = join(folder, name);
  writePublishedExample(path, config);
  return path;
}

describe("anygiven import", () => {
  test("makes a model that can be asked, its columns in the order of their tokens", async () => {
    const out = join(folder, "small");
    const { code, stdout } = await anygivenHere(
      "import",
      published("small-published"),
      "--out",
      out,
      "--outputs",
      "logg",
    );
    expect(code).toBe(0);
    expect(stdout).toContain("no optimizer state");
    const misspelt = await anygivenHere(
      "import",
      join(folder, "small-published"),
      "--out",
      join(folder, "y"),
      "--outputs",
      "log",
    );
    expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining('did you mean "logg"')]);
    const model = await load(out);
    expect(model.columns).toEqual(["logg", "teff", "unseen"]);
    const {
      samples: { logg },
    } = await model.sample({ of: "logg", given: { teff: 5000 }, size: 50 });
    expect(logg.every(Number.isFinite)).toBe(true);
    await expect(model.sample({ of: "teff" })).rejects.toThrow("trained to answer for logg");
  });

  test("without optimizer state keeps the weights to train on from, with another batch size if one likes", async () => {
    const out = join(folder, "small-again");
    await anygivenHere("import", published("small-again-published"), "--out", out);
    const { samples: before } = await (await load(out)).sample({ of: "logg", size: 30 });
    const table = join(folder, "stars.csv");
    const random = generator(1, "stars");
    const line = () => [4700 + 480 * random.normal(), 2.5 + 1.3 * random.normal(), random.normal()].join(",");
    writeFileSync(table, ["teff,logg,unseen", ...Array.from({ length: 80 }, line), ""].join("\n"));
    const options = [
      "--resume",
      "--epochs",
      "4",
      "--batch-size",
      "32",
      "--learning-rate",
      "1e-9",
      "--learning-rate-min",
      "0",
    ];
    const { code, stderr } = await anygivenHere("train", table, "--out", out, ...options);
    expect([code, stderr]).toEqual([0, expect.stringContaining("epoch 4")]);
    const { samples: after } = await (await load(out)).sample({ of: "logg", size: 30 });
    after.logg.forEach((sample, i) => {
      expect(sample).toBeCloseTo(before.logg[i], 3); // one step of 1e-9 has hardly moved it
    });
  });

  test("takes model_weights of the first commit, whose head is told what is given", async () => {
    const first = join(folder, "model_weights");
    writeFirstCommitExample(first);
    const out = join(folder, "first");
    const { code, stdout, stderr } = await anygivenHere("import", first, "--out", out);
    expect([code, stderr.includes("blind")]).toEqual([0, false]);
    expect(stdout).toContain("epoch 7");
    const model = await load(out);
    const at = (teff: number) =>
      model.sample({ of: "logg", given: { teff }, size: 50, method: "ancestral", seed: 1 });
    const [cool, hot] = [await at(3000), await at(9000)].map(({ samples }) => samples.logg);
    expect([...cool].every(Number.isFinite)).toBe(true);
    expect([...hot]).not.toEqual([...cool]);
    const unsaved = await anygivenHere("import", first, "--out", join(folder, "z"), "--epoch", "3");
    expect([unsaved.code, unsaved.stderr]).toEqual([2, expect.stringContaining("checkpoints")]);
  });

  test("says of a head as wide as the embedding that it was trained blind, and answers as it was trained", async () => {
    const { diffusion, embeddingDim } = smallPublishedConfig;
    const blind = { ...smallPublishedConfig, diffusion: { ...diffusion, headDim: embeddingDim } };
    const out = join(folder, "blind");
    const { code, stderr } = await anygivenHere("import", published("blind-published", blind), "--out", out);
    expect(code).toBe(0);
    expect(stderr).toMatch(/trained blind to its inputs/);
    const model = await load(out);
    const ask = async (teff: number) =>
      (await model.sample({ of: "logg", given: { teff }, size: 20 })).samples.logg;
    expect(await ask(3000)).toEqual(await ask(6000));
    expect((await anygivenHere("info", out)).stdout).toContain("does not see what is given");
  });

  describe.skipIf(!isShared(CALIFORNIA))(`takes over the real published model ${NEEDS_SHARED}`, () => {
    test("with its optimizer state, so that training goes on from it", async () => {
      const out = join(folder, "california");
      const { stdout } = await anygivenHere("import", sharedPath(CALIFORNIA), "--out", out, "--json");
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ parameters: 47_425, epoch: 512, steps: 74_240, notes: [] });
      expect(report.config.columns[0]).toMatchObject({
        name: "MedInc",
        encoding: { center: 3.5347999999999997 },
      });
      if (!isShared(HOUSES)) return;
      const more = join(folder, "more");
      cpSync(out, more, { recursive: true });
      const resumed = await anygivenHere(
        "train",
        sharedPath(HOUSES),
        "--out",
        more,
        "--resume",
        "--epochs",
        "513",
        "--json",
      );
      const { epochs, steps, metrics } = JSON.parse(resumed.stdout);
      expect({ epochs, steps }).toEqual({ epochs: 513, steps: 74_240 + 145 });
      const again = await anygivenHere(
        "train",
        sharedPath(HOUSES),
        "--out",
        more,
        "--resume",
        "--epochs",
        "514",
        "--json",
      );
      expect(JSON.parse(again.stdout).steps).toBe(74_240 + 2 * 145);
      // Epoch 513 begins a warm restart at the highest rate, and the loss stays near what it was (0.27).
      expect(metrics[0].learningRate).toBe(0.005);
      expect(metrics[0].validationLoss).toBeLessThan(0.5);
      expect(readdirSync(join(more, "checkpoints")).sort()).toEqual([
        "epoch-000512.safetensors",
        "epoch-000513.safetensors",
        "epoch-000514.safetensors",
      ]);
    });

    test("unless the folder holds a model, or the epoch is not there", async () => {
      const out = join(folder, "california");
      const again = await anygivenHere("import", sharedPath(CALIFORNIA), "--out", out);
      expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("holds a model already")]);
      const other = await anygivenHere(
        "import",
        sharedPath(CALIFORNIA),
        "--out",
        join(folder, "x"),
        "--epoch",
        "7",
      );
      expect([other.code, other.stderr]).toEqual([
        2,
        expect.stringContaining("no checkpoint of epoch 7: choose one of 512"),
      ]);
    });
  });
});
