/** @file All numbers of the rows that are kept: of the catalogues, and the reddening by a map of dust or a column. */
import type { LongWork } from "../base/async.ts";
import type { AllStar } from "./catalogues.ts";
import { type DustMap, openDustMap } from "./dust/dust-map.ts";
import { type LogReddening, logOfReddening, logReddening, type NormalDraws } from "./reddening.ts";
import type { StarRows } from "./star-rows.ts";
import { SCALAR_NAMES, type ScalarName } from "./training-set.ts";

/** Where reddenings come from. */
export type Dust = { readonly map: DustMap } | { readonly column: string } | { readonly none: true };

/** What a user's word for it means: a map's file or folder, `column=NAME`, "none". */
export async function chosenDust(said: string, samples: boolean): Promise<Dust> {
  if (said === "none") return { none: true };
  const column = /^column=(.+)$/.exec(said)?.[1];
  if (column !== undefined) return { column };
  return { map: await openDustMap(said, { samples }) };
}

/** The kept rows, by their places in allStar. */
interface Kept {
  readonly kept: Int32Array;
  readonly rows: StarRows;
  readonly allStar: AllStar;
}

/** Numbers of the rows, in the order in which they are kept; NaN where there is none. */
export async function numbersOf(
  { kept, rows, allStar }: Kept,
  dust: Dust,
  draws: NormalDraws,
  work: LongWork,
): Promise<Record<ScalarName, Float64Array>> {
  const blank = SCALAR_NAMES.map((name) => [name, new Float64Array(kept.length).fill(Number.NaN)] as const);
  const numbers = Object.fromEntries(blank) as Record<ScalarName, Float64Array>;
  for (const [i, row] of kept.entries())
    for (const [name, value] of Object.entries(rows.numbers(row))) numbers[name as ScalarName][i] = value;
  const put = (i: number, { value, error }: LogReddening) => {
    numbers.logc19[i] = value;
    numbers.logc19_err[i] = error;
  };
  if ("map" in dust) await askMap(dust.map, { kept, rows, allStar }, { draws, put }, work);
  else if (allStar.extra) for (const [i, row] of kept.entries()) put(i, logOfReddening(allStar.extra[row]));
  return numbers;
}

async function askMap(
  map: DustMap,
  { kept, rows, allStar }: Kept,
  { draws, put }: { readonly draws: NormalDraws; readonly put: (i: number, found: LogReddening) => void },
  { signal, onProgress }: LongWork,
): Promise<void> {
  const { GLON, GLAT } = allStar.numbers;
  const longitudes = Float64Array.from(kept, (row) => GLON[row]);
  const latitudes = Float64Array.from(kept, (row) => GLAT[row]);
  let done = 0;
  for await (const { star: i, along } of map.sightlines(longitudes, latitudes)) {
    const parallax = map.isOfDistances ? rows.parallax(kept[i]) : undefined;
    if (parallax === undefined) put(i, logOfReddening(along(0, 0)));
    else if (parallax.isBehindAll || !Number.isNaN(parallax.value))
      put(i, logReddening(along, parallax, draws(allStar.ids[kept[i]])));
    if (++done % STARS_BETWEEN !== 0) continue;
    onProgress?.(done, kept.length);
    await new Promise(setImmediate); // Ctrl-C is heard between events
    signal?.throwIfAborted();
  }
}

/** Stars between two looks at the bar. */
const STARS_BETWEEN = 500;
