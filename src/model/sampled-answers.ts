/** @file The answers of `predict` read off samples of each row. */
import { type ColumnEncoding, encodingOfColumn } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { sampleQuantile, summarise } from "../numeric/samples.ts";
import { indexOfMax } from "../numeric/statistics.ts";
import type { SampleBatch } from "./answers.ts";
import { fewValues } from "./describe.ts";
import type { Event } from "./events.ts";

/** What is read off the samples of one column, beside its median or most probable category. */
export interface ReadOff {
  readonly quantiles: readonly number[];
  readonly events: readonly Event[];
}

/** An array for each column of the answers about these targets, in the order of `predictedColumns`. */
export function sampledValues(
  config: ModelConfig,
  of: readonly string[],
  { quantiles, events }: ReadOff,
  { rows, samples }: SampleBatch,
): Float64Array[] {
  return of.flatMap((name) => {
    const encoding = encodingOfColumn(config, name);
    const own = events.filter((event) => event.of === name);
    const size = samples[name].length / rows;
    const answers = Array.from({ length: rows }, (_, row) => {
      const drawn = samples[name].slice(row * size, (row + 1) * size);
      return [
        ...summary(drawn, encoding, quantiles),
        ...own.map(({ holds }) => drawn.filter((value) => holds(value)).length / size),
      ];
    });
    return answers[0].map((_, i) => Float64Array.from(answers, (row) => row[i]));
  });
}

function summary(drawn: Float64Array, encoding: ColumnEncoding, quantiles: readonly number[]): number[] {
  const shareOf = (value: number) => drawn.filter((each) => each === value).length / drawn.length;
  const { isCategorical, round } = kindOf(encoding);
  if (isCategorical) {
    const shares = Float64Array.from(encoding.categories, (_, index) => shareOf(index));
    return [indexOfMax(shares), ...shares];
  }
  const { median, mad } = summarise(drawn, encoding);
  const chances = (fewValues(encoding) ?? []).map(shareOf);
  const sorted = quantiles.length > 0 ? drawn.slice().sort() : drawn;
  const shares = quantiles.map((share) => sampleQuantile(sorted, share));
  // What lies between two samples is none that occurs, of whole numbers.
  const [middle, ...others] = [median, ...shares].map((value) => round(value, encoding));
  return [middle, mad, ...others, ...chances];
}
