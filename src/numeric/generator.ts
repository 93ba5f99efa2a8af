/** @file Seeded random numbers: one xoroshiro128+ stream per purpose, split off a seed by name. */
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { normalQuantile } from "./normal-quantile.ts";

/** A stream of random numbers whose whole state is four integers that JSON can hold. */
export interface Generator {
  /** An integer, uniform on 0 .. below-1. */
  integer(below: number): number;
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Standard normal, by inversion (one uniform each). */
  normal(): number;
  /** Shuffles in place (Fisher-Yates), the first `count` of them only if given. */
  shuffle(values: Int32Array | Uint32Array, count?: number): void;
  /** The state: pass it to {@link generatorFromState} to continue exactly here. */
  state(): readonly number[];
}

/**
 * The generator of one purpose: `generator(seed, "shuffle", epoch)`.
 * Streams of different paths are independent, so what one part of a program draws never moves another's.
 */
export function generator(seed: number, ...path: readonly (string | number)[]): Generator {
  return generatorFromState(streamState(seed, ...path));
}

/** Continues a generator from the {@link Generator.state} it had. */
export function generatorFromState(state: readonly number[]): Generator {
  const source = xoroshiro128plusFromState(state);
  const integer = (below: number) => uniformInt(source, 0, below - 1);
  return {
    integer,
    uniform: () => uniformFloat64(source),
    normal: () => {
      let p = uniformFloat64(source);
      while (p === 0) p = uniformFloat64(source);
      return normalQuantile(p);
    },
    shuffle(values, count = values.length) {
      for (let i = 0; i < Math.min(count, values.length - 1); i++) {
        const j = i + integer(values.length - i);
        const kept = values[i];
        values[i] = values[j];
        values[j] = kept;
      }
    },
    state: () => source.getState(),
  };
}

/**
 * Four well-mixed 32-bit words from a seed and a path, to start any generator with 128 bits of state.
 * Mixing step: the finalizer of MurmurHash3 (Appleby, public domain), which changes about half of the
 * output bits for any one changed input bit.
 */
export function streamState(
  seed: number,
  ...path: readonly (string | number)[]
): [number, number, number, number] {
  const text = JSON.stringify([seed, ...path]);
  const words: [number, number, number, number] = [0, 0, 0, 0];
  for (let lane = 0; lane < 4; lane++) {
    let h = mix(0x9e3779b9 * (lane + 1));
    for (let i = 0; i < text.length; i++) h = mix(h ^ Math.imul(text.charCodeAt(i) + 1, 0x85ebca6b));
    words[lane] = mix(h + lane);
  }
  if (words.every((word) => word === 0)) words[0] = 1; // the one state xoroshiro and xoshiro can't leave
  return words;
}

function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
