/**
 * @file Which two columns hold the errors of a column towards higher and lower values, by their names: koi_prad_err1 and
 * koi_prad_err2, pl_orbpererr1 and pl_orbpererr2 of NASA's tables, mass_upper_err and mass_lower_err, MASS_PERR and MASS_MERR, VizieR's E_Mass and e_Mass.
 */
import { wordsOf } from "./error-names.ts";

/** The errors of a column to either side, that towards higher values first. */
export type ErrorPair = readonly [upper: string, lower: string];

/** How the two sides are called, the higher one first. */
const SIDES: readonly ErrorPair[] = [
  ...([
    ["upper", "lower"],
    ["up", "low"],
    ["up", "lo"],
    ["up", "down"],
    ["high", "low"],
    ["hi", "lo"],
  ] as const),
  ...([
    ["plus", "minus"],
    ["pos", "neg"],
    ["p", "m"],
    ["u", "l"],
    ["1", "2"],
  ] as const),
];
const ERROR = "(?:err|error|unc|uncertainty|sigma)";

/** The forms of a name with a word for errors: its side stands behind or before that word, both behind the column's name or before it. */
const FORMS: readonly (readonly [upper: RegExp, lower: RegExp])[] = SIDES.flatMap(([upper, lower]) => {
  const forms: readonly ((side: string) => RegExp)[] = [
    (side) => new RegExp(`^(.+?)_?${ERROR}_?${side}$`), // NASA's: pl_orbpererr1
    (side) => new RegExp(`^(.+?)_?${side}_?${ERROR}$`),
    (side) => new RegExp(`^${ERROR}_${side}_(.+)$`),
    (side) => new RegExp(`^${side}_${ERROR}_(.+)$`),
  ];
  return forms.map((form) => [form(upper), form(lower)] as const);
});

/** The two columns of errors of each column among names that has them, and no more than these two. */
export function errorPairs(known: ReadonlySet<string>): ReadonlyMap<string, ErrorPair> {
  const worded = new Map([...known].map((name) => [name, wordsOf(name).join("_")] as const));
  const pairs = FORMS.flatMap((sides) => {
    const [uppers, lowers] = sides.map((side) => holders(worded, side));
    return [...uppers].flatMap(([value, upper]) => {
      const lower = lowers.get(value) ?? [];
      return upper.length === 1 && lower.length === 1 ? [{ value, pair: [upper[0], lower[0]] as const }] : [];
    });
  });
  const byWords = grouped(pairs.map(({ value, pair }) => [value, pair] as const));
  return new Map(
    [...worded].flatMap(([name, words]): [string, ErrorPair][] => {
      // Capitals tell the sides in VizieR's tables, and nothing else does.
      const vizier = [`E_${name}`, `e_${name}`] as const;
      const [pair, ...others] = vizier.every((each) => known.has(each))
        ? [vizier]
        : (byWords.get(words) ?? []);
      return pair && others.length === 0 ? [[name, pair]] : [];
    }),
  );
}

/** The columns whose names are of a form, by the column's name that stands in it. */
function holders(worded: ReadonlyMap<string, string>, form: RegExp): Map<string, string[]> {
  return grouped(
    [...worded].flatMap(([name, words]) => {
      const [, value] = form.exec(words) ?? [];
      return value === undefined ? [] : [[value, name] as const];
    }),
  );
}

function grouped<Each>(all: readonly (readonly [string, Each])[]): Map<string, Each[]> {
  const groups = new Map<string, Each[]>();
  for (const [key, each] of all) groups.set(key, [...(groups.get(key) ?? []), each]);
  return groups;
}

/** Whether only numbers tell the sides, which may as well count columns: rv_err1 and rv_err2. */
export function isNumbered([upper]: ErrorPair): boolean {
  return /1$/.test(upper);
}
