/** @file A known table: a heavy-tailed column, one capped at a value many rows have, and one that is often zero. */
import { generator } from "../../../src/numeric/generator.ts";
import { normalCdf, normalPdf } from "../../../src/numeric/normal-cdf.ts";
import { drawnTable, type KnownDistribution, type KnownTable, type KnownValues } from "./known.ts";
import { tabulated } from "./tabulated.ts";

const COLUMNS = ["t", "capped", "zeroed"] as const;
const [T, CAPPED, ZEROED] = [0, 1, 2] as const;
/** About one row in seven is at the cap, about half are zero. */
export const CAP = 2;
const LOG_CAP = Math.log(CAP);
const CAPPED_SD = 0.5;
const ZEROED_SD = 0.4;

/** log of the uncapped value given v = asinh(t) is normal about this, with CAPPED_SD. */
const cappedMean = (v: number) => 0.3 * v;
/** P(zeroed = 0 | capped = c). */
const zeroChance = (c: number) => 1 / (1 + Math.exp(2 * (c - 1)));
/** log of zeroed, where it isn't 0, given capped = c is normal about this, with ZEROED_SD. */
const zeroedMean = (c: number) => c - 1;

/**
 * t ~ Student's t with 2 degrees of freedom;
 * capped = min(2, exp(normal(0.3 asinh t, 0.5)));
 * zeroed = 0 with probability 1 / (1 + exp(2 (capped - 1))), else exp(normal(capped - 1, 0.4)).
 *
 * All twelve conditionals are known. In closed form: t; capped | t; zeroed | capped (given t or not).
 * By quadrature over one number: t | capped (zeroed adds nothing); t | zeroed; capped; capped | t, zeroed;
 * capped | zeroed; zeroed | t; zeroed. Quadrature is over v = asinh(t), whose density falls as exp(-2 |v|),
 * and the logarithms of the others.
 */
export const tailsAndAtoms: KnownTable = {
  name: "tails and atoms",
  columns: COLUMNS,
  sample(rows, seed) {
    const random = generator(seed, "tails and atoms");
    return drawnTable(tailsAndAtoms, rows, () => {
      const t = studentQuantile(1 - random.uniform());
      const capped = Math.min(CAP, Math.exp(cappedMean(Math.asinh(t)) + CAPPED_SD * random.normal()));
      const isZero = random.uniform() < zeroChance(capped);
      return [t, capped, isZero ? 0 : Math.exp(zeroedMean(capped) + ZEROED_SD * random.normal())];
    });
  },
  conditional(asked: number, given: KnownValues): KnownDistribution {
    const { [T]: t, [CAPPED]: capped, [ZEROED]: zeroed } = given;
    if (asked === T) return tGiven(capped, zeroed);
    if (asked === CAPPED) return cappedGiven(t, zeroed);
    return capped === undefined ? zeroedGivenT(t) : zeroedGivenCapped(capped);
  },
};

// v = asinh(t) on a grid: p(t) dt = cosh v / (2 + sinh^2 v)^(3/2) dv, 1e-13 at the ends.
const V_STEP = 0.05;
const V_START = -16;
const V = Float64Array.from({ length: 641 }, (_, i) => V_START + i * V_STEP);
const V_DENSITY = V.map((v) => Math.cosh(v) * studentPdf(Math.sinh(v)));
// The log of capped below the cap, on a grid that ends there.
const L_STEP = 0.02;
const L_COUNT = 351;
const L_START = LOG_CAP - (L_COUNT - 1) * L_STEP;
const L = Float64Array.from({ length: L_COUNT }, (_, i) => L_START + i * L_STEP);
const C = L.map(Math.exp);
// The log of zeroed where it is above 0.
const Z_STEP = 0.02;
const Z_START = -4;
const Z = Float64Array.from({ length: 401 }, (_, i) => Z_START + i * Z_STEP);

/** What is known of capped without knowing it: a density over L and the probability of the cap. */
interface CappedStates {
  readonly density: Float64Array;
  readonly cap: number;
}

function tGiven(capped: number | undefined, zeroed: number | undefined): KnownDistribution {
  if (capped === undefined && zeroed === undefined) return { pdf: studentPdf, cdf: studentCdf };
  const ofZeroed = capped === undefined ? likelihoods(zeroed!) : undefined;
  const likelihood = (v: number, i: number) => {
    if (ofZeroed) return chanceOf(STATES_GIVEN_V[i], ofZeroed);
    if (capped === CAP) return STATES_GIVEN_V[i].cap;
    return normalPdf((Math.log(capped!) - cappedMean(v)) / CAPPED_SD);
  };
  const inV = tabulated(
    V_START,
    V_STEP,
    V_DENSITY.map((density, i) => density * likelihood(V[i], i)),
  );
  return {
    pdf: (t) => inV.pdf(Math.asinh(t)) / Math.sqrt(1 + t * t),
    cdf: (t) => inV.cdf(Math.asinh(t)),
  };
}

