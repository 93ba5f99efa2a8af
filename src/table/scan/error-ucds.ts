/**
 * @file Which column holds the measurement errors of which, by their ucds: "stat.error;phot.mag;em.opt.V" beside
 * "phot.mag;em.opt.V". (Source: IVOA's UCD1+ controlled vocabulary 1.6.)
 */

/** Words of errors: of one standard deviation, or not said. */
const ERROR_WORDS = ["stat.error", "stat.stdev"];
/** Which of several equal quantities is meant says nothing of what it is. */
const MAIN_WORD = "meta.main";

/**
 * The column of errors of each column of which ucds tell one: where one column alone has the ucd, and one alone that of its errors.
 */
export function errorsByUcds(
  known: readonly string[],
  ucds: Readonly<Record<string, string>>,
): Map<string, string> {
  const worded = known
    .filter((name) => Object.hasOwn(ucds, name))
    .map((name) => ({
      name,
      words: ucds[name]
        .toLowerCase()
        .split(";")
        .map((word) => word.trim()),
    }));
  const quantity = (words: readonly string[]) => words.filter((word) => word !== MAIN_WORD).join(";");
  const isError = (words: readonly string[]) => ERROR_WORDS.includes(words[0]);
  const found = new Map<string, string>();
  for (const { name, words } of worded) {
    if (isError(words)) continue;
    const own = quantity(words);
    const same = worded.filter((each) => !isError(each.words) && quantity(each.words) === own);
    const errors = worded.filter((each) => isError(each.words) && quantity(each.words.slice(1)) === own);
    if (same.length === 1 && errors.length === 1) found.set(name, errors[0].name);
  }
  return found;
}
