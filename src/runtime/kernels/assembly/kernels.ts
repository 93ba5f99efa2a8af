/**
 * @file The numeric kernels in AssemblyScript, compiled to WebAssembly SIMD by `npm run build:kernels`.
 *
 * Each works on float32 cells in blocks: arrays start on 16 bytes and are padded to whole blocks.
 * plain.ts holds the same arithmetic in the same order, so that both give the same bits.
 */

// @ts-nocheck: AssemblyScript's types (usize, v128, ...) are not TypeScript's.

/** xoshiro128+ in four lanes: the state is four vectors (Blackman & Vigna 2018, https://prng.di.unimi.it). */
function next(state: usize): v128 {
  const s0 = v128.load(state);
  const s1 = v128.load(state, 16);
  const s2 = v128.load(state, 32);
  const s3 = v128.load(state, 48);
  const result = i32x4.add(s0, s3);
  const t = i32x4.shl(s1, 9);
  const a2 = v128.xor(s2, s0);
  const a3 = v128.xor(s3, s1);
  v128.store(state, v128.xor(s0, a3));
  v128.store(state, v128.xor(s1, a2), 16);
  v128.store(state, v128.xor(a2, t), 32);
  v128.store(state, v128.or(i32x4.shl(a3, 11), i32x4.shr_u(a3, 21)), 48);
  return result;
}

/** mask[i] = 0 where a random word is below the threshold, else scale. */
export function dropoutMask(mask: usize, length: i32, threshold: u32, scale: f32, state: usize): void {
  const limit = i32x4.splat(threshold);
  const kept = f32x4.splat(scale);
  for (let end = mask + ((<usize>length) << 2); mask < end; mask += 16) {
    v128.store(mask, v128.and(kept, i32x4.ge_u(next(state), limit)));
  }
}

/** ln(x) for x in (0, 1], relative error 2e-7: Cephes logf (Moshier 1989), branch-free. */
function log(x: v128): v128 {
  const half = f32x4.splat(0.7071067811865476);
  let exponent = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000)); // mantissa in [0.5, 1)
  const small = f32x4.lt(m, half);
  exponent = i32x4.add(exponent, small); // a true lane is -1
  m = f32x4.sub(f32x4.add(m, v128.and(m, small)), f32x4.splat(1));
  const z = f32x4.mul(m, m);
  let y = f32x4.splat(7.0376836292e-2);
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.151461031e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(1.167699874e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.2420140846e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(1.4249322787e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-1.6668057665e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(2.0000714765e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(-2.4999993993e-1));
  y = f32x4.add(f32x4.mul(y, m), f32x4.splat(3.3333331174e-1));
  y = f32x4.mul(f32x4.mul(y, m), z);
  const e = f32x4.convert_i32x4_s(exponent);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(-2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(z, f32x4.splat(0.5)));
  return f32x4.add(f32x4.add(m, y), f32x4.mul(e, f32x4.splat(0.693359375)));
}

/**
 * Standard normals by Box & Muller (1958), eight a block.
 * The radius uses all 32 bits of a word, so values reach 6.7 standard deviations; the angle is a quadrant
 * (2 bits) and an offset in [-pi/4, pi/4) (30 bits), where short polynomials (Cephes sinf, cosf) are exact
 * to 1e-7.
 */
export function normals(out: usize, length: i32, state: usize): void {
  for (let end = out + ((<usize>length) << 2); out < end; out += 32) {
    const first = next(state);
    const second = next(state);
    const u = f32x4.mul(
      f32x4.add(f32x4.convert_i32x4_u(first), f32x4.splat(0.5)),
      f32x4.splat(2.3283064365386963e-10),
    );
    const radius = f32x4.sqrt(f32x4.mul(log(u), f32x4.splat(-2)));
    const x = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(second, 2)), f32x4.splat(3.657291864741362e-10));
    const z = f32x4.mul(x, x);
    let sine = f32x4.add(f32x4.mul(z, f32x4.splat(-1.9515295891e-4)), f32x4.splat(8.3321608736e-3));
    sine = f32x4.add(f32x4.mul(sine, z), f32x4.splat(-1.6666654611e-1));
    sine = f32x4.add(f32x4.mul(f32x4.mul(sine, z), x), x);
    let cosine = f32x4.add(f32x4.mul(z, f32x4.splat(2.443315711809948e-5)), f32x4.splat(-1.388731625493765e-3));
    cosine = f32x4.add(f32x4.mul(cosine, z), f32x4.splat(4.166664568298827e-2));
    cosine = f32x4.mul(f32x4.mul(cosine, z), z);
    cosine = f32x4.add(f32x4.sub(cosine, f32x4.mul(z, f32x4.splat(0.5))), f32x4.splat(1));
    // Quadrant q turns (cos, sin) by q * 90 degrees: bit 30 exchanges them, two sign bits follow.
    const swap = i32x4.shr_s(i32x4.shl(second, 1), 31);
    const top = v128.and(second, i32x4.splat(0x80000000));
    const a = v128.bitselect(sine, cosine, swap);
    const b = v128.bitselect(cosine, sine, swap);
    const signA = v128.xor(top, v128.and(i32x4.shl(second, 1), i32x4.splat(0x80000000)));
    v128.store(out, f32x4.mul(radius, v128.xor(a, signA)));
    v128.store(out, f32x4.mul(radius, v128.xor(b, top)), 16);
  }
}

/** sum[i] += terms[i]. */
export function accumulate(sum: usize, terms: usize, length: i32): void {
  for (let end = sum + ((<usize>length) << 2); sum < end; sum += 16, terms += 16) {
    v128.store(sum, f32x4.add(v128.load(sum), v128.load(terms)));
  }
}

/** One AdamW step; see kernels.ts for the formula. */
/** 0 instead of numbers that shrink to denormal ones, which are a hundred times slower; see TINY in kernels.ts. */
// @ts-ignore: a decorator of AssemblyScript
@inline
function withoutTiny(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(1e-30)));
}

export function adamW(
  weights: usize,
  gradient: usize,
  firstMoment: usize,
  secondMoment: usize,
  length: i32,
  decay: f32,
  gain1: f32,
  keep2: f32,
  gain2: f32,
  root: f32,
  epsilon: f32,
  stepSize: f32,
): void {
  for (let i: usize = 0, end = (<usize>length) << 2; i < end; i += 16) {
    const g = v128.load(gradient + i);
    const m0 = v128.load(firstMoment + i);
    const m = withoutTiny(f32x4.add(m0, f32x4.mul(f32x4.sub(g, m0), f32x4.splat(gain1))));
    const kept = f32x4.mul(v128.load(secondMoment + i), f32x4.splat(keep2));
    const v = withoutTiny(f32x4.add(kept, f32x4.mul(f32x4.mul(g, g), f32x4.splat(gain2))));
    v128.store(firstMoment + i, m);
    v128.store(secondMoment + i, v);
    const spread = f32x4.add(f32x4.div(f32x4.sqrt(v), f32x4.splat(root)), f32x4.splat(epsilon));
    const step = f32x4.mul(f32x4.div(m, spread), f32x4.splat(stepSize));
    v128.store(weights + i, f32x4.sub(f32x4.mul(v128.load(weights + i), f32x4.splat(decay)), step));
  }
}