function cappedGiven(t: number | undefined, zeroed: number | undefined): KnownDistribution {
  const prior = t === undefined ? MARGINAL_STATES : statesGivenV(Math.asinh(t));
  const { density, cap } = zeroed === undefined ? prior : product(prior, likelihoods(zeroed));
  const below = logTabulated(L_START, L_STEP, density);
  return withAtom(below, below.mass, { value: CAP, mass: cap });
}

function zeroedGivenCapped(capped: number): KnownDistribution {
  const z = (x: number) => (Math.log(x) - zeroedMean(capped)) / ZEROED_SD;
  const above = {
    pdf: (x: number) => (x > 0 ? normalPdf(z(x)) / (ZEROED_SD * x) : 0),
    cdf: (x: number) => (x > 0 ? normalCdf(z(x)) : 0),
  };
  const zero = zeroChance(capped);
  return withAtom(above, 1 - zero, { value: 0, mass: zero });
}

function zeroedGivenT(t: number | undefined): KnownDistribution {
  const states = t === undefined ? MARGINAL_STATES : statesGivenV(Math.asinh(t));
  const above = logTabulated(
    Z_START,
    Z_STEP,
    Z.map((_, i) => chanceOf(states, LIKELIHOODS_AT_Z[i])),
  );
  return withAtom(above, above.mass, { value: 0, mass: chanceOf(states, likelihoods(0)) });
}

/** p(capped | v): the density of its logarithm at L, and P(capped = CAP). */
function statesGivenV(v: number): CappedStates {
  const z = (l: number) => (l - cappedMean(v)) / CAPPED_SD;
  return { density: L.map((l) => normalPdf(z(l)) / CAPPED_SD), cap: normalCdf(-z(LOG_CAP)) };
}

const STATES_GIVEN_V = Array.from(V, statesGivenV);
const MARGINAL_STATES = marginalStates();
const LIKELIHOODS_AT_Z = Array.from(Z, (logZ) => likelihoods(Math.exp(logZ)));

/** p(capped): {@link statesGivenV} averaged over v. */
function marginalStates(): CappedStates {
  const density = new Float64Array(L_COUNT);
  let cap = 0;
  for (const [i, states] of STATES_GIVEN_V.entries()) {
    const weight = V_DENSITY[i] * V_STEP;
    for (let j = 0; j < L_COUNT; j++) density[j] += weight * states.density[j];
    cap += weight * states.cap;
  }
  return { density, cap };
}

/** p(zeroed | capped) at every state: a probability at 0, else a density in zeroed's logarithm. */
function likelihoods(zeroed: number): CappedStates {
  const of = (c: number) => {
    if (zeroed === 0) return zeroChance(c);
    return ((1 - zeroChance(c)) * normalPdf((Math.log(zeroed) - zeroedMean(c)) / ZEROED_SD)) / ZEROED_SD;
  };
  return { density: C.map(of), cap: of(CAP) };
}

function product(left: CappedStates, right: CappedStates): CappedStates {
  return { density: left.density.map((value, i) => value * right.density[i]), cap: left.cap * right.cap };
}

/** The likelihood averaged over the states, by Simpson's rule (the grid ends at the cap, in mid-density). */
function chanceOf(states: CappedStates, likelihood: CappedStates): number {
  let sum = 0;
  for (let i = 0; i < L_COUNT; i++) {
    const weight = i === 0 || i === L_COUNT - 1 ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * states.density[i] * likelihood.density[i];
  }
  return states.cap * likelihood.cap + (sum * L_STEP) / 3;
}

/** A density tabulated in log x, as a distribution of x. */
function logTabulated(start: number, step: number, density: Float64Array) {
  const inLog = tabulated(start, step, density);
  return {
    mass: inLog.mass,
    pdf: (x: number) => (x > 0 ? inLog.pdf(Math.log(x)) / x : 0),
    cdf: (x: number) => (x > 0 ? inLog.cdf(Math.log(x)) : 0),
  };
}

/** A continuous distribution and an atom, whose masses need not add up to one before. */
function withAtom(
  continuous: Pick<KnownDistribution, "pdf" | "cdf">,
  mass: number,
  pointMass: { readonly value: number; readonly mass: number },
): KnownDistribution {
  const total = mass + pointMass.mass;
  return {
    pdf: (x) => (mass / total) * continuous.pdf(x),
    cdf: (x) => (mass * continuous.cdf(x) + (x >= pointMass.value ? pointMass.mass : 0)) / total,
    pointMasses: [{ value: pointMass.value, mass: pointMass.mass / total }],
  };
}

function studentPdf(t: number): number {
  return (2 + t * t) ** -1.5;
}

function studentCdf(t: number): number {
  return 0.5 + t / (2 * Math.sqrt(2 + t * t));
}

/** The t with studentCdf(t) = p, for p in (0, 1]; p = 1 is taken just below. */
function studentQuantile(p: number): number {
  const u = Math.min(p, 1 - 2 ** -53);
  return (2 * u - 1) / Math.sqrt(2 * u * (1 - u));
}
