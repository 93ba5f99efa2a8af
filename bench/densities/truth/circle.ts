/** @file A known table: a noisy circle, and the noisy product of its coordinates. */
import { generator } from "../../../src/numeric/generator.ts";
import { normalPdf } from "../../../src/numeric/normal-cdf.ts";
import { drawnTable, type KnownDistribution, type KnownTable, type KnownValues } from "./known.ts";
import { type Tabulated, tabulated } from "./tabulated.ts";

const COLUMNS = ["x", "y", "z"] as const;
const SPREAD = 0.1;
const Z = 2;
/** No coordinate reaches 1.8, eight spreads outside the circle, and no z: |x y| <= r^2 / 2. */
const REACH = 1.8;
const ASKED_STEP = 0.01;
/** The narrowest Gaussian factor has a width of about 0.06: the trapezoid rule is exact to 1e-12 here. */
const HIDDEN_STEP = 0.025;

/**
 * The angle is uniform, the radius normal(1, 0.1) and positive; x and y lie on that circle,
 * z = x y + normal(0, 0.1). So p(x, y) = N(r; 1, 0.1) / (2 pi r) and p(z | x, y) = N(z; x y, 0.1);
 * conditionals come from quadrature of the joint density over what is neither asked nor given.
 */
export const circle: KnownTable = {
  name: "circle",
  columns: COLUMNS,
  sample(rows, seed) {
    const random = generator(seed, "circle");
    return drawnTable(circle, rows, () => {
      const angle = 2 * Math.PI * random.uniform();
      let radius = -1;
      while (radius <= 0) radius = 1 + SPREAD * random.normal();
      const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
      return [x, y, x * y + SPREAD * random.normal()];
    });
  },
  conditional(asked: number, given: KnownValues): KnownDistribution {
    if (Object.keys(given).length > 0) return integrated(asked, given);
    // The marginal of z is a double integral: once is enough.
    if (!marginals.has(asked)) marginals.set(asked, integrated(asked, given));
    return marginals.get(asked)!;
  },
};

const marginals = new Map<number, KnownDistribution>();

function integrated(asked: number, given: KnownValues): Tabulated {
  const count = Math.round((2 * REACH) / ASKED_STEP) + 1;
  const needsZ = asked === Z || given[Z] !== undefined;
  const hidden = [0, 1].filter((index) => index !== asked && given[index] === undefined);
  const row = [0, 0, 0];
  for (const [index, value] of Object.entries(given)) row[Number(index)] = value;
  const density = Float64Array.from({ length: count }, () => 0);
  const add = () => {
    // With x and y at hand the plane's factor does not depend on an asked z: skip where it is nothing.
    const plane = asked === Z ? planeDensity(row[0], row[1]) : 1;
    if (plane < 1e-18) return;
    for (let i = 0; i < count; i++) {
      row[asked] = -REACH + i * ASKED_STEP;
      density[i] +=
        asked === Z ? plane * zDensity(row) : planeDensity(row[0], row[1]) * (needsZ ? zDensity(row) : 1);
    }
  };
  sweep(hidden, row, add);
  return tabulated(-REACH, ASKED_STEP, density);
}

/** Calls `visit` for every point of the grid of the hidden coordinates, which it sets in `row`. */
function sweep([index, ...others]: readonly number[], row: number[], visit: () => void): void {
  if (index === undefined) {
    visit();
    return;
  }
  for (let i = -REACH / HIDDEN_STEP; i <= REACH / HIDDEN_STEP; i++) {
    row[index] = i * HIDDEN_STEP;
    sweep(others, row, visit);
  }
}

function planeDensity(x: number, y: number): number {
  const radius = Math.hypot(x, y);
  return radius === 0 ? 0 : normalPdf((radius - 1) / SPREAD) / (SPREAD * 2 * Math.PI * radius);
}

function zDensity([x, y, z]: readonly number[]): number {
  return normalPdf((z - x * y) / SPREAD) / SPREAD;
}
