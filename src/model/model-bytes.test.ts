/** @file A model's files are compared with the checksums of its folder, whichever of them is damaged, and where. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import "../runtime/node/install.ts";
import { encodeManifest } from "../base/manifest.ts";
import { writeTogether } from "../files/written-together.ts";
import { webPlatform } from "../runtime/web/web-platform.ts";
import { tableFromColumns } from "../table/from-values.ts";
import { trainTable } from "../training/train-table.ts";
import { Model } from "./model.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-checksums-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const x = Float64Array.from({ length: 80 }, (_, i) => Math.sin(i));
const table = tableFromColumns({ x, y: x.map((each, i) => each + Math.cos(7 * i)) });
const sizes = {
  embeddingDim: 8,
  heads: 2,
  ffnDim: 8,
  encoderLayers: 1,
  headDim: 8,
  headLayers: 1,
  batchSize: 32,
};
const run = { preset: "paper", ...sizes, epochs: 1, workers: 1, systemInfo: false } as const;
const whole = join(folder, "whole");
await trainTable(table, { ...run, out: whole });
let copies = 0;

function copy(): string {
  const made = join(folder, `${copies++}`);
  cpSync(whole, made, { recursive: true });
  return made;
}

const [checkpoint] = readdirSync(join(whole, "checkpoints"));
const MUTATIONS = 40;

function mutated(path: string, seed: number): void {
  const bytes = readFileSync(path);
  const random = generator(seed, "mutation");
  const at = Math.floor(random.uniform() * bytes.length);
  bytes[at] ^= 1 << Math.floor(random.uniform() * 8);
  writeFileSync(path, bytes);
}

describe("a bit that is not as it was written", () => {
  test.each(["config.json", "weights.safetensors"])("of %s is told by all that read it", async (file) => {
    const damaged = copy();
    for (let seed = 0; seed < MUTATIONS; seed++) {
      cpSync(join(whole, file), join(damaged, file));
      mutated(join(damaged, file), seed);
      const said = `${join(damaged, file)} is not as it was written (its SHA-256`;
      await expect(Model.load(damaged)).rejects.toThrow(said);
      const [config, weights, manifest] = ["config.json", "weights.safetensors", "manifest.json"].map(
        (name) => readFileSync(join(damaged, name)),
      );
      expect(() => Model.fromBytes({ config, weights, manifest })).toThrow(
        `${file} is not as it was written`,
      );
    }
    if (file === "config.json")
      await expect(trainTable(table, { out: damaged, resume: true, epochs: 2 })).rejects.toThrow(
        /config\.json is not as/,
      );
  });

  test("of a checkpoint is told where training goes on", async () => {
    const damaged = copy();
    const path = join(damaged, "checkpoints", checkpoint);
    for (let seed = 0; seed < MUTATIONS; seed++) {
      cpSync(join(whole, "checkpoints", checkpoint), path);
      mutated(path, seed);
      await expect(trainTable(table, { out: damaged, resume: true, epochs: 2 })).rejects.toThrow(
        `${path} is not as it was written (its SHA-256`,
      );
    }
  });
});

test("without comparing, a config that was changed is read; a model without a manifest is, too", async () => {
  const changed = copy();
  const path = join(changed, "config.json");
  writeFileSync(path, readFileSync(path, "utf8").replace('"x"', '"z"'));
  await expect(Model.load(changed)).rejects.toThrow(/--no-verify \(in the library: verify: false\)/);
  expect((await Model.load(changed, { verify: false })).columns).toContain("z");
  rmSync(join(changed, "manifest.json"));
  const model = await Model.load(changed);
  expect(model.columns).toContain("z");
  // Saved, it has checksums again.
  await model.save(changed);
  expect((await Model.load(changed)).columns).toContain("z");
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])(
  "a weight that is %s is refused, with or without a manifest",
  async (wrong) => {
    const damaged = copy();
    rmSync(join(damaged, "manifest.json"));
    const path = join(damaged, "weights.safetensors");
    const { tensors, metadata } = decodeSafetensors(readFileSync(path), path);
    const [[name, tensor]] = tensors;
    (tensor.data as Float32Array)[0] = wrong;
    writeFileSync(path, Buffer.concat(encodeSafetensors(tensors, metadata)));
    await expect(Model.load(damaged, { verify: false })).rejects.toThrow(
      `the tensor "${name}" holds ${wrong}`,
    );
  },
);

test("a manifest that names files elsewhere, or is none, is refused", async () => {
  const damaged = copy();
  const mark = { sha256: "0".repeat(64), bytes: 1 };
  const cases: [string, string][] = [
    ["{", "is not valid JSON"],
    [encodeManifest({ files: { "../config.json": mark } }), "no name of a model's file"],
    [
      encodeManifest({ files: {}, next: { "config.json": { ...mark, staged: "../../x.new" } } }),
      "no name of a file that waits",
    ],
    [encodeManifest({ files: { "config.json": { ...mark, sha256: "x" } } }), "not 64 hexadecimal digits"],
    [encodeManifest({ files: {} }), "config.json is not in the folder's manifest.json"],
  ];
  for (const [text, said] of cases) {
    writeFileSync(join(damaged, "manifest.json"), text);
    await expect(Model.load(damaged)).rejects.toThrow(said);
  }
});

test("a page's digests are Node's", () => {
  const bytes = readFileSync(join(whole, "weights.safetensors"));
  const manifest = JSON.parse(readFileSync(join(whole, "manifest.json"), "utf8"));
  expect(webPlatform({ wasm: "" }).sha256(bytes)).toBe(manifest.files["weights.safetensors"].sha256);
});

test("a folder of an older anygiven that is written to again gets marks of all it holds", async () => {
  const older = copy();
  rmSync(join(older, "manifest.json"));
  await writeTogether(older, { "model-card.md": "mine" });
  const { files } = JSON.parse(readFileSync(join(older, "manifest.json"), "utf8"));
  const { files: all } = JSON.parse(readFileSync(join(whole, "manifest.json"), "utf8"));
  expect({ ...files, "model-card.md": all["model-card.md"] }).toEqual(all);
});
