/**
 * @file Gaia's bulk files of spectra as a stream: rows and packed megabytes a second, processor seconds, memory. The file
 * is made up in the real layout, with correlations of the real lengths (1,485 for each spectrum), and some of its stars
 * are wanted. How much of a processor the main thread takes says how many files at once are of use.
 *
 *     npx tsx bench/spectra.ts [ROWS] [WANTED_EVERY]
 */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { generator } from "../src/numeric/generator.ts";
import { SPECTRUM_ROWS } from "../src/reduction/spectra.ts";
import { readWantedRows } from "../src/reduction/wanted-rows.ts";

const [rows = 10_000, wantedEvery = 300] = process.argv.slice(2).map(Number);
const random = generator(1, "spectra");
/** Numbers are drawn of these: to write each of 30 million anew takes longer than to pack them. */
const pool = (count: number, written: () => string) => Array.from({ length: count }, written);
const coefficients = pool(100_000, () =>
  (random.normal() * 10 ** (5 * random.uniform() - 2)).toPrecision(15),
);
const errors = pool(50_000, () => (0.5 + 8 * random.uniform()).toPrecision(6));
const correlations = pool(200_000, () => (2 * random.uniform() - 1).toPrecision(7));

const some = (from: readonly string[], count: number) =>
  `"[${Array.from({ length: count }, () => from[random.integer(from.length)]).join(",")}]"`;
const spectrum = (relevant: number) =>
  `900,55,955,3,1.0512,990.53,${some(coefficients, 55)},${some(errors, 55)},${some(correlations, 1485)},${relevant},0.1234`;
const NAMES = ["bp", "rp"].flatMap((name) =>
  [
    ...[
      "basis_function_id",
      "degrees_of_freedom",
      "n_parameters",
      "n_measurements",
      "n_rejected_measurements",
    ],
    ...[
      "standard_deviation",
      "chi_squared",
      "coefficients",
      "coefficient_errors",
      "coefficient_correlations",
    ],
    ...["n_relevant_bases", "relative_shrinking"],
  ].map((column) => `${name}_${column}`),
);

function* lines() {
  yield `# %ECSV 1.0\nsource_id,solution_id,${NAMES.join(",")}\n`;
  for (let row = 0; row < rows; row++)
    yield `${row},4545469030156206080,56,${spectrum(36)},57,${spectrum(38)}\n`;
}

const folder = mkdtempSync(join(tmpdir(), "spectra-bench-"));
try {
  const path = join(folder, "spectra.csv.gz");
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(path));
  const read = () =>
    readWantedRows(path, {
      ...SPECTRUM_ROWS,
      star: (id) => (Number(id) % wantedEvery === 0 ? Number(id) : undefined),
      take: (_, cells) => {
        const record = SPECTRUM_ROWS.record(cells);
        return typeof record === "string" ? record : undefined;
      },
    });
  await read();
  for (const atOnce of [1, 2, 4]) {
    const [began, processor, loop] = [
      performance.now(),
      process.cpuUsage(),
      performance.eventLoopUtilization(),
    ];
    const found = await Promise.all(Array.from({ length: atOnce }, read));
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(processor);
    const { active } = performance.eventLoopUtilization(loop);
    const bytes = found.reduce((sum, each) => sum + each.bytes, 0);
    console.log(
      `${atOnce} at once: ${Math.round((atOnce * rows) / seconds)} rows and ${(bytes / seconds / 1e6).toFixed(0)} MB (packed) a second; ` +
        `processor ${((user + system) / 1e6).toFixed(2)} s in ${seconds.toFixed(2)} s, main thread ${(active / 1000).toFixed(2)} s; ` +
        `${Math.round(bytes / atOnce / rows)} bytes a row, ${found[0].found} wanted, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB of memory`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
