/**
 * @file Numbers as people write them: "1.234,5", "$1,200", "12 %", "3.4 kg", "1.2M". One pattern says what is such a
 * number, to DuckDB (RE2) and to JavaScript.
 */
import { MAGNITUDE, magnitudeOf, mayBeMagnitude } from "./magnitudes.ts";

export interface NumberForm {
  readonly decimal: "." | ",";
  /** What may stand between thousands. */
  readonly thousands?: "," | "." | " " | "'";
  /** What may stand before a number: "$". */
  readonly before?: string;
  /** What may stand behind it: "%", "kg". */
  readonly after?: string;
  /** Whether a word for thousands, millions and so on may stand behind it: "900K", "1.2M". */
  readonly magnitudes?: true;
}

/** Spaces that stand between thousands, or before a unit: plain, no-break, narrow and thin. */
const SPACES = " \u00a0\u202f\u2009";
const MINUS = "\\-\u2212";
/** "e5", and "D+05" as Fortran writes it: without its sign that may be a code. */
const EXPONENT = "(?:[eE][+\\-]?[0-9]+|[dD][+\\-][0-9]{1,3})";

/**
 * The pattern of a whole cell. Its groups: a sign (or the bracket of bookkeepers' negative numbers), the number, and how many
 * thousands or millions it counts, where the form has such.
 */
