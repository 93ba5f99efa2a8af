/**
 * @file The maps of all the dust behind the stars, as seen from here: SFD_dust_4096_ngp.fits and SFD_dust_4096_sgp.fits,
 * one for each half of the sky.
 * @see Schlegel, D. J., Finkbeiner, D. P. and Davis, M. (1998), ApJ 500, 525, appendix C.
 * @see Calabretta, M. R. and Greisen, E. W. (2002), A&A 395, 1077, sections 2.4 and 5.1.7: the projection, as their headers
 * describe it.
 */
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { asReadError } from "../../files/system-errors.ts";
import { readHeader } from "../../table/files/fits/header.ts";
import type { DustMap } from "./dust-map.ts";

/** @param folder with one file ..._ngp.fits and one ..._sgp.fits. */
export async function openSkyMaps(folder: string): Promise<DustMap> {
  const names = await readdir(folder);
  const half = (pole: "ngp" | "sgp") => {
    const [name, ...more] = names.filter((each) => new RegExp(`dust.*_${pole}\\.fits$`, "i").test(each));
    if (name === undefined || more.length > 0)
      throw new InputError(
        `The folder ${folder} has ${name === undefined ? "no" : "more than one"} map *dust*_${pole}.fits; put SFD_dust_4096_ngp.fits and SFD_dust_4096_sgp.fits there, and no others.`,
      );
    return join(folder, name);
  };
  const files = [half("ngp"), half("sgp")];
  const [north, south] = [await readSkyMap(files[0]), await readSkyMap(files[1])];
  return {
    name: `SFD (${north.side} x ${north.side} pixels)`,
    files,
    samples: 0,
    isOfDistances: false,
    async *sightlines(longitudes, latitudes) {
      for (const [star, longitude] of longitudes.entries()) {
        const latitude = latitudes[star];
        if (!Number.isFinite(longitude) || !(Math.abs(latitude) <= 90)) continue;
        const reddening = valueAt(latitude >= 0 ? north : south, longitude, latitude);
        yield { star, along: () => reddening };
      }
    },
  };
}

interface SkyMap {
  readonly side: number;
  /** Row after row, from the lowest. */
  readonly pixels: Float32Array;
  /** The pole's place, in pixels from 0. */
  readonly centre: readonly [x: number, y: number];
  /** Degrees of a pixel at the pole, along each axis. */
  readonly scale: readonly [x: number, y: number];
  /** The longitude at the lower end of the middle, where the projection begins to turn; degrees. */
  readonly turn: number;
  /** 1 in the north, -1 in the south. */
  readonly hemisphere: number;
}

async function readSkyMap(path: string): Promise<SkyMap> {
  const file = await open(path).catch((error: unknown) => {
    throw asReadError(path, error);
  });
  try {
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const { header, end } = await readHeader(read, 0, path);
    const side = header.count("NAXIS1");
    if (header.number("BITPIX") !== -32 || header.count("NAXIS2") !== side)
      throw new InputError(`${path} is no map of SFD: they are square, of numbers of 32 bits.`);
    const bytes = await read(end, 4 * side * side);
    if (bytes.length < 4 * side * side) throw new InputError(`${path} is cut off; fetch it again.`);
    const number = (name: string) => {
      const value = header.number(name);
      if (value === undefined) throw new InputError(`${path} is no map of SFD: its header lacks ${name}.`);
      return value;
    };
    const pole = number("CRVAL2");
    if (Math.abs(pole) !== 90 || !/-ZEA$/.test(header.text("CTYPE1") ?? ""))
      throw new InputError(`${path} is no map of SFD: it is no equal-area projection (ZEA) around a pole.`);
    const hemisphere = Math.sign(pole);
    const lonPole = header.number("LONPOLE") ?? 180;
    return {
      ...{ side, hemisphere },
      pixels: new Float32Array(Uint8Array.from(bytes.swap32()).buffer),
      centre: [number("CRPIX1") - 1, number("CRPIX2") - 1],
      scale: [number("CD1_1"), number("CD2_2")],
      turn: hemisphere * number("CRVAL1") + (hemisphere > 0 ? 180 - lonPole : -lonPole),
    };
  } finally {
    await file.close();
  }
}

/**
 * Linear between the four pixels around a direction. Half a pixel of the equator lies beyond the edge: there it is, as in
 * the program that came with the maps, as between the first two pixels, or as in the last.
 */
function valueAt(
  { side, pixels, centre, scale, turn, hemisphere }: SkyMap,
  longitude: number,
  latitude: number,
): number {
  const radian = Math.PI / 180;
  const reach = (2 / radian) * Math.sin(((90 - Math.abs(latitude)) / 2) * radian);
  const around = (hemisphere * longitude - turn) * radian;
  const within = (place: number) => Math.min(side - 1, Math.max(0, Math.trunc(place)));
  const x = centre[0] + (reach * Math.sin(around)) / scale[0];
  const y = centre[1] - (reach * Math.cos(around)) / scale[1];
  const [left, lower] = [within(x), within(y)];
  const [right, upper] = [x - left, y - lower];
  const pixel = (i: number, j: number) =>
    pixels[Math.min(side - 1, lower + j) * side + Math.min(side - 1, left + i)];
  return (
    (1 - upper) * ((1 - right) * pixel(0, 0) + right * pixel(1, 0)) +
    upper * ((1 - right) * pixel(0, 1) + right * pixel(1, 1))
  );
}
