/**
 * @file A FITS table of a million rows, read by `readTable` and by Astropy: processor seconds and peak memory of each, in a
 * process of its own. Astropy's time is that of `Table.read` and of making a float64 array of each column.
 *
 *     ANYGIVEN_PYTHON=python3 npx tsx bench/fits.ts
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openTableWriter, readTable } from "../src/index.ts";

const ROWS = 1_000_000;
const BLOCK = 100_000;

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

const program = `
import sys, time, json, resource
import numpy as np
from astropy.table import Table
path, names = sys.argv[1], [n for n in sys.argv[2].split(",") if n]
start = time.process_time()
table = Table.read(path)
arrays = [np.asarray(table[n].filled(np.nan) if hasattr(table[n], "filled") else table[n], dtype="float64") for n in (names or table.colnames)]
print(json.dumps({"seconds": time.process_time() - start, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`;

async function write(path: string, columns: number): Promise<void> {
  const names = Array.from({ length: columns }, (_, i) => ({ name: `c${i}`, isWhole: i % 5 === 4 }));
  const writer = await openTableWriter(path, names);
  for (let from = 0; from < ROWS; from += BLOCK) {
    const pieces = names.map(({ name }, i) => {
      const cells = Float64Array.from({ length: BLOCK }, (_, row) =>
        i % 5 === 4 ? (from + row) % 1000 : Math.sin((from + row) * (i + 1)),
      );
      return [name, i % 5 === 3 ? Float32Array.from(cells) : cells] as const;
    });
    await writer.append(Object.fromEntries(pieces));
  }
  await writer.close();
}

async function readHere(path: string, names: readonly string[]): Promise<Measured> {
  const before = process.cpuUsage();
  await readTable(path, names.length > 0 ? { columns: names } : {});
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 };
}

function measured(command: string, args: readonly string[]): Measured {
  return JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as Measured;
}

const [, , mode, path = "", listed = ""] = process.argv;
if (mode === "read") console.log(JSON.stringify(await readHere(path, listed.split(",").filter(Boolean))));
else {
  const folder = mkdtempSync(join(tmpdir(), "fits-bench-"));
  try {
    for (const [columns, names] of [
      [10, ""],
      [20, "c0,c3,c4"],
    ] as const) {
      const file = join(folder, `${columns}.fits`);
      const before = process.cpuUsage();
      await write(file, columns);
      const { user, system } = process.cpuUsage(before);
      const here = measured("npx", ["tsx", fileURLToPath(import.meta.url), "read", file, names]);
      const theirs = measured(process.env.ANYGIVEN_PYTHON ?? "python3", ["-c", program, file, names]);
      const what = `${ROWS.toLocaleString("en")} rows, ${names === "" ? "all" : "3"} of ${columns} columns`;
      console.log(
        `${what}: ${told(here)}; Astropy ${told(theirs)}; written in ${((user + system) / 1e6).toFixed(1)} s`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function told({ seconds, megabytes }: Measured): string {
  return `${seconds.toFixed(2)} s (${(ROWS / seconds / 1000).toFixed(0)} thousand rows a second), peak ${megabytes.toFixed(0)} MB`;
}
