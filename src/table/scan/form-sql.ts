/** @file The SQL that reads numbers and dates written in a form of their own, and that finds days written as whole numbers. */
import type { DateForm } from "../date-form.ts";
import { literal } from "../files/duckdb.ts";
import { MAGNITUDES } from "../magnitudes.ts";
import { MONTH_PATTERNS } from "../month-names.ts";
import { type NumberForm, numberPattern } from "../number-form.ts";

/** The number that a text is in a form, or NULL. */
export function formedNumberSql(text: string, form: NumberForm): string {
  const pattern = literal(numberPattern(form));
  const digits = `regexp_extract(${text}, ${pattern}, 2)`;
  const { decimal, thousands } = form;
  const between = thousands === " " ? "[ \u00a0\u202f\u2009]" : `[${thousands}]`;
  const joined = thousands === undefined ? digits : `regexp_replace(${digits}, ${literal(between)}, '', 'g')`;
  const marked = `replace(${decimal === "," ? `replace(${joined}, ',', '.')` : joined}, '\u2212', '-')`;
  // Fortran's exponents.
  const plain = `replace(upper(${marked}), 'D', 'E')`;
  const sign = `CASE WHEN regexp_extract(${text}, ${pattern}, 1) IN ('(', '-', '\u2212') THEN -1 ELSE 1 END`;
  const size = form.magnitudes ? ` * ${sizeSql(`regexp_extract(${text}, ${pattern}, 3)`)}` : "";
  return `CASE WHEN regexp_full_match(${text}, ${pattern}) THEN ${sign} * TRY_CAST(${plain} AS DOUBLE)${size} END`;
}

/** What a number is multiplied by that has a word for thousands, millions and so on behind it; 1 without. */
function sizeSql(word: string): string {
  const each = MAGNITUDES.map(([name, size]) => `WHEN ${literal(name)} THEN ${size}`);
  return `CASE lower(${word}) ${each.join(" ")} ELSE 1 END`;
}

/** Microseconds since 1970-01-01 of a text in a form, or NULL. */
export function formedMicrosecondsSql(text: string, form: DateForm): string {
  const days = form.includes("%d") ? "" : `AND regexp_full_match(${text}, '.*[0-9A-Za-z].*')`;
  const { text: known, form: pattern } = knownToStrptime(`trim(${text})`, form);
  // What %Y takes may have two digits: 20 is no year of a table.
  return `(SELECT CASE WHEN moment >= TIMESTAMP '1000-01-01' ${days} THEN epoch_us(moment) END
    FROM (SELECT try_strptime(${known}, ${literal(pattern)}) AS moment))`;
}

const ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A form and its texts as strptime understands them: it has English months only, no quarters, and no week without a day. */
function knownToStrptime(text: string, form: DateForm): { readonly text: string; readonly form: string } {
  if (/%b/i.test(form)) {
    const inEnglish = MONTH_PATTERNS.reduce(
      (sql, pattern, month) => `regexp_replace(${sql}, ${literal(pattern)}, '\\1${ENGLISH[month]}\\3')`,
      text,
    );
    return { text: inEnglish, form: form.replace(/%b/i, "%b") };
  }
  if (form.includes("%V")) return { text: `(upper(${text}) || '-1')`, form: `${form}-%u` };
  if (!form.includes("Q%q")) return { text, form };
  const months = ["01", "04", "07", "10"];
  const asMonth = months.reduce(
    (sql, month, i) => `replace(${sql}, 'Q${i + 1}', '${month}')`,
    `upper(${text})`,
  );
  return {
    text: `CASE WHEN contains(upper(${text}), 'Q') THEN ${asMonth} END`,
    form: form.replace("Q%q", "%m"),
  };
}

/** Whether a number is a day such as 20230623. */
export function isDayNumberSql(cell: string): string {
  const number = `TRY_CAST(${cell} AS DOUBLE)`;
  const text = `TRY_CAST(${number} AS BIGINT)::VARCHAR`;
  return `(${number} BETWEEN 18000101 AND 22001231 AND ${number} = floor(${number}) AND try_strptime(${text}, '%Y%m%d') IS NOT NULL)`;
}
