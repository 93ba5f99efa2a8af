/** @file Whether a column's values in a table look like those of training in other units: another size, or another zero. */
import type { ModelColumn } from "../columns/encoding.ts";
import { formatNumber } from "../numeric/format.ts";
import { medianOfSorted } from "../numeric/statistics.ts";

/** So many values of a column are looked at, and so many are needed. */
const LOOKED_AT = 2000;
const NEEDED = 10;
/** Less than this is another sample, not another unit. */
const FACTOR = 5;
/** A ratio so near to a power of ten is called that. */
const NEAR = 1.6;
/** Values are shifted as a whole if they spread as those of training, give or take this factor. */
const ALIKE = 2;
const NORMAL_MAD = 1.4826;

/** Values of one column as they come. */
export class ColumnSample {
  readonly #values: number[] = [];
  #present = 0;
  #outside = 0;

  add(value: number, isOutside: boolean): void {
    this.#present++;
    if (isOutside) this.#outside++;
    if (this.#values.length < LOOKED_AT) this.#values.push(value);
  }

  /** "about 1000 times that of training", "about 273 below that of training"; undefined where most values are as in training. */
  remark({ encoding: { center, scale } }: Pick<ModelColumn, "encoding">): string | undefined {
    if (this.#present < NEEDED || this.#outside <= this.#present / 2) return undefined;
    const sorted = Float64Array.from(this.#values).sort();
    const middle = medianOfSorted(sorted);
    const spread = NORMAL_MAD * medianOfSorted(sorted.map((value) => Math.abs(value - middle)).sort());
    const ratio = Math.hypot(middle, spread) / Math.hypot(center, scale);
    if (ratio >= FACTOR || ratio <= 1 / FACTOR) return `about ${timesText(ratio)} times that of training`;
    if (spread > scale * ALIKE || spread < scale / ALIKE) return undefined;
    const shift = Number((middle - center).toPrecision(3));
    return `about ${formatNumber(Math.abs(shift))} ${shift > 0 ? "above" : "below"} that of training`;
  }
}

function timesText(ratio: number): string {
  const power = 10 ** Math.round(Math.log10(ratio));
  const isPower = Math.max(ratio / power, power / ratio) < NEAR;
  return formatNumber(isPower ? power : Number(ratio.toPrecision(2)));
}
