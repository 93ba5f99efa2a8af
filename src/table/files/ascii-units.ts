/** @file Units in ASCII, which formats of astronomy have room for alone. */

/** Units that are written with letters beyond ASCII, as FITS and Astropy write them. */
const UNITS: Readonly<Record<string, string>> = {
  ...{
    "°": "deg",
    "°C": "deg_C",
    "\u212b": "Angstrom",
    "\u00c5": "Angstrom",
    "′": "arcmin",
    "″": "arcsec",
    Ω: "Ohm",
  },
};

/** Undefined where it cannot be written: a table without a unit is better than one with a wrong one. */
export function asciiUnit(unit: string): string | undefined {
  const written = UNITS[unit] ?? unit.replaceAll(/[µμ]/g, "u").replaceAll("²", "2").replaceAll("³", "3");
  return isAscii(written) ? written : undefined;
}

export function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
