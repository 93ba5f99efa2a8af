/** @file What a map of interstellar dust is to the reduction, and which of them a user has named. */
import { stat } from "node:fs/promises";
import { InputError } from "../../base/errors.ts";
import { isAbsent } from "../../files/system-errors.ts";
import { openPixelMap } from "./pixel-map.ts";
import { openSkyMaps } from "./sky-maps.ts";

/** The reddening E(B-V) along one line of sight, on the scale of Schlegel, Finkbeiner and Davis (1998). */
export type Sightline = (
  /** Kiloparsecs. */
  distance: number,
  /** Which of the map's own samples, if it has any: the remainder of this by their number. */
  draw: number,
) => number;

export interface DustMap {
  /** What it is, for the manifest and messages. */
  readonly name: string;
  /** The files that it is kept in. */
  readonly files: readonly string[];
  /** How many samples show how uncertain the map is; 0 where it does not tell. */
  readonly samples: number;
  /** Whether the reddening depends on the distance. */
  readonly isOfDistances: boolean;
  /**
   * The lines of sight to stars, in the order that suits the map; stars that it does not reach are left out.
   * @param longitudes Galactic, degrees.
   * @param latitudes Galactic, degrees.
   */
  sightlines(
    longitudes: Float64Array,
    latitudes: Float64Array,
  ): AsyncIterable<{ readonly star: number; readonly along: Sightline }>;
}

/** @param samples whether the map's own samples are wanted, where it has them. */
export async function openDustMap(
  path: string,
  { samples }: { readonly samples: boolean },
): Promise<DustMap> {
  const found = await stat(path).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    throw new InputError(
      `There is no dust map ${path}: name combine19.h5, bayestar2019.h5, the folder of SFD_dust_4096_ngp.fits and _sgp.fits, column=NAME, or none.`,
    );
  });
  return found.isDirectory() ? await openSkyMaps(path) : await openPixelMap(path, samples);
}
