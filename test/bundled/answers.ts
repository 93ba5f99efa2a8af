/** @file A question about a table that is large enough for threads. */
import type { Model } from "../../src/model/model.ts";
import { generator } from "../../src/numeric/generator.ts";

const ROWS = 120_000;

export async function answerMany(model: Model): Promise<{ answers: number[]; threads: number }> {
  const random = generator(1, "stars");
  const column = (name: string, center: number, spread: number) => ({
    name,
    values: Float64Array.from({ length: ROWS }, () => center + spread * random.normal()),
  });
  const table = {
    source: "the test",
    rows: ROWS,
    columns: [column("logg", 2.5, 0.5), column("m_h", -0.2, 0.2)],
  };
  let threads = 0;
  const count = () => {
    threads += 1;
  };
  process.on("worker", count);
  const teff = await model.density(table, { of: "teff" });
  process.off("worker", count);
  return { answers: Array.from(teff.quantiles(0.5)).slice(0, 50), threads };
}
