/** @file The rate of matrix products on all cores at once: no network made of them can be faster. */
import { measure, numberOf } from "./children.ts";

/** Rows and columns of the three square matrices. */
export const MATMUL_SIZE = 1024;

/** Until all have loaded ONNX Runtime, on a busy machine too. */
const START_MILLISECONDS = 5000;

/**
 * @param cores so many processes at once, each with one single-threaded session.
 * @returns floating-point operations a second, all together.
 */
export async function matmulRate(cores: number, seconds: number, seed: number): Promise<number> {
  const begin = Date.now() + START_MILLISECONDS;
  const all = Array.from({ length: cores }, (_, core) =>
    measure("ours/matmul.ts", [
      "--size",
      String(MATMUL_SIZE),
      "--seconds",
      String(seconds),
      "--begin",
      String(begin),
      "--seed",
      String(seed + core),
    ]),
  );
  const measured = await Promise.all(all);
  return measured.reduce((sum, each) => sum + 1e9 * numberOf(each, "gigaflops"), 0);
}
