/** @file The count of a step's floating-point operations against PyTorch's own counter. */
import { expect, test } from "vitest";
import { configOf } from "../../bench/ours/random-data.ts";
import { workOfRow } from "../../bench/suite/floating-point-work.ts";

/** Printed by `bench/peers/count_flops.py` (torch 2.15.0, torch.utils.flop_counter), operations of one row. */
const COUNTED = [
  { config: "stellar", given: 1, allPlaces: 31_677_440, firstPlace: 26_511_872 },
  { config: "stellar", given: 8, allPlaces: 110_478_848, firstPlace: 69_025_280 },
  { config: "stellar", given: 32, allPlaces: 384_083_456, firstPlace: 216_499_712 },
  { config: "stellar", given: 64, allPlaces: 757_147_136, firstPlace: 417_261_056 },
  { config: "california", given: 1, allPlaces: 347_776, firstPlace: 285_568 },
  { config: "california", given: 8, allPlaces: 1_439_104, firstPlace: 919_936 },
];

test.each(COUNTED)("$config with $given columns given", ({ config, given, allPlaces, firstPlace }) => {
  const { network } = configOf(config);
  expect(workOfRow(network, given, { lastLayer: "all places" })).toBe(allPlaces);
  expect(workOfRow(network, given)).toBe(firstPlace);
});
