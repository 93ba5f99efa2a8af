/** @file Maps of dust made for the test: pixels of several sizes with samples, and the two halves of the sky. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { healpixPixelNumber } from "../../numeric/healpix.ts";
import { header, padded } from "../../table/files/fits/testing/fits-bytes.ts";
import { writeHdf5 } from "../../table/files/hdf5/testing/write-hdf5.ts";
import { type DustMap, openDustMap, type Sightline } from "./dust-map.ts";

const folder = mkdtempSync(join(tmpdir(), "dust-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function sightlines(map: DustMap, places: readonly (readonly [l: number, b: number])[]) {
  const found = new Map<number, Sightline>();
  const [l, b] = [0, 1].map((i) => Float64Array.from(places, (place) => place[i]));
  for await (const { star, along } of map.sightlines(l, b)) found.set(star, along);
  return found;
}

/** A pixel of nside 64 around a place, and one of 256 within it. */
const PLACE = [50, 20] as const;
const COARSE = healpixPixelNumber(6, ...PLACE);
const FINE = healpixPixelNumber(8, ...PLACE);

async function pixelMap(name: string, samples: number): Promise<string> {
  const path = join(folder, name);
  const curve = (slope: number) => Array.from({ length: 120 }, (_, i) => slope * (4 + i / 8));
  const drawn = [10, 20].flatMap((base) => Array.from({ length: samples }, (_, k) => curve(base + k)).flat());
  await writeHdf5(path, {
    pixel_info: {
      data: new Map<string, Uint32Array | BigUint64Array>([
        ["nside", Uint32Array.of(64, 256)],
        ["healpix_index", BigUint64Array.of(BigInt(COARSE), BigInt(FINE))],
      ]),
      dtype: [
        ["nside", "<I"],
        ["healpix_index", "<Q"],
      ],
      shape: [2],
    },
    best_fit: { data: Float32Array.of(...curve(1), ...curve(2)), shape: [2, 120] },
    ...(samples > 0 && {
      samples: { data: Float32Array.from(drawn), shape: [2, samples, 120], chunks: [1, samples, 120] },
    }),
  });
  return path;
}

test("the finest pixel counts; between the distances and beyond them the curve is linear in the modulus", async () => {
  const map = await openDustMap(await pixelMap("plain.h5", 0), { samples: true });
  expect(map).toMatchObject({ name: "plain.h5", samples: 0, isOfDistances: true });
  const beside = [PLACE[0], PLACE[1] - 0.3] as const;
  const found = await sightlines(map, [PLACE, beside, [200, -60], [Number.NaN, 0]]);
  expect(healpixPixelNumber(6, ...beside)).toBe(COARSE);
  expect(healpixPixelNumber(8, ...beside)).not.toBe(FINE);
  for (const kiloparsecs of [0.02, 0.07, 1, 4.321, 70]) {
    const modulus = 5 * Math.log10(kiloparsecs) + 10;
    expect(found.get(0)?.(kiloparsecs, 0)).toBeCloseTo(2 * modulus, 4);
    expect(found.get(1)?.(kiloparsecs, 0)).toBeCloseTo(modulus, 4);
  }
  expect([...found.keys()].sort()).toEqual([0, 1]);
});

test("of a map with samples each draw has one of them, unless its best fit is wanted", async () => {
  const path = await pixelMap("sampled.h5", 5);
  const map = await openDustMap(path, { samples: true });
  expect(map.samples).toBe(5);
  const drawn = (await sightlines(map, [PLACE])).get(0);
  expect([0, 1, 4, 5].map((draw) => drawn?.(1, draw))).toEqual([200, 210, 240, 200]);
  const best = await openDustMap(path, { samples: false });
  expect((await sightlines(best, [PLACE])).get(0)?.(1, 3)).toBe(20);
});

test("other files of HDF5 are refused", async () => {
  const path = join(folder, "other.h5");
  await writeHdf5(path, { best_fit: Float64Array.of(1, 2) });
  await expect(openDustMap(path, { samples: false })).rejects.toThrow(
    /"best_fit" has 1 numbers for each pixel instead of 120/,
  );
  await writeHdf5(path, { x: Float64Array.of(1, 2) });
  await expect(openDustMap(path, { samples: false })).rejects.toThrow(/lacks the dataset pixel_info/);
});

const SIDE = 64;

/** A half of the sky whose pixel (x, y), from 0, holds x + 100 y: what is linear between pixels is exact. */
function halfOfSky(hemisphere: 1 | -1): Buffer {
  const pixels = Buffer.alloc(4 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) pixels.writeFloatBE((i % SIDE) + 100 * Math.floor(i / SIDE), 4 * i);
  const scale = (Math.SQRT2 * (180 / Math.PI)) / (SIDE / 2);
  const cards = header({
    ...{ SIMPLE: true, BITPIX: -32, NAXIS: 2, NAXIS1: SIDE, NAXIS2: SIDE },
    ...{ CTYPE1: "GLON-ZEA", CTYPE2: "GLAT-ZEA", CRVAL1: 90, CRVAL2: 90 * hemisphere, LONPOLE: 180 },
    ...{ CRPIX1: SIDE / 2 + 0.5, CRPIX2: SIDE / 2 + 0.5, CD1_1: -scale, CD2_2: scale },
  });
  return Buffer.concat([cards, padded(pixels)]);
}

test("maps of SFD: places by the formula of their paper", async () => {
  const own = join(folder, "sfd");
  mkdirSync(own);
  writeFileSync(join(own, "SFD_dust_64_ngp.fits"), halfOfSky(1));
  await expect(openDustMap(own, { samples: false })).rejects.toThrow(/has no map \*dust\*_sgp\.fits/);
  writeFileSync(join(own, "SFD_dust_64_sgp.fits"), halfOfSky(-1));
  const map = await openDustMap(own, { samples: false });
  expect(map).toMatchObject({ isOfDistances: false, samples: 0 });
  const places = [
    [10, 80],
    [100, 30],
    [200, 5],
    [300, -20],
    [359, -70],
    [45, 90],
  ] as const;
  const found = await sightlines(map, places);
  const radian = Math.PI / 180;
  places.forEach(([l, b], star) => {
    // Schlegel et al. (1998), equations C1 and C2, with 32 pixels from the pole to the equator.
    const n = b >= 0 ? 1 : -1;
    const reach = (SIDE / 2) * Math.sqrt(1 - n * Math.sin(b * radian));
    const x = reach * Math.cos(l * radian) + SIDE / 2 - 0.5;
    const y = -n * reach * Math.sin(l * radian) + SIDE / 2 - 0.5;
    expect(found.get(star)?.(1, 0)).toBeCloseTo(x + 100 * y, 2);
  });
});
