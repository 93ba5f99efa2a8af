/**
 * @file Numbers as people write them: "1.234,5", "$1,200", "12 %", "3.4 kg". One pattern says what is such a number, to
 * DuckDB (RE2) and to JavaScript.
 */

export interface NumberForm {
  readonly decimal: "." | ",";
  /** What may stand between thousands. */
  readonly thousands?: "," | "." | " " | "'";
  /** What may stand before a number: "$". */
  readonly before?: string;
  /** What may stand behind it: "%", "kg". */
  readonly after?: string;
}

/** Spaces that stand between thousands, or before a unit: plain, no-break, narrow and thin. */
const SPACES = " \u00a0\u202f\u2009";
const MINUS = "\\-\u2212";
/** "e5", and "D+05" as Fortran writes it: without its sign that may be a code. */
const EXPONENT = "(?:[eE][+\\-]?[0-9]+|[dD][+\\-][0-9]{1,3})";

/**
 * The pattern of a whole cell. Its groups: a sign (or the bracket of bookkeepers' negative numbers), what is before the
 * number, and the number.
 */
export function numberPattern({ decimal, thousands, before, after }: NumberForm): string {
  const between = thousands === undefined ? undefined : thousands === " " ? `[${SPACES}]` : `[${thousands}]`;
  const whole = between === undefined ? "[0-9]+" : `(?:[0-9]{1,3}(?:${between}[0-9]{3})+|[0-9]+)`;
  const part = `[${decimal}]`;
  const digits = `(?:${whole}(?:${part}[0-9]*)?|${part}[0-9]+)${EXPONENT}?`;
  const space = `[${SPACES}]*`;
  const word = (text: string | undefined) => (text === undefined ? "" : `(?:${escaped(text)})?`);
  return `${space}([(+${MINUS}])?${space}${word(before)}${space}([+${MINUS}]?${digits})${space}${word(after)}${space}[)]?${space}`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** The number that a text is in this form; undefined if it is none. */
export function numberOfForm(text: string, form: NumberForm): number | undefined {
  const [, sign = "", digits] = new RegExp(`^${numberPattern(form)}$`).exec(text) ?? [];
  if (digits === undefined) return undefined;
  const { decimal, thousands } = form;
  const joined = thousands === undefined ? digits : digits.replaceAll(betweenThousands(thousands), "");
  const value = Number(joined.replace(decimal, ".").replace("\u2212", "-").replace(/d/i, "e"));
  return ["(", "-", "\u2212"].includes(sign) ? -value : value;
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
function wordsAround(texts: readonly string[]): Pick<NumberForm, "before" | "after"> | undefined {
  const [before, after] = [new Set<string>(), new Set<string>()];
  let behind = 0;
  for (const text of texts) {
    const [whole, first, last] = PARTS.exec(text) ?? [];
    if (whole === undefined) continue;
    if (first) before.add(first);
    if (last) {
      after.add(last);
      behind++;
    }
  }
  const [[first], [last]] = [[...before], [...after]];
  if (before.size > 1 || after.size > 1) return undefined;
  if (first !== undefined && !isCurrency(first)) return undefined;
  const isUnit =
    last === undefined || UNITS.has(last) || isCurrency(last) || behind >= NUMBERS_OF_UNKNOWN_UNIT;
  if (!isUnit) return undefined;
  return { ...(first !== undefined && { before: first }), ...(last !== undefined && { after: last }) };
}

function isCurrency(text: string): boolean {
  return CURRENCIES.includes(text) || CURRENCY_CODES.test(text);
}

/** What the numbers of a form are measured in, as it stands beside them. */
export function unitOfForm({ before, after }: NumberForm): string | undefined {
  return before ?? after;
}

/** In words: 'numbers with "$" and thousands separated by ","'. */
export function describedForm({ decimal, thousands, before, after }: NumberForm, example: string): string {
  const parts = [
    before === undefined ? "" : `"${before}" before`,
    after === undefined ? "" : `"${after}" behind`,
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
