/** @file Unresolved companions: a second star whose light is measured as if it were the first one's. */
import type { Generator } from "../../../src/numeric/generator.ts";
import type { Colours } from "./colours.ts";
import { MASS_RANGE } from "./masses.ts";

/**
 * The share of stars with a companion too close to be told apart. About 45 % of sun-like stars have companions
 * (Raghavan et al. 2010, ApJS 190, 1), a third of them wide enough for Gaia to separate.
 */
const COMPANION_SHARE = 0.3;

/** The light of a star or a pair without dust. */
export interface Light {
  /** Absolute G magnitude. */
  readonly absoluteG: number;
  readonly colours: Colours;
}

/** The mass (suns) of a star's companion, or undefined: every mass ratio is as likely (Raghavan et al. 2010). */
export function drawCompanionMass(random: Generator, mass: number): number | undefined {
  const has = random.uniform() < COMPANION_SHARE;
  const companion = mass * random.uniform();
  return has && companion > MASS_RANGE[0] ? companion : undefined;
}

/** The light of two stars seen as one: fluxes add in every band. */
export function blend(one: Light, two: Light): Light {
  const [a, b] = [bands(one), bands(two)];
  const sum = (band: keyof ReturnType<typeof bands>) =>
    -2.5 * Math.log10(10 ** (-0.4 * a[band]) + 10 ** (-0.4 * b[band]));
  const [g, j] = [sum("g"), sum("j")];
  return {
    absoluteG: g,
    colours: {
      ...one.colours,
      bprp: sum("bp") - sum("rp"),
      jh: j - sum("h"),
      jk: j - sum("ks"),
      gj: g - j,
    },
  };
}

/** G lies this share of BP - RP above RP, for stars from A to M (Mamajek's table: 0.56 at G2, 0.45 at M3). */
const G_ABOVE_RP = 0.52;

function bands({ absoluteG: g, colours: { bprp, jh, jk, gj } }: Light) {
  const rp = g - G_ABOVE_RP * bprp;
  const j = g - gj;
  return { g, bp: rp + bprp, rp, j, h: j - jh, ks: j - jk };
}
