import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { workAhead } from "./answered-batches.ts";

/** Items 0, 1, 2 ..., and what happened in which order. */
function observed(count: number, failAt = Number.NaN) {
  const events: string[] = [];
  async function* items() {
    try {
      for (let i = 0; i < count; i++) yield i;
    } finally {
      events.push("items ended");
    }
  }
  const work = async (item: number) => {
    events.push(`begin ${item}`);
    await wait(5);
    if (item === failAt) throw new Error("it fell");
    events.push(`end ${item}`);
    return 10 * item;
  };
  return { events, made: workAhead(items(), work) };
}

describe("work ahead", () => {
  test("comes in order, each piece begun when the one before is handed over", async () => {
    const { events, made } = observed(3);
    for await (const each of made) {
      events.push(`use ${each}`);
      await wait(20);
      events.push(`used ${each}`);
    }
    expect(events).toEqual([
      ...["begin 0", "end 0", "begin 1", "use 0", "end 1", "used 0"],
      ...["begin 2", "use 10", "end 2", "used 10", "items ended", "use 20", "used 20"],
    ]);
  });

  test("that falls is told when its turn comes, and ends the items", async () => {
    const { events, made } = observed(3, 1);
    const used: number[] = [];
    const using = (async () => {
      for await (const each of made) {
        await wait(20); // long after it fell
        used.push(each);
      }
    })();
    await expect(using).rejects.toThrow("it fell");
    expect(used).toEqual([0]);
    expect(events.at(-1)).toBe("items ended");
  });

  test("in hand is waited for when the receiver stops early", async () => {
    const { events, made } = observed(9);
    for await (const each of made) {
      expect(each).toBe(0);
      break;
    }
    expect(events).toEqual(["begin 0", "end 0", "begin 1", "end 1", "items ended"]);
  });
});
