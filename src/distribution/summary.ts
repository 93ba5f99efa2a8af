/** @file Summing samples up: median and scaled MAD. */
import type { ColumnEncoding } from "../columns/encoding.ts";
import { madToStandardDeviation } from "../columns/scaling.ts";
import { circularMedian, measureOfSamples, medianDistanceFrom } from "../numeric/circle.ts";

export interface Summary {
  readonly median: number;
  /** 1.4826 times the median distance from the median: the standard deviation, if the density is normal. */
  readonly mad: number;
}

/** Both in the units of the samples, along the circle where the column is circular; medians of an even count are the mean of the middle two (as numpy's). */
export function summarise(samples: Float64Array, { period }: Pick<ColumnEncoding, "period"> = {}): Summary {
  if (period !== undefined) {
    const median = circularMedian(measureOfSamples(samples, period));
    return { median, mad: madToStandardDeviation * medianDistanceFrom(samples, median, period) };
  }
  const sorted = samples.slice().sort();
  const median = middle(sorted);
  const deviations = sorted.map((sample) => Math.abs(sample - median)).sort();
  return { median, mad: madToStandardDeviation * middle(deviations) };
}

/** A quantile of sorted samples, interpolated between the two nearest (as numpy's). */
export function sampleQuantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  return low + (at - below) * (high - low);
}

function middle(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
