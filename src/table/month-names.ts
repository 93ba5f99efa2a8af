/** @file The names of months as tables have them, in English and in other languages, whole and shortened. */

/** From January to December. */
const WHOLE: Readonly<Record<string, string>> = {
  English: "january february march april may june july august september october november december",
  German: "januar februar märz april mai juni juli august september oktober november dezember",
  Austrian: "jänner feber märz april mai juni juli august september oktober november dezember",
  French: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  Spanish: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  Italian: "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  Portuguese: "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
  Dutch: "januari februari maart april mei juni juli augustus september oktober november december",
  Swedish: "januari februari mars april maj juni juli augusti september oktober november december",
  Polish:
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
};
const SHORT: Readonly<Record<string, string>> = {
  English: "jan feb mar apr may jun jul aug sep oct nov dec",
  "English, of four letters": "jan feb mar apr may june july aug sept oct nov dec",
  German: "jan feb mär apr mai jun jul aug sep okt nov dez",
  "German, of four letters": "jän feb mrz apr mai juni juli aug sept okt nov dez",
  French: "janv févr mars avr mai juin juil août sept oct nov déc",
  "French, otherwise": "jan fév mar avr mai jun jul aoû sep oct nov déc",
  "French, without accents": "janv fevr mars avr mai juin juil aout sept oct nov dec",
  Spanish: "ene feb mar abr may jun jul ago sep oct nov dic",
  Italian: "gen feb mar apr mag giu lug ago set ott nov dic",
  Portuguese: "jan fev mar abr mai jun jul ago set out nov dez",
  Dutch: "jan feb mrt apr mei jun jul aug sep okt nov dec",
};

/** By month, from January on, all spellings that there are, the longest first: what is read takes as much as it can. */
const namesByMonth = (lists: Readonly<Record<string, string>>) =>
  Array.from({ length: 12 }, (_, month) => {
    const names = new Set(Object.values(lists).map((list) => list.split(" ")[month]));
    return [...names].sort((a, b) => b.length - a.length);
  });

const WHOLE_NAMES = namesByMonth(WHOLE);
const SHORT_NAMES = namesByMonth(SHORT);

/** What matches the name of any month, to JavaScript. */
export const WHOLE_MONTH = WHOLE_NAMES.flat().join("|");
export const SHORT_MONTH = `(?:${SHORT_NAMES.flat().join("|")})\\.?`;

/** By month, from January on, what matches it in a text, to RE2: what stands before it, the name, what stands behind. */
export const MONTH_PATTERNS: readonly string[] = WHOLE_NAMES.map((whole, month) => {
  const names = [...whole, ...SHORT_NAMES[month]].sort((a, b) => b.length - a.length);
  return `(?i)(^|[^\\p{L}])(${names.join("|")})\\.?([^\\p{L}]|$)`;
});

/** The number of the month that has a name, from 0; undefined if none has. */
export function monthNamed(name: string): number | undefined {
  const plain = name.toLowerCase().replace(/\.$/, "");
  const month = WHOLE_NAMES.findIndex((whole, i) => whole.includes(plain) || SHORT_NAMES[i].includes(plain));
  return month < 0 ? undefined : month;
}
