/**
 * @file All benchmarks in one run, side by side with the PyTorch peers that are installed, as ratios.
 *
 *     npm run bench                       about 15 minutes, most of it the peers' stellar steps
 *     npm run bench -- --rounds 1         quicker and rougher
 *     npm run bench -- --only california
 *
 * Each round runs us and every peer in turn; a row's figure is the median over rounds of each run's median,
 * so that a machine that slows down or is shared hits all sides alike. Processes run one at a time.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./published.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, only: { type: "string" }, json: { type: "boolean" } },
});
const rounds = Number(values.rounds);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Row {
  readonly name: string;
  readonly ours: readonly string[];
  readonly peer: readonly string[];
  readonly unit: "ms" | "samples/s";
}

const step = (config: string, context: string, steps: string, peerSteps: string, padded?: string): Row => ({
  name: `training step, ${config}, context ${context}${padded ? ` (peer padded to ${padded})` : ""}`,
  ours: ["step.ts", "--config", config, "--context", context, "--steps", steps],
  peer: [
    "bench_step.py",
    "--config",
    config,
    "--context",
    context,
    "--steps",
    peerSteps,
    "--warmup",
    "1",
    ...(padded ? ["--padded-to", padded] : []),
  ],
  unit: "ms",
});
const sample = (config: string, samples: string, peerSamples: string): Row => ({
  name: `ancestral samples, ${config}, ${samples}`,
  ours: ["sample.ts", "--config", config, "--samples", samples, "--repeats", "3"],
  peer: ["bench_sample.py", "--config", config, "--samples", peerSamples, "--repeats", "1"],
  unit: "samples/s",
});
const ROWS: readonly Row[] = [
  step("california", "8", "200", "60"),
  step("california", "8", "200", "60", "9"),
  sample("california", "10000", "10000"),
  sample("california", "100000", "10000"),
  step("stellar", "32", "3", "1"),
  step("stellar", "32", "3", "1", "64"),
  step("stellar", "64", "3", "1"),
  // The peer needs minutes for 10,000; its speed does not depend on how many are drawn.
  sample("stellar", "2000", "500"),
];

const peers = [
  { name: "PyTorch (newest)", python: here("peers/venv/bin/python") },
  { name: "PyTorch (Debian)", python: "/usr/bin/python3" },
].filter(({ python }) => hasTorch(python));

function hasTorch(python: string): boolean {
  if (!existsSync(python)) return false;
  try {
    execFileSync(python, ["-c", "import torch, numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false; // this python has no torch: it is no peer, and the table's head says which are
  }
}

/** The figure of one run: milliseconds or samples per second. */
function measure(command: string, args: readonly string[], unit: Row["unit"]): number {
  const output = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const { medianMilliseconds, samplesPerSecond } = JSON.parse(output.trim().split("\n").at(-1)!);
  return unit === "ms" ? medianMilliseconds : samplesPerSecond;
}

const log = (text: string) => process.stderr.write(`${text}\n`);
log(`peers: ${peers.map(({ name }) => name).join(", ") || "none installed (see bench/peers/README.md)"}`);
const results = ROWS.filter(({ name }) => !values.only || name.includes(values.only)).map((row) => {
  const ours: number[] = [];
  const theirs: number[][] = peers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    ours.push(
      measure(here("../node_modules/.bin/tsx"), [here(row.ours[0]!), ...row.ours.slice(1)], row.unit),
    );
    peers.forEach(({ python }, i) => {
      theirs[i]!.push(measure(python, [here(`peers/${row.peer[0]}`), ...row.peer.slice(1)], row.unit));
    });
  }
  const our = median(ours);
  const ratio = (their: number) => (row.unit === "ms" ? their / our : our / their);
  const result = {
    name: row.name,
    unit: row.unit,
    anygiven: our,
    peers: peers.map(({ name }, i) => ({
      name,
      value: median(theirs[i]!),
      ratio: ratio(median(theirs[i]!)),
    })),
  };
  log(line(result));
  return result;
});

function line({
  name,
  unit,
  anygiven,
  peers: others,
}: {
  name: string;
  unit: string;
  anygiven: number;
  peers: { name: string; value: number; ratio: number }[];
}): string {
  const figure = (value: number) => value.toPrecision(4);
  const cells = others.map(({ value, ratio }) => `${figure(value)} | **${ratio.toFixed(1)}x**`);
  return `| ${name} [${unit}] | ${figure(anygiven)} | ${cells.join(" | ")} |`;
}

if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
else {
  const head = ["", "anygiven", ...peers.flatMap(({ name }) => [name, "ratio"])];
  const table = [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`, ...results.map(line)];
  process.stdout.write(`${table.join("\n")}\n`);
}
