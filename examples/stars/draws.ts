/** @file Seeded normal draws for measurement errors. */
import { generator } from "../../src/numeric/generator.ts";

export function normalDraws(count: number, stream: string): Float64Array {
  const random = generator(1, "stars example", stream);
  return Float64Array.from({ length: count }, () => random.normal());
}
