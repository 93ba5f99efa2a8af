/** @file Ticks of a logarithmic axis, whose places are logarithms to base 10. */
import type { ScaleOptions } from "@observablehq/plot";
import { tickText } from "./axis.ts";

/** Powers of ten; where they are few, 2 and 5 times them, too. @param most about how many there is room for. */
export function logTicks(
  [low, high]: readonly [number, number],
  most: number,
): Pick<ScaleOptions, "type" | "domain" | "ticks" | "tickFormat"> {
  const values = tickValues(low, high, Math.max(2, most));
  return {
    type: "linear",
    domain: [low, high],
    ticks: values.map(Math.log10),
    tickFormat: (place: number) => valueText(10 ** place),
  };
}

function tickValues(low: number, high: number, most: number): number[] {
  const decades = Array.from(
    { length: Math.floor(high) - Math.floor(low) + 1 },
    (_, i) => Math.floor(low) + i,
  );
  const among = (steps: readonly number[]) =>
    decades
      .flatMap((decade) => steps.map((step) => step * 10 ** decade))
      .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  for (const steps of [
    [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 6, 8],
    [1, 2, 3, 5],
    [1, 2, 5],
    [1, 3],
  ]) {
    const values = among(steps);
    if (values.length <= most && values.length >= 2) return values;
  }
  const powers = among([1]);
  if (powers.length < 2) return among([1, 2, 5]);
  const every = Math.ceil(powers.length / most);
  return powers.filter((_, i) => i % every === 0);
}

/** Digits without the noise of taking logarithms and powers. */
const valueText = (value: number) => tickText(Number(value.toPrecision(6)));
