/**
 * @file Joint samples as a chain that GetDist reads: NAME.txt with weights, minus log densities and values, NAME.paramnames, NAME.ranges.
 * (Source of the layout: GetDist 1.7, "Samples file format"; Lewis 2019, arXiv:1910.13970.)
 */
import { Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { columnNamed } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import type { Samples } from "../model/model.ts";
import type { ModelConfig } from "../networks/model-config.ts";

export function chainOption() {
  return new Option(
    "--as <form>",
    "with --joint --out NAME.txt: a chain of one question, which GetDist reads (chain); NAME.paramnames and NAME.ranges are written beside it",
  ).choices(["chain"] as const);
}

/** @throws InputError where a chain is asked for and cannot be made. */
export function checkChain(
  config: ModelConfig,
  of: readonly string[],
  {
    joint,
    out,
    isTable,
  }: { readonly joint?: true | undefined; readonly out?: string | undefined; readonly isTable: boolean },
): void {
  if (isTable)
    throw new InputError("--as chain is for one question or one --row: a chain is of one posterior.");
  if (!joint) throw new InputError("--as chain is for samples that are drawn together: add --joint.");
  if (out === undefined || !out.toLowerCase().endsWith(".txt"))
    throw new InputError("--as chain writes NAME.txt: name a file that ends in .txt with --out.");
  const named = of.find((name) => kindOf(columnNamed(config, name).encoding).isCategorical);
  if (named !== undefined)
    throw new InputError(
      `"${named}" has names, and a chain of GetDist has numbers: leave out --as, or that column.`,
    );
}

/** Writes the samples with equal weights. @param out NAME.txt */
export async function writeChain(
  config: ModelConfig,
  out: string,
  { samples, logPdf }: Samples,
): Promise<void> {
  const names = Object.keys(samples);
  const columns = names.map((name) => columnNamed(config, name));
  const root = out.slice(0, -".txt".length);
  const parameters = columns.map(({ name, unit }) => `${parameterOf(name)}\t${labelOf(name, unit)}\n`);
  const ranges = columns.flatMap(({ name, encoding: { bounds } }) =>
    bounds ? [`${parameterOf(name)}\t${bounds.map((end) => end ?? "N").join("\t")}\n`] : [],
  );
  await writeFileAtomic(
    out,
    linesOf(
      names.map((name) => samples[name]),
      logPdf,
    ),
  );
  await writeFileAtomic(`${root}.paramnames`, parameters.join(""));
  await writeFileAtomic(`${root}.ranges`, ranges.join(""));
}

/** Lines that are put together at once. */
const LINES = 10_000;

function linesOf(values: readonly ArrayLike<number>[], logPdf: ArrayLike<number> | undefined): Buffer[] {
  const count = values[0].length;
  return Array.from({ length: Math.ceil(count / LINES) }, (_, piece) => {
    const rows = Array.from(
      { length: Math.min(LINES, count - piece * LINES) },
      (_row, i) => piece * LINES + i,
    );
    const lines = rows.map((row) => [1, -(logPdf?.[row] ?? 0), ...values.map((each) => each[row])].join(" "));
    return Buffer.from(`${lines.join("\n")}\n`);
  });
}

/** GetDist parts names by blanks, and takes * and ? for signs of its own. */
function parameterOf(name: string): string {
  return name.replace(/[\s*?]+/g, "_");
}

/** In LaTeX: the name upright, its unit in brackets. */
function labelOf(name: string, unit: string | undefined): string {
  const upright = (text: string) =>
    `\\mathrm{${text.replace(/[\\{}$&#^_%~]/g, (sign) => (sign === "\\" ? "/" : `\\${sign}`)).replace(/ /g, "\\ ")}}`;
  return unit === undefined ? upright(name) : `${upright(name)}\\ [${upright(unit)}]`;
}
