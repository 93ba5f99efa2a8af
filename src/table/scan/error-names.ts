/**
 * @file Which column holds the measurement errors of which, by their names: NAME_err, NAME_error, e_NAME, and as surveys write
 * it: TEFF_ERR, mag_err_u_lsst, modelMagErr_u, MAGERR_AUTO, gMeanPSFMagErr, sigma_teff, teff_unc.
 */

/** The rules that may be replaced, `*` for the column's name. */
export const defaultErrorNames: readonly string[] = ["*_error", "*_err", "e_*"];

/** A word of an error's name that its column's name lacks. Not "error", which counts things elsewhere: request_error_count. */
const ERROR_WORD = "err";
/** Words that stand before or behind the whole name only. */
const FIRST_WORDS = ["e", "sigma"];
const LAST_WORDS = ["error", "sigma", "unc", "uncertainty"];

/**
 * The errors of a column among names, the plainest first: those of the rules, or where there is none, those by the
 * words of the names, upper and lower case alike.
 */
export function errorColumnsOf(
  name: string,
  known: ReadonlySet<string>,
  rules: readonly string[] | undefined,
): string[] {
  const byRule = (rules ?? defaultErrorNames)
    .map((rule) => rule.replace("*", () => name))
    .filter((error) => error !== name && known.has(error));
  if (byRule.length > 0 || rules !== undefined) return byRule;
  const own = wordsOf(name).join(" ");
  const byWords = [...known].filter(
    (error) => error !== name && valueNames(wordsOf(error)).some((words) => words === own),
  );
  // Several say nothing: these are columns as others.
  return byWords.length === 1 ? byWords : [];
}

/** "modelMagErr_u" to ["model", "mag", "err", "u"]. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[\s_.-]+/)
    .filter((word) => word !== "");
}

/** What a column may be called of which one with these words holds the errors. */
function valueNames(words: readonly string[]): string[] {
  const without = (at: number, ...instead: string[]) => words.toSpliced(at, 1, ...instead).join(" ");
  const names = words.flatMap((word, at) => {
    if (at === 0) return [];
    if (word === ERROR_WORD) return [without(at)];
    return word.length > ERROR_WORD.length && word.endsWith(ERROR_WORD)
      ? [without(at, word.slice(0, -ERROR_WORD.length))]
      : [];
  });
  const [first, last] = [words[0], words.at(-1) ?? ""];
  if (words.length > 1) {
    if (LAST_WORDS.includes(last)) names.push(words.slice(0, -1).join(" "));
    if (FIRST_WORDS.includes(first)) names.push(words.slice(1).join(" "));
  }
  // MAGERR_AUTO: the first word as well, where it is not the error alone.
  if (first.length > ERROR_WORD.length && first.endsWith(ERROR_WORD))
    names.push(without(0, first.slice(0, -ERROR_WORD.length)));
  return names;
}
