/** @file Printing results as Markdown tables. */

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Mean and sample standard deviation, as "2.90 +- 0.12"; of a single value, that value. */
export function meanAndSd(values: readonly number[], digits: number): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return mean.toFixed(digits);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(digits)} +- ${Math.sqrt(squares / (values.length - 1)).toFixed(digits)}`;
}

/** The value that a share `p` of the values does not exceed, between neighbours linearly; NaN of none. */
export function quantileOf(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const index = p * (sorted.length - 1);
  const low = sorted[Math.floor(index)] ?? Number.NaN;
  const high = sorted[Math.ceil(index)] ?? Number.NaN;
  return low + (index - Math.floor(index)) * (high - low);
}
