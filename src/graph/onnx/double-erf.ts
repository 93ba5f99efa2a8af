/** @file The error function in double precision, of standard operators: ONNX Runtime has Erf in single only. */
import type { Emitter } from "./emit.ts";

/**
 * erf(x) = sign(x) (1 - t exp(-x^2 + P(2 t - 1))), t = 2 / (2 + |x|), with P a Chebyshev series: the form of
 * Press et al., Numerical Recipes (2007), section 6.2.2. Absolute error about 1e-16.
 * It is slow, and meant for checking derivatives, not for training.
 */
export function doubleErf(emitter: Emitter, x: string): string {
  const { node } = bound(emitter);
  const number = (value: number) => emitter.floats([value], []);
  const size = node("Abs", x);
  const t = node("Div", number(2), node("Add", size, number(2)));
  const u = node("Sub", node("Mul", t, number(2)), number(1));
  const doubled = node("Mul", u, number(2));
  // Clenshaw's recurrence, highest coefficient first.
  let [last, before] = [number(0), number(0)];
  for (const coefficient of CHEBYSHEV.slice(1).reverse()) {
    const next = node("Add", node("Sub", node("Mul", doubled, last), before), number(coefficient));
    [last, before] = [next, last];
  }
  const series = node("Add", node("Sub", node("Mul", u, last), before), number(CHEBYSHEV[0]));
  const complement = node("Mul", t, node("Exp", node("Sub", series, node("Mul", x, x))));
  return node("Mul", node("Sign", x), node("Sub", number(1), complement));
}

const bound = (emitter: Emitter) => ({
  node: (type: string, ...inputs: string[]) => emitter.node(type, inputs),
});

/** Of ln(erfc(z) exp(z^2) / t) for t = 2 / (2 + z) in (0, 1]; computed with mpmath 1.3 at 40 digits. */
const CHEBYSHEV = [
  -0.6513268598908547, 0.6419697923564902, 0.019476473204185836, -0.009561514786808632,
  -0.0009465953444820369, 0.00036683949785276145, 4.252332480690777e-5, -2.0278578112534242e-5,
  -1.6242900046470254e-6, 1.3036558355805232e-6, 1.5626441722066142e-8, -8.523809591492654e-8,
  6.5290544390988515e-9, 5.059343495551469e-9, -9.91364156493033e-10, -2.273651222931836e-10,
  9.646791102015527e-11, 2.3940380830391146e-12, -6.886027526497553e-12, 8.944879273090725e-13,
  3.130921399342958e-13, -1.1270822361367252e-13, 3.810905255189232e-16, 7.106097613609237e-15,
  -1.5230282014571043e-15, -9.457494571291233e-17, 1.210237189224279e-16, -2.816663087747177e-17,
];
