/** @file True and false as people write them: yes and no, Y and N, T and F, 1 and 0, in any capitals. */

const TRUE_WORDS = ["true", "yes", "y", "t", "1"];
const FALSE_WORDS = ["false", "no", "n", "f", "0"];

/** The words without the digits, which are numbers unless a column holds truth values. */
export const TRUTH_WORDS: Readonly<Record<"true" | "false", readonly string[]>> = {
  true: TRUE_WORDS.filter((word) => word !== "1"),
  false: FALSE_WORDS.filter((word) => word !== "0"),
};

/** What a word says; undefined if it says neither. */
export function truthOf(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : undefined;
}

/** Of two categories that are yes and no in some writing, the one that a word in another writing means. */
export function sameTruth(categories: readonly string[], text: string): string | undefined {
  if (categories.length !== 2) return undefined;
  const truths = categories.map(truthOf);
  const wanted = truthOf(text);
  if (wanted === undefined || truths.includes(undefined) || truths[0] === truths[1]) return undefined;
  return categories[truths.indexOf(wanted)];
}
