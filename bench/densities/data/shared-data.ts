/** @file Where the real tables lie: they are not part of the repository. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

export const DATA_FOLDER = process.env.ANYGIVEN_BENCH_DATA ?? "/work/shared/data";

/** The path of a file or folder of the data; undefined, with a line on stderr that says so, if it isn't there. */
export function sharedData(...parts: readonly string[]): string | undefined {
  const path = join(DATA_FOLDER, ...parts);
  if (existsSync(path)) return path;
  process.stderr.write(
    `skipped: ${path} is not there (set ANYGIVEN_BENCH_DATA to the folder that holds ${parts[0]})\n`,
  );
  return undefined;
}

/** As {@link sharedData}, of the published system's own files, which lie in the folder beside the data's. */
export function sharedReference(name: string): string | undefined {
  return besideData("reference", name);
}

/** As {@link sharedData}, of the judges, programs in Python, which lie in another folder beside the data's. */
export function sharedScorer(name: string): string | undefined {
  return besideData("scorers", name);
}

function besideData(folder: string, name: string): string | undefined {
  const path = join(dirname(DATA_FOLDER), folder, name);
  if (existsSync(path)) return path;
  process.stderr.write(`skipped: ${path} is not there (it belongs beside ${DATA_FOLDER})\n`);
  return undefined;
}
