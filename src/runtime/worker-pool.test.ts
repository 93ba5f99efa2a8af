/** @file The pool with threads that are made up: what starts when, and which part goes where. */
import { expect, test } from "vitest";
import {
  evenShares,
  type SharedQuestion,
  ThreadGroup,
  type ThreadStarter,
  WorkerPool,
} from "./worker-pool.ts";

/** Threads that answer with what they were asked and by which of them; a few starts may fail first. */
function madeUp({ failing = 0 } = {}) {
  const log = { started: 0, stopped: 0 };
  let failures = failing;
  const starter: ThreadStarter = {
    cores: 3,
    async start(_worker, setup) {
      if (failures-- > 0) throw new Error("no thread today");
      const own = log.started++;
      return {
        ask: async (question) => `${setup}${own}:${question}` as never,
        stop: async () => {
          log.stopped++;
        },
      };
    },
  };
  return { starter, log };
}

function poolOf(starter: ThreadStarter) {
  const log = { loads: 0, disposals: 0 };
  const pool = new WorkerPool<string, string>({
    starter,
    threads: starter.cores,
    worker: "made-up",
    setup: "w",
    worthThreads: 100,
    load: async () => {
      log.loads++;
      return {
        answer: async (question) => `own:${question}`,
        dispose: async () => {
          log.disposals++;
        },
      };
    },
  });
  return { pool, log };
}

const letters = (text: string, work: number): SharedQuestion<string, string> => ({
  work,
  cut: (count) => ({
    parts: evenShares(text.length, Math.min(count, text.length)).map(({ from, to }) => text.slice(from, to)),
    join: (answers) => answers.join(" "),
  }),
});

test("threads start with the first question that is worth them, and then answer small ones too", async () => {
  const { starter, log } = madeUp();
  const { pool, log: own } = poolOf(starter);
  expect(own.loads).toBe(0);
  expect(await pool.ask(letters("abcdef", 99))).toBe("own:abcdef");
  expect(log.started).toBe(0);
  expect(await pool.ask(letters("abcdef", 100))).toBe("w0:ab w1:cd w2:ef");
  expect(await pool.ask(letters("abcdef", 1))).toBe("w0:ab w1:cd w2:ef");
  expect(await pool.ask(letters("a", 1)), "one part alone").toBe("own:a");
  expect(log.started).toBe(3);
  await pool.dispose();
  expect([log.stopped, own.loads, own.disposals]).toEqual([3, 1, 1]);
});

test("if a thread can't start none is left running, and the next question tries again", async () => {
  const { starter, log } = madeUp({ failing: 1 });
  const { pool } = poolOf(starter);
  await expect(pool.ask(letters("abcdef", 100))).rejects.toThrow("no thread today");
  expect(log).toEqual({ started: 2, stopped: 2 });
  expect(await pool.ask(letters("abcdef", 100))).toBe("w2:ab w3:cd w4:ef");
  await pool.dispose();
  expect(log).toEqual({ started: 5, stopped: 5 });
});

test("questions asked at the same time are answered one after the other", async () => {
  let running = 0;
  let most = 0;
  const pool = new WorkerPool<number, number>({
    starter: madeUp().starter,
    threads: 1,
    worker: "made-up",
    setup: "",
    worthThreads: 0,
    load: async () => ({
      async answer(question) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return question;
      },
      dispose: async () => {},
    }),
  });
  const ask = (n: number) => pool.ask({ work: 1, cut: () => ({ parts: [n], join: ([answer]) => answer }) });
  expect(await Promise.all([1, 2, 3].map(ask))).toEqual([1, 2, 3]);
  expect(most).toBe(1);
});

test("in a group each thread has a setup of its own, and question i goes to thread i", async () => {
  const { starter } = madeUp();
  const group = await new ThreadGroup<string, string>(starter, "made-up", ["x", "y"]).ready();
  expect(await group.ask(["a", "b"])).toEqual(["x0:a", "y1:b"]);
  await group.stop();
});

test("shares cover all rows", () => {
  expect(evenShares(7, 3)).toEqual([
    { from: 0, to: 2 },
    { from: 2, to: 4 },
    { from: 4, to: 7 },
  ]);
});
