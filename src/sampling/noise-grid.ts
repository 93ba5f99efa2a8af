/** @file The noise levels that the flow passes through on its way from noise to a number. */

/**
 * `steps` levels from the highest to the lowest, evenly spaced in sigma^(1/rho) (Karras et al. 2022, eq. 5);
 * a large rho comes close to evenly spaced logarithms.
 */
export function noiseGrid(
  steps: number,
  { sigmaMin, sigmaMax }: { readonly sigmaMin: number; readonly sigmaMax: number },
  rho = 7,
): Float64Array {
  const [high, low] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  return Float64Array.from({ length: steps }, (_, i) => (high + ((low - high) * i) / (steps - 1)) ** rho);
}
