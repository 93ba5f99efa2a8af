/** @file Uniform numbers in SQL by hashing: seeded, where DuckDB's own depend on its threads. */

/** Between 0 and 1 for each row number i, as SQL. Streams below 64 are independent of one another. */
export function hashedUniform(stream: number, seed: number): string {
  return `((hash(i * 64 + ${stream}, ${seed}) >> 11)::DOUBLE + 0.5) / 9007199254740992`;
}
