/** @file Summing samples up: median, scaled MAD and quantiles. */
import { circularMedian, measureOfSamples, medianDistanceFrom } from "./circle.ts";
import { MAD_TO_STANDARD_DEVIATION, medianOfSorted } from "./statistics.ts";

export interface Summary {
  readonly median: number;
  /** 1.4826 times the median distance from the median: the standard deviation, if the density is normal. */
  readonly mad: number;
}

/** Both in the units of the samples; along the circle where there is a period after which a value is the same again. */
export function summarise(samples: Float64Array, { period }: { readonly period?: number } = {}): Summary {
  if (period !== undefined) {
    const median = circularMedian(measureOfSamples(samples, period));
    return { median, mad: MAD_TO_STANDARD_DEVIATION * medianDistanceFrom(samples, median, period) };
  }
  const sorted = samples.slice().sort();
  const median = medianOfSorted(sorted);
  const deviations = sorted.map((sample) => Math.abs(sample - median)).sort();
  return { median, mad: MAD_TO_STANDARD_DEVIATION * medianOfSorted(deviations) };
}

/** A quantile of sorted samples, interpolated between the two nearest (as numpy's). */
export function sampleQuantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  return low + (at - below) * (high - low);
}
