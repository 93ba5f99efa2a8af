/**
 * @file `npm run fuzz -- --minutes 10 [--seed 1] [--only csv,gz] [--case 17]`: mutants of all targets in turn, in a process that is watched.
 * One that hangs, or ends the process, is a finding, and the next process goes on behind it. Findings are kept in a folder,
 * which is named; the last line of each target counts. Ends with 1 where anything was found.
 */
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import "../../src/runtime/node/install.ts";
import { type Counts, tryMutants } from "./run.ts";
import type { StartedTarget } from "./target.ts";
import { TARGETS } from "./targets/all.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    case: { type: "string" },
    from: { type: "string", default: "{}" },
  },
});
const seed = Number(values.seed);
const names = values.only?.split(",");
const targets = TARGETS.filter(({ name }) => names === undefined || names.includes(name));
if (targets.length === 0) throw new Error(`there are ${TARGETS.map(({ name }) => name).join(", ")}`);

/** What the watched process says. */
type Said =
  | { readonly begins: string; readonly number: number }
  | { readonly found: string; readonly number: number; readonly said: string; readonly bytes: string }
  | { readonly done: Readonly<Record<string, Counts>> };

/** Mutants of a target one after another before it is the next one's turn. */
const TURN_MILLISECONDS = 4000;
/** A mutant that takes longer hangs: the longest limit of a target's own is 10 seconds. */
const HANG_MILLISECONDS = 60_000;
const MOST_MEMORY = 3 * 2 ** 30;

async function watched(): Promise<void> {
  const say = (said: Said) => process.send?.(said);
  const end = performance.now() + 60_000 * Number(values.minutes);
  const from = new Map(Object.entries(JSON.parse(values.from) as Record<string, number>));
  const folder = mkdtempSync(join(tmpdir(), "anygiven-fuzz-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const started = new Map<string, StartedTarget>();
  const counts: Record<string, Counts> = {};
  while (performance.now() < end) {
    for (const target of targets) {
      const { name } = target;
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      const ready = started.get(name) ?? (await target.start(own));
      started.set(name, ready);
      counts[name] ??= { tried: 0, read: 0, refused: 0 };
      const turnEnd = Math.min(end, performance.now() + TURN_MILLISECONDS);
      const next = await tryMutants(
        target,
        ready,
        { seed, from: from.get(name) ?? 0, counts: counts[name] },
        () => performance.now() < turnEnd,
        {
          onBegin: (number) => say({ begins: name, number }),
          onFinding: ({ number, said, bytes }) =>
            say({ found: name, number, said, bytes: Buffer.from(bytes).toString("base64") }),
        },
      );
      from.set(name, next);
      say({ done: counts });
      const { rss } = process.memoryUsage();
      if (rss > MOST_MEMORY)
        throw new Error(`${name}: the process has grown to ${Math.round(rss / 2 ** 20)} MiB`);
    }
  }
  for (const each of started.values()) await each.stop?.();
}

async function watch(): Promise<void> {
  const keep = mkdtempSync(join(tmpdir(), "anygiven-fuzz-found-"));
  const end = performance.now() + 60_000 * Number(values.minutes);
  const totals: Record<string, Counts & { found: number }> = {};
  const next: Record<string, number> = {};
  const found = (name: string, number: number, said: string) => {
    totals[name] ??= { tried: 0, read: 0, refused: 0, found: 0 };
    totals[name].found++;
    process.stderr.write(`${name} ${number} (seed ${seed}): ${said.slice(0, 1200)}\n\n`);
  };
  while (performance.now() < end) {
    const left = (end - performance.now()) / 60_000;
    const args = ["--minutes", String(left), "--seed", values.seed, "--from", JSON.stringify(next)];
    const child = fork(process.argv[1]!, [...args, ...(values.only ? ["--only", values.only] : [])], {
      env: { ...process.env, ANYGIVEN_FUZZED: "1" },
      execArgv: [...process.execArgv, "--max-old-space-size=3000"],
    });
    let at: { readonly name: string; readonly number: number } | undefined;
    let done: Readonly<Record<string, Counts>> = {};
    let isHung = false;
    const hangs = () => {
      isHung = true;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(hangs, 2 * HANG_MILLISECONDS);
    child.on("message", (said: Said) => {
      clearTimeout(timer);
      timer = setTimeout(hangs, HANG_MILLISECONDS);
      if ("begins" in said) {
        at = { name: said.begins, number: said.number };
        next[at.name] = at.number + 1;
      } else if ("done" in said) done = said.done;
      else {
        writeFileSync(join(keep, `${said.found}-${seed}-${said.number}`), Buffer.from(said.bytes, "base64"));
        found(said.found, said.number, said.said);
      }
    });
    const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
    clearTimeout(timer);
    for (const [name, { tried, read, refused }] of Object.entries(done)) {
      totals[name] ??= { tried: 0, read: 0, refused: 0, found: 0 };
      totals[name].tried += tried;
      totals[name].read += read;
      totals[name].refused += refused;
    }
    if (code === 0) break;
    if (at) found(at.name, at.number, isHung ? "it hangs" : `the process ended with code ${code}`);
    else throw new Error(`the process ended with code ${code} before the first mutant`);
  }
  process.stdout.write("target          tried    read  refused  found\n");
  for (const [name, { tried, read, refused, found: wrong }] of Object.entries(totals))
    process.stdout.write(
      `${name.padEnd(13)} ${[tried, read, refused, wrong].map((each) => String(each).padStart(7)).join(" ")}\n`,
    );
  const wrong = Object.values(totals).reduce((sum, { found: each }) => sum + each, 0);
  if (wrong > 0)
    process.stdout.write(
      `Kept in ${keep}; again: npm run fuzz -- --only NAME --seed ${seed} --case NUMBER\n`,
    );
  else rmSync(keep, { recursive: true });
  process.exitCode = wrong > 0 ? 1 : 0;
}

/** One mutant by itself, with all that is said. */
async function once(number: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "anygiven-fuzz-"));
  for (const target of targets) {
    const started = await target.start(folder);
    const counts = { tried: 0, read: 0, refused: 0 };
    await tryMutants(target, started, { seed, from: number, counts }, (tried) => tried < 1, {
      onFinding: ({ said, bytes }) => {
        writeFileSync(join(folder, "found"), bytes);
        process.stdout.write(`${target.name} ${number}: ${said}\n${join(folder, "found")}\n`);
      },
    });
    process.stdout.write(`${target.name} ${JSON.stringify(counts)}\n`);
    await started.stop?.();
  }
}

if (process.env.ANYGIVEN_FUZZED === "1") await watched().then(() => process.exit(0));
else if (values.case !== undefined) await once(Number(values.case));
else await watch();
