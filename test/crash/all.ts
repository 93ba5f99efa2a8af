/** @file `npm run crash`: kills each command before and after each of its calls to the disk, and prints the table of docs/reliability.md. */
import "../../src/runtime/node/install.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { CRASH_FOLDER, callsOf, casesOf, fixturesIn, killedAt } from "./cases.ts";

const folder = mkdtempSync(CRASH_FOLDER);
const named = process.argv.slice(2);
for (const each of casesOf(fixturesIn(folder))) {
  if (named.length > 0 && !named.includes(each.name)) continue;
  const calls = callsOf(each, folder);
  const faults: string[] = [];
  for (let call = 1; call <= calls; call++)
    for (const when of ["before", "after"]) {
      const fault = await killedAt(each, folder, `${call} ${when}`);
      if (fault) faults.push(fault);
    }
  console.log(`| ${each.name} | ${calls} | ${2 * calls} | ${faults.length} |`);
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true });
