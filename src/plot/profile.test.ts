/** @file A profile is the answers to single questions, one for each value of the column that runs. */
import { beforeAll, describe, expect, test } from "vitest";
import { folderToAsk } from "../files/model-files.ts";
import { Model } from "../model/model.ts";
import { profileOf } from "./profile.ts";

let model: Model;
beforeAll(async () => {
  model = await Model.load(folderToAsk("survey"));
  return () => model.dispose();
});

describe("a number over a number", () => {
  test("has the quantiles of each answer, with what is given besides", async () => {
    const given = { m_h: { value: -0.2, error: 0.1 } };
    const { values, answers } = await profileOf(model, {
      of: "logg",
      over: "teff",
      given,
      range: [4000, 6000],
    });
    expect([values[0], values[values.length - 1]]).toEqual([4000, 6000]);
    if (answers.kind !== "bands") throw new Error("not bands");
    for (const row of [0, 33, 80]) {
      const single = await model.density({ of: "logg", given: { ...given, teff: values[row] } });
      if (single.kind !== "number") throw new Error("not a number");
      const found = [answers.outer[0], answers.inner[0], answers.median, answers.inner[1], answers.outer[1]];
      for (const [i, share] of [0.025, 0.16, 0.5, 0.84, 0.975].entries())
        expect(found[i][row]).toBeCloseTo(single.quantile(share), 4);
    }
  });

  test("runs over nearly all of the column's distribution, also evenly in the logarithm", async () => {
    const { values } = await profileOf(model, {
      of: "logg",
      over: "parallax",
      spacing: "logarithmic",
      range: [0.1, 10],
    });
    expect(values[40]).toBeCloseTo(1, 10);
    const all = await profileOf(model, { of: "logg", over: "teff" });
    const own = await model.density({ of: "teff" });
    if (own.kind !== "number") throw new Error("not a number");
    expect(own.cdf(all.values[0])).toBeCloseTo(0.005, 4);
    expect(own.cdf(all.values[80])).toBeCloseTo(0.995, 4);
  });
});

test("what can't be asked is told", async () => {
  await expect(profileOf(model, { of: "logg", over: "logg" })).rejects.toThrow("runs itself");
  await expect(profileOf(model, { of: "logg", over: "teff", given: { logg: 4 } })).rejects.toThrow(
    "is asked",
  );
  await expect(profileOf(model, { of: "logg", over: "tef" })).rejects.toThrow('did you mean "teff"');
});
