/** @file What a cell's text looks like: a number, with a decimal point or comma; a spelling of "missing"; a unit. */

/** Spellings that mean "missing" wherever they stand, in small letters: nobody and nothing is called so. */
export const ALWAYS_MISSING: readonly string[] = [
  "nan",
  "-nan",
  "nat",
  "<na>",
  "#n/a",
  "#na",
  "#null!",
  "#div/0!",
  "#value!",
  "(null)",
  "\\n",
  "1.#qnan",
  "-1.#ind",
  "n.a.",
];

/**
 * Spellings that mean "missing" among numbers and dates, besides empty cells; capitals and blanks around do not matter.
 * Among words the later ones may be names, which is asked of the data (scan/missing-words.ts).
 */
export const MISSING_WORDS: readonly string[] = [
  ...ALWAYS_MISSING,
  ...["na", "n/a", "null", "none", "nil", "missing"],
  ...["?", "-", "--", "---", "–", "—", ".", "..", "...", "…", "*"],
];

const MISSING: ReadonlySet<string> = new Set(["", ...MISSING_WORDS]);

/** Whether a text may mean "missing". */
export function mayMeanMissing(text: string): boolean {
  return MISSING.has(text.trim().toLowerCase());
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$|^[+-]?inf(inity)?$/i;
const COMMA_NUMBER = /^[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d+)?([eE][+-]?\d+)?$/;
const DECIMAL_COMMA = /^[+-]?(\d*|\d{1,3}(\.\d{3})+),\d+([eE][+-]?\d+)?$/;
const THOUSANDS_COMMA = /^[+-]?\d{1,3}(,\d{3})+$/;
const THOUSANDS_POINT = /^[+-]?\d{1,3}(\.\d{3})+$/;

/** A number in one of both writings: "1.5", "1,5", "1.234,5". */
export function isAnyNumber(text: string): boolean {
  const trimmed = text.trim();
  return trimmed !== "" && (NUMBER.test(trimmed) || (COMMA_NUMBER.test(trimmed) && /\d/.test(trimmed)));
}

/** Whether some cell of a sample has a decimal point that parts no thousands. */
export function hasPoints(columns: readonly (readonly string[])[]): boolean {
  return columns.some((cells) =>
    cells.some(
      (cell) => /^[+-]?\d*\.\d+([eE][+-]?\d+)?$/.test(cell.trim()) && !THOUSANDS_POINT.test(cell.trim()),
    ),
  );
}

/**
 * The columns, by index, whose numbers have decimal commas; none in most files. "1,234" alone may be a thousand as
 * well: some cell must be a decimal comma that cannot be one.
 * @param columns the cells of each, of a sample.
 */
export function commaColumns(columns: readonly (readonly string[])[], told: boolean): number[] {
  const present = columns.map((cells) =>
    cells.map((each) => each.trim()).filter((each) => !mayMeanMissing(each)),
  );
  const numeric = present.map((cells) => {
    const fitting = cells.filter((each) => COMMA_NUMBER.test(each)).length;
    return cells.length > 0 && fitting >= 0.9 * cells.length;
  });
  const isCertain = present.map((cells, i) => {
    return numeric[i] && cells.some((each) => DECIMAL_COMMA.test(each) && !THOUSANDS_COMMA.test(each));
  });
  if (!told && !isCertain.includes(true)) return [];
  const indices = present.map((_, i) => i);
  return indices.filter((i) => {
    const hasCommas = present[i].some((each) => DECIMAL_COMMA.test(each));
    return (
      numeric[i] &&
      (hasCommas || (told && isPointed(present[i])) || present[i].every((each) => THOUSANDS_POINT.test(each)))
    );
  });
}

function isPointed(cells: readonly string[]): boolean {
  return cells.some((each) => THOUSANDS_POINT.test(each));
}

const BRACKETED = /^[[({].*[\])}]$/;
const UNITS = new Set(
  `k °c c f °f deg degree degrees deg_c degc celsius kelvin rad arcsec arcmin mas m km cm mm um µm μm nm ft in inch inches mi miles
   au pc kpc mpc ly s sec secs ms us ns min mins h hr hrs hour hours d day days yr year years month months week weeks kg g mg ug µg t
   lb lbs oz ton tons l ml cl dl gal m2 m^2 m² km2 km^2 km² ha m3 m^3 m³ cm3 cm^3 m/s km/s km/h mph kph knots hz khz mhz ghz pa
   hpa kpa mpa bar mbar atm psi n kn j kj mj kwh wh w kw mw v mv kv a ma ohm % percent ppm ppb mol mmol mol/l mmol/l mg/l g/l g/cm3
   g/cm^3 mg/dl mag dex usd eur gbp $ € £ usd/kg count counts number integer float double int string str text char date yyyy-mm-dd
   dimensionless unitless none units unit jy mjy erg ev kev mev gev cgs log(cgs) msun m_sun lsun l_sun rsun r_sun`.split(
    /\s+/,
  ),
);

/** Whether a text is what a column is measured in, such as "[m/s]" or "K". */
export function looksLikeUnit(text: string): boolean {
  const trimmed = text.trim();
  return BRACKETED.test(trimmed) || UNITS.has(trimmed.toLowerCase());
}

/** That there is none, or of what type the column is. */
const NO_UNIT =
  /^(-|none|dimensionless|unitless|units?|float\d*|double|int\d*|integer|number|string|str|text|char|counts?|date)?$/i;

/** The unit without brackets; "" where it says that there is none. */
export function unitOf(text: string): string {
  const plain = BRACKETED.test(text.trim()) ? text.trim().slice(1, -1).trim() : text.trim();
  return NO_UNIT.test(plain) ? "" : plain;
}