export function numberPattern({ decimal, thousands, before, after, magnitudes }: NumberForm): string {
  const between = thousands === undefined ? undefined : thousands === " " ? `[${SPACES}]` : `[${thousands}]`;
  // 12,34,567 is how India parts lakhs and crores.
  const lakhs = thousands === "," ? "|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}" : "";
  const whole = between === undefined ? "[0-9]+" : `(?:[0-9]{1,3}(?:${between}[0-9]{3})+${lakhs}|[0-9]+)`;
  const part = `[${decimal}]`;
  const digits = `(?:${whole}(?:${part}[0-9]*)?|${part}[0-9]+)${EXPONENT}?`;
  const space = `[${SPACES}]*`;
  const word = (text: string | undefined) => (text === undefined ? "" : `(?:${escaped(text)})?`);
  return `${space}([(+${MINUS}])?${space}${word(before)}${space}([+${MINUS}]?${digits})${space}${magnitudes ? `(${MAGNITUDE})?${space}` : ""}${word(after)}${space}[)]?${space}`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** The number that a text is in this form; undefined if it is none. */
export function numberOfForm(text: string, form: NumberForm): number | undefined {
  const [, sign = "", digits, magnitude] = new RegExp(`^${numberPattern(form)}$`).exec(text) ?? [];
  if (digits === undefined) return undefined;
  const { decimal, thousands } = form;
  const joined = thousands === undefined ? digits : digits.replaceAll(betweenThousands(thousands), "");
  const value = Number(joined.replace(decimal, ".").replace("\u2212", "-").replace(/d/i, "e"));
  const size = form.magnitudes && magnitude ? magnitudeOf(magnitude) : 1;
  return ["(", "-", "\u2212"].includes(sign) ? -value * size : value * size;
}

function betweenThousands(thousands: string): RegExp {
  return thousands === " " ? new RegExp(`[${SPACES}]`, "g") : new RegExp(`[${thousands}]`, "g");
}

const CURRENCIES = ["$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₪", "฿", "US$", "A$", "C$", "R$", "kr", "zł"];
const CURRENCY_CODES =
  /^(USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|MXN|ZAR|KRW|SGD|HKD)$/i;
/** Behind a number they are units at once; other words only where many different numbers have the same one. */
const UNITS = new Set(
  (
    "% ‰ ° °C °F K mm cm m km in ft yd mi mile miles inch inches feet mg g kg t lb lbs oz ml mL cl l L gal " +
    "s sec secs second seconds min mins minute minutes h hr hrs hour hours d day days week weeks month months yr yrs year years " +
    "Hz kHz MHz GHz V mV A mA W kW MW kWh MWh J kJ cal kcal N Pa hPa kPa bar mbar psi dB ppm ppb mph kph km/h m/s kt " +
    "cc hp bhp PS rpm mpg kmpl km/kg nm um µm px B KB MB GB TB sqft ft2 m2 m² km2 km² m3 m³ ha acre acres pc kpc Mpc mas mag dex"
  ).split(" "),
);
/** So many different numbers with one and the same unknown word behind make that a unit. */
const NUMBERS_OF_UNKNOWN_UNIT = 10;

/** What a text has around its number. */
const PARTS =
  /^\s*[(+\-\u2212]?\s*([^\d\s.,()+\-\u2212']{0,4})\s*[+\-\u2212]?[\d.,'\u00a0\u202f\u2009 ]*\d[.,]?(?:[eE][+-]?\d+|[dD][+-]\d{1,3})?\s*([^\d\s)(][^()]*?)?\s*\)?\s*$/;

/**
 * The form in which most of the texts are numbers, if there is one, and whether another fits as well.
 * @param texts different ones. @param prefersComma whether a comma between three digits and others is rather a decimal one.
 */
export function formOfNumbers(
  texts: readonly string[],
  prefersComma = false,
): { readonly form: NumberForm; readonly isOpen: boolean } | undefined {
  const words = wordsAround(texts);
  if (!words) return undefined;
  const english: NumberForm = { decimal: ".", thousands: ",", ...words };
  const german: NumberForm = { decimal: ",", thousands: ".", ...words };
  const forms: readonly NumberForm[] = [
    { decimal: ".", ...words },
    ...(prefersComma
      ? [{ decimal: ",", ...words } as const, german, english]
      : [english, { decimal: ",", ...words } as const, german]),
    { decimal: ".", thousands: " ", ...words },
    { decimal: ",", thousands: " ", ...words },
    { decimal: ".", thousands: "'", ...words },
  ];
  const counts = forms.map((form) => texts.filter((text) => numberOfForm(text, form) !== undefined).length);
  const most = Math.max(...counts);
  if (most === 0) return undefined;
  const best = forms[counts.indexOf(most)];
  const fits = (form: NumberForm) => counts[forms.indexOf(form)] === most;
  const comma = forms.find(({ decimal, thousands }) => decimal === "," && thousands === undefined);
  return {
    form: best,
    isOpen: fits(english) && comma !== undefined && fits(comma) && texts.some((text) => text.includes(",")),
  };
}

/** What stands before and behind the numbers, if it is one word each. */
function wordsAround(
  texts: readonly string[],
): Pick<NumberForm, "before" | "after" | "magnitudes"> | undefined {
  const [before, after] = [new Set<string>(), new Set<string>()];
  let [numbers, behind] = [0, 0];
  for (const text of texts) {
    const [whole, first, last] = PARTS.exec(text) ?? [];
    if (whole === undefined) continue;
    numbers++;
    if (first) before.add(first);
    if (last) {
      after.add(last);
      behind++;
    }
  }
  const [[first], [last]] = [[...before], [...after]];
  if (before.size > 1 || (first !== undefined && !isCurrency(first))) return undefined;
  if (areMagnitudes(after, behind < numbers))
    return { ...(first !== undefined && { before: first }), magnitudes: true };
  if (after.size > 1) return undefined;
  const isUnit =
    last === undefined || UNITS.has(last) || isCurrency(last) || behind >= NUMBERS_OF_UNKNOWN_UNIT;
  if (!isUnit) return undefined;
  return { ...(first !== undefined && { before: first }), ...(last !== undefined && { after: last }) };
}

/** Words that may also be units (m, K, B, t) are magnitudes beside another one; K also where numbers stand without it. */
function areMagnitudes(words: ReadonlySet<string>, someWithout: boolean): boolean {
  if (words.size === 0 || ![...words].every(mayBeMagnitude)) return false;
  const different = new Set([...words].map((word) => magnitudeOf(word)));
  const [word] = words;
  return different.size > 1 || !UNITS.has(word) || (word === "K" && someWithout);
}

function isCurrency(text: string): boolean {
  return CURRENCIES.includes(text) || CURRENCY_CODES.test(text);
}

/** What the numbers of a form are measured in, as it stands beside them. */
export function unitOfForm({ before, after }: NumberForm): string | undefined {
  return before ?? after;
}

/** In words: 'numbers with "$" and thousands separated by ","'. */
export function describedForm(form: NumberForm, example: string): string {
  const { decimal, thousands, before, after, magnitudes } = form;
  const parts = [
    before === undefined ? "" : `"${before}" before`,
    after === undefined ? "" : `"${after}" behind`,
    magnitudes && /[\p{L}]/u.test(example) ? "a word for how many" : "",
    thousands === undefined || !example.includes(thousands) ? "" : `"${thousands}" between thousands`,
    decimal === "," && example.includes(",") ? "a decimal comma" : "",
    example.includes("(") ? "brackets for those below 0" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "numbers" : `numbers with ${parts.join(" and ")}`;
}

/**
 * The number that a text is, whatever the form, as long as that leaves no doubt: "$1,200", "12 %". For what people give.
 * @param form of the column; comes first.
 */
export function numberOfText(text: string, form?: NumberForm): number | undefined {
  const own = form && numberOfForm(text, form);
  if (own !== undefined) return own;
  const plain = Number(text.trim() || Number.NaN);
  if (!Number.isNaN(plain)) return plain;
  const found = formOfNumbers([text]);
  return found && numberOfForm(text, found.form);
}
