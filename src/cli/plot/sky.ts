/** @file `anygiven plot sky`: the rows of a table over the whole sky. */
import { Command, Option } from "@commander-js/extra-typings";
import { defined } from "../../base/defined.ts";
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";
import { SKY_FRAMES, type SkyFrame } from "../../plot/sky-figure.ts";
import { equatorialColumns, galacticColumns } from "../../table/sky-columns.ts";
import { tableColumn } from "../../table/table.ts";
import { whole } from "../arguments.ts";
import { TABLE_HELP, withReading, withRowChoice } from "../options.ts";
import { tableOf } from "../tables.ts";
import { figureOptions, withPicture } from "./options.ts";
import { writePicture } from "./picture.ts";

export function plotSkyCommand() {
  const command = new Command("sky")
    .description(
      "The rows of a table over the whole sky, in bins coloured by a column or by how many rows they have.",
    )
    .argument("<table...>", TABLE_HELP)
    .option(
      "--colour <column>",
      "the column whose median colours the bins (default: how many rows they have)",
    )
    .addOption(
      new Option("--frame <name>", "what the map is drawn in")
        .choices(SKY_FRAMES)
        .default("galactic" as const),
    )
    .option("--order <n>", "of the HEALPix bins, 0 (12 bins) to 7 (0.5°); default: as the rows allow", whole)
    .option("--ra <column>", "right ascension, degrees (default: found by its name)")
    .option("--dec <column>", "declination");
  return withRowChoice(withReading(withPicture(command)))
    .addHelpText("after", HELP)
    .action(async (sources, { colour, ra, dec, frame, order, out, text, ...options }) => {
      let found: PlacedBy | undefined;
      const columns = (known: readonly string[]) => {
        found = placesAmong(known, { ra, dec }, sources.join(", "));
        return [...new Set([found.longitude, found.latitude, ...(colour === undefined ? [] : [colour])])];
      };
      const table = await tableOf(sources, {
        ...options,
        columns,
        precision: "float64",
        errors: "none",
        limits: "none",
      });
      const placed = found;
      if (!placed) throw new Error("the table's columns were not looked at");
      const [longitude, latitude] = [placed.longitude, placed.latitude].map((name) =>
        tableColumn(table, name),
      );
      const coloured = colour === undefined ? undefined : tableColumn(table, colour);
      if (coloured?.kind === "category")
        throw new InputError(`"${colour}" holds names, which have no median: colour by a column of numbers.`);
      await writePicture(
        out,
        ({ skyFigure }) =>
          skyFigure(
            {
              ...{ longitude: longitude.values, latitude: latitude.values, frame: placed.frame },
              ...(coloured && {
                colour: { name: coloured.name, values: coloured.values, ...defined({ unit: coloured.unit }) },
              }),
            },
            { ...figureOptions(options), frame, ...defined({ order }) },
          ),
        { text },
      );
    });
}

interface PlacedBy {
  readonly longitude: string;
  readonly latitude: string;
  readonly frame: SkyFrame;
}

/** Right ascension and declination, or else Galactic longitude and latitude. */
function placesAmong(
  known: readonly string[],
  { ra, dec }: { readonly ra: string | undefined; readonly dec: string | undefined },
  label: string,
): PlacedBy {
  for (const name of [ra, dec])
    if (name !== undefined && !known.includes(name))
      throw new InputError(unknownName("column", name, known, label));
  const named = known.map((name) => ({ name }));
  const equatorial = equatorialColumns(named);
  const [longitude, latitude] = [ra ?? equatorial?.longitude, dec ?? equatorial?.latitude];
  if (longitude !== undefined && latitude !== undefined) return { longitude, latitude, frame: "equatorial" };
  const galactic = galacticColumns(named);
  if (galactic) return { ...galactic, frame: "galactic" };
  throw new InputError(
    `${label} has no columns that are called as places on the sky are (ra and dec, glon and glat): name them with --ra and --dec.`,
  );
}

const HELP = `
Examples:
  anygiven plot sky gaia.parquet --out counts.png
  anygiven plot sky stars.fits --colour ebv --frame galactic --out dust.svg
  anygiven plot sky catalogue/ --colour parallax --where "parallax > 0" --frame equatorial --out near.png`;
