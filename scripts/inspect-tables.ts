/**
 * @file What `inspect` says of many tables, one line a column, for docs/lab-notebook.md: `npx tsx scripts/inspect-tables.ts
 * FILE.csv ...`. Where the tables came from stands there.
 */
import "../src/runtime/node/install.ts";
import { inspectionText } from "../src/columns/inspection/words.ts";
import { inspect } from "../src/training/inspect.ts";

async function tell(files: string): Promise<void> {
  try {
    const { inspection, notices } = await inspect({ files });
    console.log([inspectionText(inspection), ...notices].join("\n"));
  } catch (error) {
    console.log(`${files}: ${error instanceof Error ? error.message : error}`);
  }
}

async function all(): Promise<void> {
  for (const file of process.argv.slice(2)) await tell(file);
}

void all();
