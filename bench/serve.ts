/**
 * @file Questions a second over HTTP: `npx tsx bench/serve.ts [MODEL] [--seconds 60] [--connections 64] [--curve]`. The server is
 * the command in a process of its own; the questions come from this one, so both share the cores. Every answer is held against the library's.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { load } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "60" },
    connections: { type: "string", default: "64" },
    curve: { type: "boolean", default: false },
  },
});
const [folder = "survey"] = positionals;
const [seconds, connections] = [Number(values.seconds), Number(values.connections)];
/** An answer moves by rounding with those that it is worked out with; more than this share of its spread is wrong. */
const TOLERANCE = 1e-4;
/** So many different questions. */
const QUESTIONS = 500;

interface Asked {
  readonly body: string;
  readonly median: number;
  readonly std: number;
}

/** Questions about the first column that the model answers for, given two others, with values drawn from the model. */
async function questions(): Promise<{ readonly of: string; readonly asked: Asked[] }> {
  const model = await load(folder);
  try {
    const numbers = model.config.columns.filter(({ encoding }) => encoding.kind === "number");
    const [of, ...given] = numbers.map(({ name }) => name);
    if (of === undefined || given.length < 2)
      throw new Error(`${folder} has fewer than three columns of numbers`);
    const names = given.slice(0, 2);
    const { samples } = await model.sample({ of: names, joint: true, size: QUESTIONS, seed: 7 });
    const asked: Asked[] = [];
    for (let i = 0; i < QUESTIONS; i++) {
      const question = { of, given: Object.fromEntries(names.map((name) => [name, samples[name][i]])) };
      const answer = await model.density(question);
      if (answer.kind !== "number") throw new Error(`${of} is no number`);
      const body = JSON.stringify({ ...question, curve: values.curve });
      asked.push({ body, median: answer.median(), std: answer.std() });
    }
    return { of, asked };
  } finally {
    await model.dispose();
  }
}

async function startedServer(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const args = ["dist/cli.js", "serve", folder, "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  const url = await new Promise<string>((resolve, reject) => {
    child.on("exit", () => reject(new Error("the server ended: run npm run build first")));
    child.stdout.on("data", (text: Buffer) => {
      const found = /at (http:\S+) /.exec(String(text))?.[1];
      if (found) resolve(found);
    });
  });
  return { url, child };
}

const memory = (child: ChildProcess) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024;

function post(
  url: string,
  body: string,
  agent: Agent,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(url, { method: "POST", agent, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }),
      );
    });
    sent.on("error", reject).end(body);
  });
}

const { of, asked } = await questions();
const { url, child } = await startedServer();
const name = new URL(`${url}/models`);
const [{ name: model }] = (await (await fetch(name)).json()).models;
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const milliseconds: number[] = [];
let [wrong, refused] = [0, 0];

async function askUntil(end: number, connection: number, isCounted: boolean): Promise<void> {
  const random = generator(connection, "load");
  while (performance.now() < end) {
    const question = asked[random.integer(asked.length)];
    const began = performance.now();
    const { status, text } = await post(`${url}/models/${model}/density`, question.body, agent);
    if (!isCounted) continue;
    milliseconds.push(performance.now() - began);
    if (status !== 200) {
      refused++;
      continue;
    }
    const answer = JSON.parse(text).of[of];
    const away = Math.max(Math.abs(answer.median - question.median), Math.abs(answer.std - question.std));
    if (!(away <= TOLERANCE * question.std)) wrong++;
  }
}

async function underLoad(duration: number, isCounted: boolean): Promise<void> {
  const end = performance.now() + 1000 * duration;
  await Promise.all(Array.from({ length: connections }, (_, i) => askUntil(end, i, isCounted)));
}

try {
  await underLoad(Math.min(3, seconds), false);
  const before = memory(child);
  const began = performance.now();
  await underLoad(seconds, true);
  const took = (performance.now() - began) / 1000;
  const after = memory(child);
  const sorted = milliseconds.sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const runs = await (await fetch(`${url}/metrics`)).text();
  const [questionsOfRuns, countOfRuns] = ["sum", "count"].map((what) =>
    Number(new RegExp(`run_questions_${what} (\\d+)`).exec(runs)?.[1]),
  );
  console.log(
    `${connections} connections, ${took.toFixed(1)} s, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`,
  );
  console.log(
    `${(milliseconds.length / took).toFixed(0)} answers a second; p50 ${quantile(0.5).toFixed(1)} ms, p99 ${quantile(0.99).toFixed(1)} ms`,
  );
  console.log(`memory ${before.toFixed(0)} MiB after warming up, ${after.toFixed(0)} MiB at the end`);
  console.log(
    `${wrong} wrong, ${refused} refused, of ${milliseconds.length}; ${(questionsOfRuns / countOfRuns).toFixed(1)} questions a run`,
  );
} finally {
  agent.destroy();
  child.kill("SIGTERM");
}
