/** @file Samples of one column as text and as JSON. */
import type { ColumnEncoding } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { fewValues } from "../model/describe.ts";
import { roundedTo } from "../numeric/format.ts";
import { sampleQuantile, summarise } from "../numeric/samples.ts";
import { categoryBars, histogram, valueBars } from "./histogram.ts";

/** What is printed of a distribution. */
const PROBABILITIES = [0.05, 0.16, 0.5, 0.84, 0.95];

/** A picture of the samples and, of numbers and dates, the median and the intervals that hold 68 % and 90 % of them. @param unit as it stands behind a number. */
export function samplesText(samples: Float64Array, encoding: ColumnEncoding, unit = ""): string {
  const { isCategorical, isText, write } = kindOf(encoding);
  if (isCategorical) {
    const { categories } = encoding;
    return categoryBars({ categories, probabilities: shares(samples, categories.length) });
  }
  const values = fewValues(encoding);
  if (values) {
    const probabilities = Float64Array.from(values, (value) => shareOf(samples, value));
    return valueBars({ categories: values.map((value) => write(value, encoding)), probabilities });
  }
  const { median, mad } = summarise(samples, encoding);
  const show = (value: number) => write(value, encoding, mad);
  const [low90, low68, middle, high68, high90] = quantiles(samples).map(show);
  const center = isText
    ? `median ${middle}`
    : `median ${show(median)}${unit}, scaled MAD ${roundedTo(mad, mad)}${unit}`;
  const picture = isText ? histogram(samples, show) : histogram(samples);
  return `${picture}\n${center}; 68 % in ${low68} .. ${high68}${unit}, 90 % in ${low90} .. ${high90}${unit}`;
}

/** Their summary and, with `withSamples`, they themselves. */
export function samplesJson(samples: Float64Array, encoding: ColumnEncoding, withSamples: boolean): object {
  if (kindOf(encoding).isCategorical) {
    const { categories } = encoding;
    const found = shares(samples, categories.length);
    return {
      shares: Object.fromEntries(categories.map((category, index) => [category, found[index]])),
      ...(withSamples && { samples: Array.from(samples, (index) => categories[index]) }),
    };
  }
  const found = quantiles(samples);
  const values = fewValues(encoding);
  const own = values?.map(
    (value) => [kindOf(encoding).write(value, encoding), shareOf(samples, value)] as const,
  );
  return {
    ...(own && { shares: Object.fromEntries(own) }),
    ...summarise(samples, encoding),
    quantiles: Object.fromEntries(PROBABILITIES.map((share, i) => [String(share), found[i]])),
    ...(withSamples && { samples: Array.from(samples) }),
  };
}

const shareOf = (samples: Float64Array, value: number) =>
  samples.reduce((count, each) => count + Number(each === value), 0) / samples.length;

/** How often each category was drawn. */
function shares(indices: Float64Array, categories: number): Float64Array {
  const made = new Float64Array(categories);
  for (const index of indices) made[index] += 1 / indices.length;
  return made;
}

function quantiles(samples: Float64Array): number[] {
  const sorted = samples.slice().sort();
  return PROBABILITIES.map((share) => sampleQuantile(sorted, share));
}
