/** @file The stars whose rows are looked for in the survey's files: their ids, each once, and where on the sky they are. */
import { createHash } from "node:crypto";

/** Gaia's ids hold the star's pixel of HEALPix, nested, ICRS: this many bits below the one of order 8. */
const BITS_BELOW_ORDER_8 = 43n;

export class Stars {
  /** Ascending, each once. */
  readonly ids: BigInt64Array;
  readonly #byId: ReadonlyMap<string, number>;

  /** @param ids of rows; 0 is no star. */
  constructor(ids: BigInt64Array) {
    const sorted = ids.filter((id) => id !== 0n).sort();
    this.ids = sorted.filter((id, i) => i === 0 || id !== sorted[i - 1]);
    this.#byId = new Map(Array.from(this.ids, (id, star) => [String(id), star]));
  }

  get count(): number {
    return this.ids.length;
  }

  /** The number of a star, by its id as text. */
  numberOf(id: string): number | undefined {
    return this.#byId.get(id);
  }

  /** The stars of rows; -1 for a row without one. */
  ofRows(ids: BigInt64Array): Int32Array {
    return Int32Array.from(ids, (id) => this.#byId.get(String(id)) ?? -1);
  }

  /** The pixel of order 8 that a star lies in. */
  pixelOf(star: number): number {
    return Number(this.ids[star] >> BITS_BELOW_ORDER_8);
  }

  /** A checksum of all ids. */
  get digest(): string {
    return createHash("sha256")
      .update(new Uint8Array(this.ids.buffer, this.ids.byteOffset, this.ids.byteLength))
      .digest("hex");
  }
}
