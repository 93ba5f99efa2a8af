import { expect, test } from "vitest";
import { allAnswered, Lazy, Turns } from "./async.ts";

test("turns come in the order asked for, and one that fails holds up none", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const slow = turns.take(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    done.push("slow");
  });
  const failing = turns.take(async () => {
    done.push("failing");
    throw new Error("no");
  });
  const quick = turns.take(async () => done.push("quick"));
  await expect(failing).rejects.toThrow("no");
  await Promise.all([slow, quick]);
  expect(done).toEqual(["slow", "failing", "quick"]);
  let ended = false;
  const late = turns.take(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    ended = true;
  });
  await turns.ended();
  expect(ended).toBe(true);
  await late;
});

test("what is lazy is made once, again after a failure, and anew after it was disposed of", async () => {
  let tries = 0;
  const lazy = new Lazy(async () => {
    tries++;
    if (tries === 1) throw new Error("not yet");
    return { tries };
  });
  expect(lazy.isWanted).toBe(false);
  await expect(lazy.get()).rejects.toThrow("not yet");
  expect(lazy.isWanted).toBe(false);
  const [first, second] = await Promise.all([lazy.get(), lazy.get()]);
  expect(first).toBe(second);
  const disposed: number[] = [];
  await lazy.dispose(async (made) => disposed.push(made.tries));
  await lazy.dispose(async (made) => disposed.push(made.tries));
  expect(disposed).toEqual([2]);
  expect((await lazy.get()).tries).toBe(3);
});

test("a failed answer is told only after the others have come", async () => {
  let came = false;
  const late = new Promise<number>((resolve) => {
    setTimeout(() => {
      came = true;
      resolve(1);
    }, 20);
  });
  await expect(allAnswered([Promise.reject(new Error("first")), late])).rejects.toThrow("first");
  expect(came).toBe(true);
});
