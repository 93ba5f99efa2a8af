/** @file Start values with which a head sees neighbouring diffusion steps as alike. */
import { generator } from "../../numeric/generator.ts";
import type { Parameter } from "../parts/parameter-layout.ts";

/**
 * Overwrites the start values of the layers' step vectors E_k[t], which are drawn at random for each t in the original:
 * coordinate j becomes cos(2 pi (f t / T + p)) with its own f and p, uniform on [0, 1). What is learnt at one step then
 * holds for its neighbours from the start; every entry is trained as before.
 */
export function smoothTimes(parameters: readonly Parameter[], flat: Float32Array, seed: number): void {
  for (const { name, shape, offset } of parameters) {
    if (!/^head\.\d+\.time$/.test(name)) continue;
    const [steps, width] = shape as [number, number];
    const random = generator(seed, "smooth time", name);
    for (let j = 0; j < width; j++) {
      const [frequency, phase] = [random.uniform(), random.uniform()];
      for (let t = 0; t < steps; t++) {
        flat[offset + t * width + j] = Math.cos(2 * Math.PI * ((frequency * t) / steps + phase));
      }
    }
  }
}
