/** @file A histogram of samples in the terminal, drawn with block characters. */
import { figure } from "./output.ts";

const EIGHTHS = " ▁▂▃▄▅▆▇█";

/**
 * Columns of equal width over the central 99 % of the samples, the axis below.
 * @param columns characters across; @param rows lines high.
 */
export function histogram(samples: Float64Array, { columns = 64, rows = 6 } = {}): string {
  const sorted = samples.slice().sort();
  const last = sorted.length - 1;
  const low = sorted[Math.floor(0.005 * last)]!;
  const high = sorted[Math.ceil(0.995 * last)]!;
  if (!(high > low)) return `all samples are ${figure(low)}`;
  const counts = new Float64Array(columns);
  for (const sample of sorted) {
    if (sample >= low && sample <= high)
      counts[Math.min(columns - 1, Math.floor(((sample - low) / (high - low)) * columns))]! += 1;
  }
  const most = Math.max(...counts);
  const lines = Array.from({ length: rows }, (_, line) => {
    const floor = rows - 1 - line;
    return Array.from(counts, (count) => {
      const eighths = Math.round((count / most) * rows * 8) - floor * 8;
      return EIGHTHS[Math.max(0, Math.min(8, eighths))];
    })
      .join("")
      .trimEnd();
  });
  const [left, middle, right] = [low, (low + high) / 2, high].map((value) =>
    String(Number(value.toPrecision(4))),
  );
  const gap = columns - left!.length - middle!.length - right!.length;
  const before = Math.max(1, Math.floor(columns / 2 - left!.length - middle!.length / 2));
  const axis = left! + " ".repeat(before) + middle! + " ".repeat(Math.max(1, gap - before)) + right!;
  return [...lines, "─".repeat(columns), axis].map((line) => `  ${line}`).join("\n");
}
