/** @file Gaia's rows of the stars, from whatever the user has of them: bulk files, or a table of any format. */
import { join } from "node:path";
import type { LongWork } from "../base/async.ts";
import { InputError } from "../base/errors.ts";
import { filesNamed } from "../table/files/source.ts";
import { notesOfBulk, readBulkFiles } from "./bulk-files.ts";
import {
  GAIA_ROWS,
  GAIA_WIDTH,
  type GaiaStars,
  noGaiaStars,
  putGaiaStar,
  readGaiaTable,
} from "./catalogues.ts";
import { type InputFile, inputFiles } from "./manifest.ts";
import { StarRecords } from "./star-records.ts";
import type { Stars } from "./stars.ts";

interface GaiaReading {
  readonly out: string;
  readonly filesAtOnce: number;
  readonly doing: (what: string) => LongWork;
  readonly onNote?: (sentence: string) => void;
}

/** Gaia's numbers of the stars: bulk files are read for the wanted stars only; a table of another format is taken to be of these stars. */
export async function gaiaStars(
  sources: readonly string[],
  stars: Stars,
  { out, filesAtOnce, doing, onNote = () => undefined }: GaiaReading,
): Promise<{ gaia: GaiaStars; inputs: readonly InputFile[] }> {
  const paths = (await Promise.all(sources.map(filesNamed))).flat();
  const areBulk = paths.map((path) => /\.csv(\.gz)?$/i.test(path));
  if (areBulk.includes(true) && areBulk.includes(false))
    throw new InputError(
      "The files of Gaia are of several formats; name bulk files (.csv.gz), or one table.",
    );
  if (!areBulk[0]) {
    const { gaia, others } = await readGaiaTable(paths, stars, doing("rows of Gaia"));
    if (others > 0) onNote(`Rows of Gaia that are of no star of allStar, and are not used: ${others}.`);
    return { gaia, inputs: await inputFiles(paths, doing("bytes of checksums")) };
  }
  const records = await StarRecords.open(join(out, "gaia"), { stars: stars.digest, width: GAIA_WIDTH });
  try {
    const bulk = await readBulkFiles(
      paths,
      GAIA_ROWS,
      { stars, records },
      { filesAtOnce, ...doing("bytes of Gaia") },
    );
    for (const sentence of notesOfBulk("Gaia's rows", bulk)) onNote(sentence);
    const { places } = await records.places(
      bulk.files.map(({ path }) => path),
      stars.count,
    );
    const starAt = new Map(Array.from(places, (place, star) => [place, star] as const));
    const gaia = noGaiaStars(stars.count);
    await records.each((place, numbers) => {
      const star = starAt.get(place);
      if (star !== undefined) putGaiaStar(gaia, star, numbers);
    });
    return { gaia, inputs: bulk.files };
  } finally {
    await records.close();
  }
}
