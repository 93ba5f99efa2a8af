/** @file Each command killed at one of its calls to the disk, in its middle; `npm run crash` does it at all of them. */
import "../../src/runtime/node/install.ts";
import { expect, test } from "vitest";
import { temporaryFolder } from "../cli.ts";
import { callsOf, casesOf, fixturesIn, killedAt } from "./cases.ts";

const folder = temporaryFolder("crash");

test.each(casesOf(fixturesIn(folder)))(
  "$name leaves the old state or the new one, and the next run clears up",
  async (each) => {
    const calls = callsOf(each, folder);
    expect(calls).toBeGreaterThan(3);
    expect(await killedAt(each, folder, `${Math.ceil(0.6 * calls)} after`)).toBeUndefined();
  },
  120_000,
);
