/** @file The measuring processes run and check what they time. */
import { expect, test } from "vitest";
import { measure, numberOf, peakMegabytes } from "../../bench/suite/children.ts";

test("training steps with the context lengths they are told", async () => {
  const args = ["--context", "0,9,4", "--steps", "6", "--warmup", "1", "--workers", "1", "--seed", "3"];
  const measured = await measure("ours/step.ts", args);
  expect(measured).toMatchObject({ config: "california", batch: 128, contexts: [0, 9, 4] });
  expect(measured.milliseconds).toHaveLength(6);
  // Start values predict next to no noise: the mean square of standard normal noise is 1.
  expect(numberOf(measured, "firstLoss")).toBeGreaterThan(0.3);
  expect(numberOf(measured, "firstLoss")).toBeLessThan(3);
  // Node with ONNX Runtime; a peak in kilobytes or bytes would be far out.
  expect(numberOf(measured, "peakMegabytes")).toBeGreaterThan(60);
  expect(numberOf(measured, "peakMegabytes")).toBeLessThan(2000);
});

test("the rate of matrix products is that of so many products in so many seconds", async () => {
  const measured = await measure("ours/matmul.ts", ["--size", "256", "--seconds", "0.2"]);
  const [products, seconds] = [numberOf(measured, "products"), numberOf(measured, "seconds")];
  expect(seconds).toBeGreaterThanOrEqual(0.2);
  expect(numberOf(measured, "gigaflops")).toBeCloseTo((2 * 256 ** 3 * products) / seconds / 1e9, 6);
});

test("a process that fails is told with its command", async () => {
  await expect(measure("ours/step.ts", ["--context", "12"])).rejects.toThrow("--context 12 ended with 1");
});

test("a peak is at least what the process has now, in the same unit", () => {
  const now = process.memoryUsage().rss / 1e6;
  // The kernel counts resident pages in batches for each thread: a little may be missing.
  expect(peakMegabytes()).toBeGreaterThan(0.9 * now);
  expect(peakMegabytes()).toBeLessThan(20 * now);
});
