/** @file `anygiven xmatch`: two tables joined by places on the sky, or by an id. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { crossMatch } from "../table/files/crossmatch/cross-match.ts";
import { tableFormats } from "../table/files/source.ts";
import { number, texts } from "./arguments.ts";
import { modelOptions, rowOptions, TABLE_HELP } from "./options.ts";
import { answer, counted, note } from "./output.ts";
import { tableOut } from "./table-output.ts";

export function xmatchCommand() {
  return new Command("xmatch")
    .description("Join two tables by the places of their rows on the sky, or by an id.")
    .argument("<a>", TABLE_HELP)
    .argument("<b>", "the other one; a glob in quotes is one table")
    .addOption(tableOut("write the joined rows").makeOptionMandatory())
    .addOption(rowOptions.overwrite())
    .option(
      "--radius <angle>",
      "how far apart at most: 2arcsec, 1.5arcmin, 0.1deg (a number alone: arcsec)",
      arcseconds,
    )
    .addOption(
      new Option("--matches <which>", "of several within the radius: the nearest to each row of A, or all")
        .choices(["nearest", "all"] as const)
        .default("nearest" as const),
    )
    .option("--unmatched", "write rows of A that match nothing, too; their other cells are missing")
    .option("--id-a <column>", "join by this id of A ...")
    .option("--id-b <column>", "... and this one of B, instead of by places")
    .option("--ra-a <column>", "right ascension in A, degrees (default: found by its name)")
    .option("--dec-a <column>", "declination in A")
    .option("--ra-b <column>", "right ascension in B")
    .option("--dec-b <column>", "declination in B")
    .option("--epoch-a <year>", "the year that the places of A are of, e.g. 2016", number)
    .option(
      "--epoch-b <year>",
      "and those of B: rows with proper motions are moved to the other's year",
      number,
    )
    .option(
      "--pmra-a <column>",
      "proper motion in right ascension in A, mas/yr, with cos(dec) (default: pmra)",
    )
    .option("--pmdec-a <column>", "proper motion in declination in A (default: pmdec)")
    .option("--pmra-b <column>", "the same of B, used where A has none")
    .option("--pmdec-b <column>", "the same of B")
    .option("--columns-a <names>", "pass only these columns of A on (default: all)", texts)
    .option("--columns-b <names>", "pass only these columns of B on", texts)
    .addOption(new Option("--format-a <format>", "the format of A").choices(tableFormats))
    .addOption(new Option("--format-b <format>", "the format of B").choices(tableFormats))
    .option("--group-a <name>", "the table within A's file, as --group names it elsewhere")
    .option("--group-b <name>", "the table within B's file")
    .addOption(modelOptions.json())
    .addHelpText("after", HELP)
    .action(async (first, second, { out, overwrite: _, radius, matches, unmatched, json, ...sides }) => {
      const found = await counted(
        "steps",
        (work) =>
          crossMatch(first, second, {
            ...{ out, matches, ...work },
            ...defined({ radius, unmatched }),
            first: sideOf(sides, "A"),
            second: sideOf(sides, "B"),
          }),
        "Ending; nothing is written ...",
      );
      for (const each of found.notes) note(each);
      const { rows, first: a, second: b } = found;
      answer(
        json,
        { out, ...found },
        `${rows} ${rows === 1 ? "row is" : "rows are"} in ${out}: ${a.matched} of ${a.rows} rows of ${first} match ${b.matched} of ${b.rows} of ${second}.`,
      );
    });
}

type SideOptions = Readonly<Record<string, unknown>>;

/** What the options that end in A or B say. */
function sideOf(options: SideOptions, which: "A" | "B") {
  const own = Object.entries(options).filter(([name]) => name.endsWith(which));
  return defined(Object.fromEntries(own.map(([name, value]) => [name.slice(0, -1), value])));
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, arcsec: 1, '"': 1, "''": 1, as: 1, mas: 0.001 },
  ...{ arcmin: 60, "'": 60, deg: 3600, "°": 3600 },
};

function arcseconds(text: string): number {
  const [, digits, unit = ""] = /^\s*([\d.eE+-]+)\s*(\D*?)\s*$/.exec(text) ?? [];
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (digits === undefined || factor === undefined || !(Number(digits) > 0))
    throw new InvalidArgumentError(`"${text}" is no angle such as 2arcsec, 1.5arcmin or 0.1deg.`);
  return Number(digits) * factor;
}

const HELP = `
Examples:
  anygiven xmatch gaia.parquet 2mass.vot --radius 2arcsec --out both.parquet
  anygiven xmatch gaia/ old.fits --radius 1arcsec --epoch-a 2016 --epoch-b 2000 --out both.fits
  anygiven xmatch allStar.fits gaia.fits --id-a GAIAEDR3_SOURCE_ID --id-b source_id --out both.parquet

All columns of both are written, as they stood; a column of B whose name is taken is NAME_b, and the column separation has the angle
in seconds of arc. Rows are in the order of A. Tables may be longer than memory: what does not fit waits on the disk.`;
