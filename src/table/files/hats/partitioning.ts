/** @file How the rows of a catalogue are parted: by pixels as coarse as a limit of rows allows, here finer and there coarser. */
import type { SkyPixel } from "../../sky-columns.ts";

/** Rows of a pixel at the order of the counts. */
export type PixelRows = ReadonlyMap<number, number>;

/** Pixels of the coarsest order. */
const FACES = 12;

/**
 * Pixels that hold all rows, none more than `most` of them unless it is of the counts' own order, and none that could be
 * one with its neighbours; those without rows are left out.
 * @param order of the pixels that are counted.
 */
export function adaptivePartitions(counts: PixelRows, order: number, most: number): SkyPixel[] {
  const levels: PixelRows[] = [counts];
  for (let coarser = order - 1; coarser >= 0; coarser--) levels.unshift(parents(levels[0]));
  const made: SkyPixel[] = [];
  const part = (pixel: SkyPixel) => {
    const rows = levels[pixel.order].get(pixel.pixel) ?? 0;
    if (rows === 0) return;
    if (rows <= most || pixel.order === order) made.push(pixel);
    else
      for (let child = 0; child < 4; child++)
        part({ order: pixel.order + 1, pixel: 4 * pixel.pixel + child });
  };
  for (let pixel = 0; pixel < FACES; pixel++) part({ order: 0, pixel });
  return made;
}

function parents(counts: PixelRows): PixelRows {
  const coarser = new Map<number, number>();
  for (const [pixel, rows] of counts) {
    const parent = Math.floor(pixel / 4);
    coarser.set(parent, (coarser.get(parent) ?? 0) + rows);
  }
  return coarser;
}
