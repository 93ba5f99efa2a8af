/** @file Which columns of a table are places on the sky: found by names, where no file says so. */

/** What is to be known of a column for that. */
export interface NamedColumn {
  readonly name: string;
  readonly unit?: string | undefined;
  /** What it is in the words of the Virtual Observatory: "pos.eq.ra;meta.main". */
  readonly ucd?: string | undefined;
}

/** The names of a pair of columns that are a direction, equatorial unless it is said. */
export interface SkyColumns {
  /** Right ascension, or Galactic longitude. */
  readonly longitude: string;
  /** Declination, or Galactic latitude. */
  readonly latitude: string;
}

/** Names of right ascension and declination, the surest first; in any capitals. */
const EQUATORIAL: readonly (readonly [string, string])[] = [
  ["ra", "dec"],
  ["ra_icrs", "de_icrs"],
  ["ra_icrs", "dec_icrs"],
  ["raj2000", "dej2000"],
  ["raj2000", "decj2000"],
  ["ra_j2000", "dec_j2000"],
  ["alpha_j2000", "delta_j2000"],
  ["_raj2000", "_dej2000"],
  ["_ra", "_de"],
  ["s_ra", "s_dec"],
  ["ra_deg", "dec_deg"],
  ["radeg", "decdeg"],
  ["radeg", "dedeg"],
  ["ramean", "decmean"],
  ["meanra", "meandec"],
  ["right_ascension", "declination"],
];

/** Right ascension and declination, by what the file says they are, or by their names; undefined where several pairs might be. */
export function equatorialColumns(columns: readonly NamedColumn[]): SkyColumns | undefined {
  return pairByUcd(columns) ?? listedPair(columns, EQUATORIAL) ?? onlyPair(columns);
}

/** The columns that a file declares to be the table's places; of UCD1 and UCD1+. */
const MAIN_UCDS = [
  [/^pos\.eq\.ra;(.*;)?meta\.main$/i, /^pos\.eq\.dec;(.*;)?meta\.main$/i],
  [/^pos_eq_ra_main$/i, /^pos_eq_dec_main$/i],
] as const;

function pairByUcd(columns: readonly NamedColumn[]): SkyColumns | undefined {
  for (const words of MAIN_UCDS) {
    const [longitudes, latitudes] = words.map((word) =>
      columns.filter((column) => word.test(column.ucd ?? "") && isAngle(column)),
    );
    if (longitudes.length === 1 && latitudes.length === 1)
      return { longitude: longitudes[0].name, latitude: latitudes[0].name };
  }
  return undefined;
}

const GALACTIC: readonly (readonly [string, string])[] = [
  ["glon", "glat"],
  ["l", "b"],
  ["gal_lon", "gal_lat"],
  ["gal_l", "gal_b"],
];

/** Galactic longitude and latitude. */
export function galacticColumns(columns: readonly NamedColumn[]): SkyColumns | undefined {
  return listedPair(columns, GALACTIC);
}

/** Names of proper motions; that of right ascension is with the cosine of the declination. */
const MOTIONS: readonly (readonly [string, string])[] = [
  ["pmra", "pmdec"],
  ["pmra", "pmde"],
  ["pm_ra", "pm_dec"],
  ["pm_ra_cosdec", "pm_dec"],
  ["pmra_cosdec", "pmdec"],
  ["gaiaedr3_pmra", "gaiaedr3_pmdec"],
];

/** Proper motions in right ascension and declination. */
export function motionColumns(columns: readonly NamedColumn[]): SkyColumns | undefined {
  return listedPair(
    columns.map(({ name }) => ({ name })),
    MOTIONS,
  );
}

function listedPair(
  columns: readonly NamedColumn[],
  pairs: readonly (readonly [string, string])[],
): SkyColumns | undefined {
  const named = byName(columns);
  for (const pair of pairs) {
    const [longitude, latitude] = pair.map((name) => named.get(name));
    if (longitude && latitude && isAngle(longitude) && isAngle(latitude))
      return { longitude: longitude.name, latitude: latitude.name };
  }
  return undefined;
}

/** The only two names that are the same but for "ra" and "dec": source_ra and source_dec. */
function onlyPair(columns: readonly NamedColumn[]): SkyColumns | undefined {
  const named = byName(columns);
  const pairs = [...named].flatMap(([name, longitude]) => {
    const twins = [...name.matchAll(/(?<![a-z])ra(?![a-z])/g)].flatMap(({ index }) =>
      ["dec", "de"].map((word) => named.get(name.slice(0, index) + word + name.slice(index + 2))),
    );
    return twins.flatMap((latitude) => (latitude ? [{ longitude, latitude }] : []));
  });
  const [pair, ...others] = pairs.filter((each) => isAngle(each.longitude) && isAngle(each.latitude));
  return pair && others.length === 0
    ? { longitude: pair.longitude.name, latitude: pair.latitude.name }
    : undefined;
}

function byName(columns: readonly NamedColumn[]): Map<string, NamedColumn> {
  const named = new Map<string, NamedColumn>();
  for (const column of columns)
    if (!named.has(column.name.toLowerCase())) named.set(column.name.toLowerCase(), column);
  return named;
}

/** A column of this name that is measured in something else is another thing. */
function isAngle({ unit }: NamedColumn): boolean {
  return unit === undefined || unit === "" || degreesOf(unit) !== undefined;
}

const DEGREES: readonly (readonly [RegExp, number])[] = [
  [/^(deg|degree|degrees|°|d)$/i, 1],
  [/^(rad|radian|radians)$/i, 180 / Math.PI],
  [/^(h|hr|hour|hours|hourangle)$/i, 15],
];

/** How many degrees a unit of angles has; undefined for other units. */
export function degreesOf(unit: string): number | undefined {
  return DEGREES.find(([words]) => words.test(unit.trim()))?.[1];
}

/** A part of the sky: a HEALPix pixel of the nested order. */
export interface SkyPixel {
  readonly order: number;
  readonly pixel: number;
}

/** Where the rows of a table lie on the sky, and of a HATS catalogue how they are parted. */
export interface TableOfSky extends SkyColumns {
  readonly catalogue?: {
    /** The column of pixels by which the rows are sorted, and its order. */
    readonly healpix: string;
    readonly order: number;
    readonly partitions: readonly SkyPixel[];
  };
}
