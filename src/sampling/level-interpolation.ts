/** @file Filling in levels between known ones, by cubic interpolation. */

/**
 * @param from evenly spaced levels, at least 4; @param to any levels within them.
 * @returns a function from (questions, from) to (questions, to): Lagrange's cubic through the four nearest.
 */
export function levelInterpolation(from: Float64Array, to: Float64Array) {
  const width = from[1] - from[0];
  const firsts = new Int32Array(to.length);
  const weights = new Float64Array(4 * to.length);
  to.forEach((level, j) => {
    const first = Math.min(from.length - 4, Math.max(0, Math.floor((level - from[0]) / width) - 1));
    firsts[j] = first;
    weights.set(cubicWeights((level - from[first]) / width), 4 * j);
  });
  return (values: Float32Array, questions: number): Float32Array => {
    const filled = new Float32Array(questions * to.length);
    for (let question = 0; question < questions; question++) {
      const row = question * from.length;
      for (let j = 0; j < to.length; j++) {
        const at = row + firsts[j];
        const w = 4 * j;
        filled[question * to.length + j] =
          weights[w] * values[at] +
          weights[w + 1] * values[at + 1] +
          weights[w + 2] * values[at + 2] +
          weights[w + 3] * values[at + 3];
      }
    }
    return filled;
  };
}

/** Weights of the values at 0, 1, 2 and 3 for the cubic's value at t. */
function cubicWeights(t: number): [number, number, number, number] {
  return [
    (-(t - 1) * (t - 2) * (t - 3)) / 6,
    (t * (t - 2) * (t - 3)) / 2,
    (-t * (t - 1) * (t - 3)) / 2,
    (t * (t - 1) * (t - 2)) / 6,
  ];
}
