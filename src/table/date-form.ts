/**
 * @file Dates as people write them: "31.12.2020", "5 Jan 2021", "1949-01", "20230623", "2021-Q3", "5. März 2021". A form is
 * a pattern of strptime, which DuckDB has and JavaScript has not, with %q for a quarter of a year, and months by their
 * names in more languages than strptime knows.
 */
import { monthNamed, SHORT_MONTH, WHOLE_MONTH } from "./month-names.ts";
import { MILLISECONDS_PER_DAY } from "./table.ts";

/** A pattern of strptime, of the parts below: "%d.%m.%Y". A quarter, a month or a week is its first day. */
export type DateForm = string;

const WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split(" ");
const short = (names: readonly string[]) => names.map((name) => name.slice(0, 3));

/** What each part of a pattern matches. */
const PARTS: Readonly<Record<string, string>> = {
  "%Y": "(?<Y>\\d{4})",
  "%y": "(?<y>\\d{2})",
  "%m": "(?<m>\\d{1,2})",
  "%d": "(?<d>\\d{1,2})",
  "%b": `(?<b>${SHORT_MONTH})`,
  "%B": `(?<b>${WHOLE_MONTH})`,
  "%a": `(?:${short(WEEKDAYS).join("|")})`,
  "%A": `(?:${WEEKDAYS.join("|")})`,
  "%H": "(?<H>\\d{1,2})",
  "%I": "(?<I>\\d{1,2})",
  "%M": "(?<M>\\d{2})",
  "%S": "(?<S>\\d{2})",
  "%p": "(?<p>am|pm)",
  "%q": "(?<q>[1-4])",
  // A year of ISO 8601's weeks, and the week.
  "%G": "(?<G>\\d{4})",
  "%V": "(?<V>\\d{2})",
};

const DAYS = [
  ...["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"],
  ...["%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y"],
  ...[
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %y",
    "%d/%b/%Y",
    "%d. %B %Y",
    "%d. %b %Y",
    "%d%b%Y",
    "%d de %B de %Y",
    "%d de %B %Y",
  ],
  ...[
    "%b %d, %Y",
    "%B %d, %Y",
    "%b %d %Y",
    "%B %d %Y",
    "%a, %d %b %Y",
    "%A, %d %B %Y",
    "%a, %b %d, %Y",
    "%A, %B %d, %Y",
  ],
  ...["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y %b %d", "%Y-%b-%d", "%Y%m%d"],
];
const MONTHS_ONLY = [
  ...[
    "%Y-%m",
    "%Y/%m",
    "%m/%Y",
    "%m-%Y",
    "%b %Y",
    "%B %Y",
    "%b-%Y",
    "%B-%Y",
    "%b-%y",
    "%b %y",
    "%Y-%b",
    "%Y %b",
    "%Y %B",
    "%b, %Y",
    "%B de %Y",
  ],
  ...["%YM%m", "%Y %m"],
];
const QUARTERS_AND_WEEKS = [
  ...["%YQ%q", "%Y-Q%q", "%Y Q%q", "%Y/Q%q", "%Y:Q%q", "Q%q %Y", "Q%q-%Y", "Q%q/%Y"],
  ...["%G-W%V", "%GW%V", "%G W%V"],
];
const TIMES = [
  "",
  " %H:%M",
  " %H:%M:%S",
  "T%H:%M",
  "T%H:%M:%S",
  " %I:%M %p",
  " %I:%M:%S %p",
  " %I:%M%p",
  ", %H:%M",
  " - %H:%M",
];

const FORMS: readonly DateForm[] = [
  ...DAYS.flatMap((day) => TIMES.map((time) => day + time)),
  ...MONTHS_ONLY,
  ...QUARTERS_AND_WEEKS,
];

