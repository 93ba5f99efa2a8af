/** @file Running questions, all or one alone, and printing their table. */
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { ENOUGH_ROUNDS, type Options, readOptions, USAGE } from "./options.ts";
import { installedPeers, type Peer } from "./peers.ts";
import { resultTable } from "./result-table.ts";
import { failed, type Row } from "./rows.ts";

export interface Question {
  readonly name: string;
  readonly rows: (asked: Asked) => Promise<Row[]>;
}

/** What a question is answered with. */
export interface Asked extends Options {
  readonly peers: readonly Peer[];
}

/** Answers the questions one after the other and prints one table (or JSON) of all of them. */
export async function runQuestions(questions: readonly Question[]): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    process.stdout.write(USAGE);
    return;
  }
  const chosen = questions.filter(({ name }) => name.includes(options.only));
  if (chosen.length === 0) {
    throw new Error(
      `No question's name contains "${options.only}": there are ${questions.map(({ name }) => name).join(", ")}.`,
    );
  }
  // Exit instead of dying on the spot: what is being measured then ends as well.
  process.once("SIGTERM", () => process.exit(143));
  process.once("SIGINT", () => process.exit(130));
  const machine = machineNow();
  const found = await installedPeers(options.threads);
  const peers = options.quick ? found.filter(({ isJudge }) => isJudge) : found;
  const head = headLines(machine, peers, options);
  process.stderr.write(`${head.join("\n")}\n`);
  const rows: Row[] = [];
  for (const question of chosen) {
    process.stderr.write(`${question.name}\n`);
    rows.push(...(await answered(question, { ...options, peers })));
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, peers, options, rows }, undefined, 2)}\n`);
    return;
  }
  const names = peers.map(({ name }) => name);
  process.stdout.write(`${head.join("\n")}\n\n${resultTable(rows, names)}`);
}

/** A question that fails is a row that says so, and ends the program with 1: the other answers are not lost. */
async function answered(question: Question, asked: Asked): Promise<Row[]> {
  try {
    return await question.rows(asked);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
    return [failed(question.name, error instanceof Error ? error.message : String(error))];
  }
}

/** Answers a question alone if its file is the program that was started: `npx tsx bench/FILE.ts`. */
export async function runAlone(fileUrl: string, question: Question): Promise<void> {
  if (process.argv[1] === fileURLToPath(fileUrl)) await runQuestions([question]);
}

function machineNow() {
  const [processor] = cpus();
  return {
    processor: processor?.model ?? "unknown",
    cores: cpus().length,
    node: process.version,
    /** Runnable processes in the last minute: above 0 others were at work. */
    load: loadavg()[0],
  };
}

function headLines(
  { processor, cores, node, load }: ReturnType<typeof machineNow>,
  peers: readonly Peer[],
  { rounds, threads, seed, quick }: Options,
): string[] {
  const few = rounds < ENOUGH_ROUNDS ? ` (fewer than ${ENOUGH_ROUNDS}: provisional)` : "";
  return [
    `${processor}, ${cores} cores, load ${load.toFixed(1)} at the start; Node ${node}; ${threads} threads; seed ${seed}`,
    `medians of ${rounds} rounds${few}${quick ? ", quick: less of everything" : ""}, sides in turn, ratios those of a round`,
    ...(peers.length > 0
      ? peers.map(({ description }) => description)
      : ["no PyTorch is installed: `sh bench/peers/install.sh` (bench/peers/README.md)"]),
  ];
}
