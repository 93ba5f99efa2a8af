/** @file The table of the benchmarks: ratios of the same round, which way is better, who judges. */
import { expect, test } from "vitest";
import { median } from "../../bench/suite/median.ts";
import type { Peer } from "../../bench/suite/peers.ts";
import { resultTable } from "../../bench/suite/result-table.ts";
import { pairedRatio } from "../../bench/suite/rounds.ts";
import { atMost, comparison, failed, skipped } from "../../bench/suite/rows.ts";

const newest: Peer = { name: "PyTorch 2", python: "", description: "", isJudge: true };
const older: Peer = { name: "PyTorch 1", python: "", description: "", isJudge: false };

test("the median of an odd and an even number of values", () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([4, 1, 100, 2])).toBe(3);
});

test("a ratio is that of sides in the same round: one slow round of both sides changes nothing", () => {
  expect(pairedRatio([20, 200, 20], [10, 100, 10])).toBe(2);
  // Round by round 1, 4 and 5, where the ratio of the medians would be 2.
  expect(pairedRatio([10, 80, 20], [10, 20, 4])).toBe(4);
  expect(() => pairedRatio([1, 2], [1])).toThrow("2 rounds against 1");
});

test("less is better of times, more of rates", () => {
  const row = (better: "less" | "more") =>
    comparison({ name: "a", unit: "", better, ours: [2], peers: [{ peer: newest, rounds: [10] }] });
  expect(row("less").peers[0].ratio).toBe(5);
  expect(row("more").peers[0].ratio).toBe(0.2);
});

test("the newest PyTorch alone decides whether a target is met", () => {
  const against = (peers: readonly { peer: Peer; rounds: number[] }[]) =>
    comparison({ name: "a", unit: "ms", better: "less", ours: [1], peers, atLeast: 6 }).target!.met;
  const [fast, slow] = [[5], [7]];
  expect(
    against([
      { peer: newest, rounds: slow },
      { peer: older, rounds: fast },
    ]),
  ).toBe(true);
  expect(
    against([
      { peer: newest, rounds: fast },
      { peer: older, rounds: slow },
    ]),
  ).toBe(false);
  expect(against([{ peer: older, rounds: slow }])).toBeUndefined();
  expect(against([])).toBeUndefined();
});

test("a limit is met up to the limit", () => {
  expect(atMost("a", "s", [0.6, 0.7, 0.8], 0.7).target!.met).toBe(true);
  expect(atMost("a", "s", [0.6, 0.71, 0.8], 0.7).target!.met).toBe(false);
});

test("the table has a line for each row and a note for what could not be measured", () => {
  const table = resultTable(
    [
      comparison({
        name: "steps",
        unit: "ms",
        better: "less",
        ours: [2],
        peers: [{ peer: newest, rounds: [10] }],
        atLeast: 6,
        note: "as padded",
      }),
      atMost("start", "s", [0.5], 0.7),
      comparison({ name: "alone", unit: "/s", better: "more", ours: [1234], peers: [], atLeast: 8 }),
      skipped("quality", "no table"),
      failed("samples", "no number"),
    ],
    ["PyTorch 2"],
  );
  expect(table.split("\n")).toEqual([
    "             anygiven  PyTorch 2  ratio      target",
    "steps [1]     2.00 ms       10.0  5.00x       >= 6x      MISSED",
    "start         0.500 s                    <= 0.700 s         met",
    "alone        1,234 /s                         >= 8x  not judged",
    "quality [2]         -",
    "samples [3]         -",
    "",
    "[1] as padded",
    "[2] skipped: no table",
    "[3] FAILED: no number",
    "",
  ]);
});
