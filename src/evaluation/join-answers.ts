/** @file Putting the answers of several chunks of questions together. */
import { concatenated } from "../numeric/struct-of-arrays.ts";
import type { CategoryAnswers } from "./category-answers.ts";
import type { NumberAnswers } from "./number-answers.ts";
import type { Losses } from "./scores.ts";

/** Every array, or each of a list of arrays, is joined end to end; all chunks are of one kind. */
export function joinAnswers<Answers extends NumberAnswers | CategoryAnswers | Losses>(
  chunks: readonly Answers[],
): Answers {
  const records = chunks.map(
    (chunk) => new Map<string, Float64Array | readonly Float64Array[]>(Object.entries(chunk)),
  );
  const joined = [...records[0].keys()].map((key) => {
    const parts = records.map((record) => record.get(key)!);
    return [key, isFlat(parts) ? concatenated(parts) : concatEach(parts as (readonly Float64Array[])[])];
  });
  return Object.fromEntries(joined) as Answers;
}

function isFlat(parts: readonly (Float64Array | readonly Float64Array[])[]): parts is Float64Array[] {
  return parts.every((part) => part instanceof Float64Array);
}

function concatEach(lists: readonly (readonly Float64Array[])[]): Float64Array[] {
  return lists[0].map((_, which) => concatenated(lists.map((list) => list[which])));
}
