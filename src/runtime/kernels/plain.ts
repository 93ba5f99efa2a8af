/** @file The kernels in plain JavaScript: the same arithmetic, in the same order, as assembly/kernels.ts. */
import { adamWFactors, dropThreshold, type Kernels, LANE_WORDS, type LaneState, TINY } from "./kernels.ts";

const f = Math.fround;

export function plainKernels(): Kernels {
  return {
    kind: "plain",
    floats: (length) => new Float32Array(length),
    state: () => new Uint32Array(LANE_WORDS),
    dropoutMask(mask, rate, state) {
      const threshold = dropThreshold(rate);
      const kept = f(1 / (1 - rate));
      for (let block = 0; block < mask.length; block += 4) {
        next(state).forEach((word, lane) => {
          mask[block + lane] = word >= threshold ? kept : 0; // a write past the end of the array is ignored
        });
      }
    },
    normals(out, state) {
      for (let block = 0; block < out.length; block += 8) {
        const first = next(state).slice();
        const second = next(state);
        for (let lane = 0; lane < 4; lane++) {
          const [a, b] = normalPair(first[lane], second[lane]);
          out[block + lane] = a;
          out[block + 4 + lane] = b;
        }
      }
    },
    accumulate(sum, terms) {
      for (let i = 0; i < sum.length; i++) sum[i] += terms[i];
    },
    adamW(weights, gradient, firstMoment, secondMoment, step) {
      const factors = adamWFactors(step);
      const [decay, gain1, keep2] = [f(factors.decay), f(factors.gain1), f(factors.keep2)];
      const [gain2, root] = [f(factors.gain2), f(factors.root)];
      const [epsilon, stepSize] = [f(factors.epsilon), f(factors.stepSize)];
      for (let i = 0; i < weights.length; i++) {
        const g = gradient[i];
        const m = withoutTiny(f(firstMoment[i] + f(f(g - firstMoment[i]) * gain1)));
        const v = withoutTiny(f(f(secondMoment[i] * keep2) + f(f(g * g) * gain2)));
        firstMoment[i] = m;
        secondMoment[i] = v;
        const spread = f(f(f(Math.sqrt(v)) / root) + epsilon);
        weights[i] = f(f(weights[i] * decay) - f(f(m / spread) * stepSize));
      }
    },
  };
}

const withoutTiny = (x: number) => (Math.abs(x) < TINY ? 0 : x);

const words = new Uint32Array(4);

/** The next word of each lane, in an array that the next call overwrites. */
function next(state: LaneState): Uint32Array {
  for (let lane = 0; lane < 4; lane++) {
    const [s0, s1, s2, s3] = [state[lane], state[4 + lane], state[8 + lane], state[12 + lane]];
    words[lane] = s0 + s3;
    const a2 = s2 ^ s0;
    const a3 = s3 ^ s1;
    state[lane] = s0 ^ a3;
    state[4 + lane] = s1 ^ a2;
    state[8 + lane] = a2 ^ (s1 << 9);
    state[12 + lane] = (a3 << 11) | (a3 >>> 21);
  }
  return words;
}

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);
const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(f);

function log(x: number): number {
  float[0] = x;
  let exponent = (bits[0] >>> 23) - 126;
  bits[0] = (bits[0] & 0x007fffff) | 0x3f000000;
  let m = float[0];
  if (m < f(Math.SQRT1_2)) {
    exponent -= 1;
    m = f(m + m);
  }
  m = f(m - 1);
  const z = f(m * m);
  let y = LOG[0];
  for (let i = 1; i < LOG.length; i++) y = f(f(y * m) + LOG[i]);
  y = f(f(y * m) * z);
  y = f(y + f(exponent * f(-2.1219444e-4)));
  y = f(y - f(z * 0.5));
  return f(f(m + y) + f(exponent * 0.693359375));
}

/** Box & Muller's pair; see assembly/kernels.ts. */
function normalPair(first: number, second: number): [number, number] {
  const u = f(f(f(first) + 0.5) * f(2 ** -32));
  const radius = f(Math.sqrt(f(log(u) * -2)));
  const x = f(f((second << 2) | 0) * f(3.657291864741362e-10));
  const z = f(x * x);
  let sine = f(f(z * f(-1.9515295891e-4)) + f(8.3321608736e-3));
  sine = f(f(sine * z) + f(-1.6666654611e-1));
  sine = f(f(f(sine * z) * x) + x);
  let cosine = f(f(z * f(2.443315711809948e-5)) + f(-1.388731625493765e-3));
  cosine = f(f(cosine * z) + f(4.166664568298827e-2));
  cosine = f(f(cosine * z) * z);
  cosine = f(f(cosine - f(z * 0.5)) + 1);
  const quadrant = second >>> 30;
  const turned: readonly [number, number][] = [
    [cosine, sine],
    [-sine, cosine],
    [-cosine, -sine],
    [sine, -cosine],
  ];
  const [a, b] = turned[quadrant];
  return [f(radius * a), f(radius * b)];
}
