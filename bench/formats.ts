/**
 * @file One table in each format that is written here, read by `readTable` and by Astropy (HDF5: h5py): processor seconds and
 * peak memory, each in a process of its own. Astropy's time is that of `Table.read` and of making a float64 array of each column.
 *
 *     ANYGIVEN_PYTHON=python3 npx tsx bench/formats.ts [rows, default 1000000] [formats: fits,vot,hdf5,parquet,csv]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openTableWriter, readTable } from "../src/index.ts";

const BLOCK = 100_000;
const COLUMNS = 10;

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

/** How Astropy calls each format. */
const FORMATS = { fits: "fits", vot: "votable", hdf5: "", parquet: "parquet", csv: "ascii.csv" } as const;
type Format = keyof typeof FORMATS;

const program = `
import sys, time, json, resource
import numpy as np
import astropy.table, h5py
path, how, names = sys.argv[1], sys.argv[2], [n for n in sys.argv[3].split(",") if n]
start = time.process_time()
if how == "":
    with h5py.File(path) as file:
        arrays = [np.asarray(file[n][()], dtype="float64") for n in (names or file)]
else:
    table = astropy.table.Table.read(path, format=how)
    arrays = [np.ma.filled(np.ma.asarray(table[n]).astype("float64"), np.nan) for n in (names or table.colnames)]
print(json.dumps({"seconds": time.process_time() - start, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`;

async function write(path: string, rows: number): Promise<void> {
  const names = Array.from({ length: COLUMNS }, (_, i) => ({ name: `c${i}`, isWhole: i % 5 === 4 }));
  const writer = await openTableWriter(path, names);
  for (let from = 0; from < rows; from += BLOCK) {
    const length = Math.min(BLOCK, rows - from);
    const pieces = names.map(({ name }, i) => {
      const cells = Float64Array.from({ length }, (_, row) =>
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
  return { seconds: secondsSince(before), megabytes: process.resourceUsage().maxRSS / 1024 };
}

function secondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function measured(command: string, args: readonly string[]): Measured {
  return JSON.parse(execFileSync(command, args, { encoding: "utf8" })) as Measured;
}

async function compare(format: Format, rows: number, folder: string): Promise<void> {
  const file = join(folder, `table.${format}`);
  const before = process.cpuUsage();
  await write(file, rows);
  const written = secondsSince(before);
  for (const names of ["", "c0,c3,c4"]) {
    const here = measured("npx", ["tsx", fileURLToPath(import.meta.url), "read", file, names]);
    const python = process.env.ANYGIVEN_PYTHON ?? "python3";
    const theirs = measured(python, ["-c", program, file, FORMATS[format], names]);
    const what = `${format}, ${rows.toLocaleString("en")} rows, ${names === "" ? "all" : "3"} of ${COLUMNS} columns`;
    console.log(
      `${what}: ${told(here, rows)}; theirs ${told(theirs, rows)}; written in ${written.toFixed(1)} s`,
    );
  }
}

function told({ seconds, megabytes }: Measured, rows: number): string {
  return `${seconds.toFixed(2)} s (${(rows / seconds / 1000).toFixed(0)} thousand rows a second), peak ${megabytes.toFixed(0)} MB`;
}

const [, , first = "1000000", second = Object.keys(FORMATS).join(","), listed = ""] = process.argv;
if (first === "read") console.log(JSON.stringify(await readHere(second, listed.split(",").filter(Boolean))));
else {
  const folder = mkdtempSync(join(tmpdir(), "formats-bench-"));
  try {
    for (const format of second.split(",")) await compare(format as Format, Number(first), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
