/** @file Networks that are trained side by side: each by its own share of the gradient, whichever worker runs it. */
import { expect, test } from "vitest";
import type { EncodedTable } from "../src/networks/encoded-table.ts";
import type { QueryConfig } from "../src/networks/query/config.ts";
import type { MixtureConfig } from "../src/networks/query/heads/mixture/config.ts";
import { ensemble, ensembleWeights, MEMBERS, single } from "../src/networks/query/testing/ensemble.ts";
import { networkOf } from "../src/networks/registry.ts";
import { generator } from "../src/numeric/generator.ts";
import { createKernels } from "../src/runtime/kernels/kernels.ts";
import { GradientWorkers } from "../src/training/gradient-workers.ts";
import { settingsOf } from "../src/training/presets.ts";

const members = Array.from({ length: MEMBERS }, (_, k) => k);
const weights = ensembleWeights();
const ofOne = weights.length / MEMBERS;

/** The first of the rows. */
const rowsUpTo = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);
const ALL = rowsUpTo(40);

/** The loss of the last of some batches and its gradient, as training's workers make them. @param batches each of some rows. */
async function gradientOf(
  config: QueryConfig<MixtureConfig>,
  flat: Float32Array,
  workers: number,
  batches: readonly Uint32Array[] = [ALL],
) {
  const network = networkOf(config);
  const rows = rowsUpTo(Math.max(ALL.length, ...batches.map(({ length }) => length)));
  const random = generator(3, "rows");
  const values = () => Float32Array.from(rows, () => random.normal());
  const classes = (count: number) => Int32Array.from(rows, () => random.integer(count));
  const ofPoints = classes(3);
  const data: EncodedTable = {
    rows: rows.length,
    columns: [
      { index: 0, values: values() },
      { index: 1, values: values(), classes: ofPoints, isMixed: true, pointMasses: [0.5, 1] },
      { index: 2, values: new Float32Array(rows.length), classes: classes(2) },
    ],
  };
  const outputs = Int32Array.of(0, 1, 2);
  const settings = settingsOf("default", { batchSize: rows.length });
  const sampler = network.sampler({ data, reference: data }, outputs, settings);
  const kernels = createKernels([flat.length, flat.length]);
  const capacity = network.capacity(3, outputs, settings);
  const pool = await GradientWorkers.start(config, { device: "cpu", workers, seed: 1, capacity, kernels });
  pool.setWeights(flat);
  let loss = Number.NaN;
  for (const batch of batches) {
    const count = sampler.draw(batch, generator(1, "batch"));
    loss = await pool.gradient(sampler.batch, count, 1);
  }
  const gradient = Float32Array.from(pool.sum);
  await pool.stop();
  return { loss, gradient };
}

test.each([1, 2, 4])(
  "trains every member by itself, by a share of its own gradient, with %i workers",
  async (workers) => {
    const whole = await gradientOf(ensemble, weights, workers);
    const parts = await Promise.all(
      members.map((k) => gradientOf(single, weights.slice(k * ofOne, (k + 1) * ofOne), 1)),
    );
    expect(whole.loss).toBeCloseTo(parts.reduce((sum, { loss }) => sum + loss, 0) / MEMBERS, 5);
    expect(Math.hypot(...whole.gradient)).toBeGreaterThan(0.01);
    whole.gradient.forEach((slope, i) => {
      const { gradient } = parts[Math.floor(i / parts[0].gradient.length)];
      expect(slope).toBeCloseTo(gradient[i % gradient.length] / MEMBERS, 5);
    });
  },
);

test("has dropout masks of its own for every member, whichever worker runs it", async () => {
  const config = { ...ensemble, dropout: 0.3 };
  // The same weights in every member: only the masks tell them apart.
  const one = weights.subarray(0, ofOne);
  const same = Float32Array.from(members.flatMap(() => [...one]));
  const [alone, together] = [await gradientOf(config, same, 1), await gradientOf(config, same, 2)];
  const [first, second] = [0, 1].map((k) => alone.gradient.subarray(k * ofOne, (k + 1) * ofOne));
  expect(first).not.toEqual(second);
  together.gradient.forEach((slope, i) => {
    expect(slope).toBeCloseTo(alone.gradient[i], 6);
  });
});

test("adds no part of one network's twice where a worker has several parts of several networks", async () => {
  // So many rows are cut into six parts, of which each of two workers has some by the first two networks and some by the third.
  const many = [rowsUpTo(1500)];
  const [alone, shared] = [
    await gradientOf(ensemble, weights, 1, many),
    await gradientOf(ensemble, weights, 2, many),
  ];
  shared.gradient.forEach((slope, i) => {
    expect(slope).toBeCloseTo(alone.gradient[i], 5);
  });
});

test("leaves nothing of the batch before where a worker has no work of a member", async () => {
  const one = rowsUpTo(1);
  const fresh = await gradientOf(ensemble, weights, 4, [one]);
  const after = await gradientOf(ensemble, weights, 4, [ALL, one]);
  expect(after).toEqual(fresh);
});