/** The names by which a user may say in which order day and month stand. */
export const DATE_ORDERS = ["dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

const patterns = new Map<DateForm, RegExp>();

function patternOf(form: DateForm): RegExp {
  const known = patterns.get(form);
  if (known) return known;
  const source = form.replace(/%[A-Za-z]|[.*+?^${}()|[\]\\/]/g, (part) => PARTS[part] ?? `\\${part}`);
  const made = new RegExp(`^\\s*${source.replaceAll(" ", "\\s+")}\\s*$`, "i");
  patterns.set(form, made);
  return made;
}

/** Whether all parts of a pattern are known here. */
export function isDateForm(form: string): boolean {
  const parts = form.match(/%./g) ?? [];
  return parts.length > 0 && parts.every((part) => part in PARTS) && /%[YyG]/.test(form);
}

/** Days since 1970-01-01 of a text in this form; undefined if it is none, or no day of the calendar. */
export function daysOfForm(text: string, form: DateForm): number | undefined {
  const found = patternOf(form).exec(text)?.groups;
  if (!found) return undefined;
  if (found.G !== undefined) return daysOfWeek(Number(found.G), Number(found.V));
  const year = found.Y === undefined ? yearOfTwo(Number(found.y)) : Number(found.Y);
  const numbered = found.q === undefined ? Number(found.m ?? 1) : 3 * Number(found.q) - 2;
  const month = found.b === undefined ? numbered - 1 : (monthNamed(found.b) ?? Number.NaN);
  const day = Number(found.d ?? 1);
  const hour = found.I === undefined ? Number(found.H ?? 0) : hourOfTwelve(Number(found.I), found.p);
  const [minute, second] = [Number(found.M ?? 0), Number(found.S ?? 0)];
  const midnight = new Date(Date.UTC(year, month, day));
  const isThere =
    midnight.getUTCFullYear() === year && midnight.getUTCMonth() === month && midnight.getUTCDate() === day;
  if (!isThere || year < 1000 || hour > 23 || minute > 59 || second > 59) return undefined;
  return (midnight.getTime() + 1000 * (3600 * hour + 60 * minute + second)) / MILLISECONDS_PER_DAY;
}

/** The Monday of a week of ISO 8601, in whose first week the fourth of January lies; undefined if the year has no such week. */
function daysOfWeek(year: number, week: number): number | undefined {
  const fourth = Date.UTC(year, 0, 4) / MILLISECONDS_PER_DAY;
  const weekday = (new Date(fourth * MILLISECONDS_PER_DAY).getUTCDay() + 6) % 7;
  const monday = fourth - weekday + 7 * (week - 1);
  const thursday = new Date((monday + 3) * MILLISECONDS_PER_DAY);
  return week > 0 && year >= 1000 && thursday.getUTCFullYear() === year ? monday : undefined;
}

/** As strptime has it: 69 is 1969, 68 is 2068. */
const yearOfTwo = (year: number) => year + (year < 69 ? 2000 : 1900);
const hourOfTwelve = (hour: number, half = "am") => (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0);

/** The form with day and month in the other order, if it has such. */
export function otherOrder(form: DateForm): DateForm | undefined {
  const turned = form.replace(
    /^%([dm])([/.-])%([dm])/,
    (_, first, between, second) => `%${second}${between}%${first}`,
  );
  return turned === form ? undefined : turned;
}

export function orderOf(form: DateForm): DateOrder | undefined {
  return otherOrder(form) === undefined ? undefined : form.startsWith("%d") ? "dmy" : "mdy";
}

/**
 * The form in which most of the texts are dates, if there is one; where day and month may be either way round, the one with
 * the month first between slashes, else the one with the day first.
 * @param order what a user says of that. @returns also whether the other order fits as well.
 */
export function formOfDates(
  texts: readonly string[],
  order?: DateOrder,
): { readonly form: DateForm; readonly isOpen: boolean } | undefined {
  const counts = FORMS.map((form) => texts.filter((text) => daysOfForm(text, form) !== undefined).length);
  const most = Math.max(...counts);
  if (most === 0) return undefined;
  const countOf = (form: DateForm) =>
    counts[FORMS.indexOf(form)] ?? texts.filter((text) => daysOfForm(text, form) !== undefined).length;
  const found = FORMS[counts.indexOf(most)];
  const other = otherOrder(found);
  if (other === undefined) return { form: found, isOpen: false };
  if (order !== undefined) return { form: orderOf(found) === order ? found : other, isOpen: false };
  const isOpen = countOf(other) === most;
  return { form: isOpen && found.includes("/") && orderOf(found) === "dmy" ? other : found, isOpen };
}
