/** @file The options of a training run: refused where they are not used or can't be so, and their page is true. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { settingsPage } from "../scripts/settings-page.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { checkOptions, settingsOf, storedSettings } from "../src/training/presets.ts";

test("docs/settings.md is what the tables say (npx tsx scripts/settings-page.ts writes it)", () => {
  const page = readFileSync(fileURLToPath(new URL("../docs/settings.md", import.meta.url)), "utf8");
  expect(page).toBe(settingsPage());
});

test("an option that the preset does not use is refused with the presets that use it", () => {
  expect(() => settingsOf("default", { steps: 5 })).toThrow(
    'The preset "default" does not use `steps`, which only the presets "paper" and "paper-stellar" have: leave it out, or choose another `preset`.',
  );
  expect(() => settingsOf("paper", { fewGiven: 0.1 })).toThrow(
    'The preset "paper" does not use `fewGiven`, which only the preset "default" has',
  );
  // @ts-expect-error The types refuse it, too.
  const options: TrainOptions = { preset: "paper", draws: 2 };
  expect(() => checkOptions(options, "paper")).toThrow("does not use `draws`");
});

test("a setting of another head is refused, and is none of the settings", () => {
  expect(() => settingsOf("default", { draws: 2 })).toThrow(
    '`draws` belongs to the head "diffusion": choose that `head` too, or leave it out.',
  );
  expect(() => settingsOf("default", { head: "diffusion", freeNormals: 2 })).toThrow('the head "mixture"');
  expect(settingsOf("default", {})).not.toHaveProperty("draws");
  expect(settingsOf("default", { head: "diffusion" })).toMatchObject({ draws: 4 });
  expect(settingsOf("default", { head: "diffusion" })).not.toHaveProperty("freeNormals");
});

test.each([
  [{ batchSize: "64" }, '`batchSize` is "64"; it must be a whole number of at least 1.'],
  [{ batchSize: 1.5 }, "`batchSize` is 1.5; it must be a whole number of at least 1."],
  [{ seconds: Infinity }, "`seconds` is Infinity; it must be a number at least 0."],
  [{ contextRange: [3, 1] }, "`contextRange` is 3,1; it must be two whole numbers of at least 0"],
  [{ keepBest: 1 }, "`keepBest` is 1; it must be true or false."],
  [{ transform: "log" }, '`transform` is "log"; it must be one of auto, none, asinh, quantiles.'],
  [{ outputs: "a" }, '`outputs` is "a"; it must be a list of names.'],
  [{ batchsize: 64 }, 'There is no option "batchsize"; did you mean "batchSize"?'],
])("%o is refused by name", (options, said) => {
  expect(() => checkOptions(options)).toThrow(said);
  try {
    checkOptions(options);
  } catch (error) {
    expect(error).toMatchObject({ name: "InputError", option: Object.keys(options)[0] });
  }
});

test("settings of older models are read: other names, and values that their preset does not use", () => {
  const old = { architecture: "published", epochs: 7, draws: 1, fewGiven: 0, atoms: false, errors: "ignore" };
  expect(storedSettings("paper", old)).toEqual(settingsOf("paper", { epochs: 7 }));
  const chosen = { pointMasses: false, measurementErrors: "ignore" } as const;
  // They had no other head, no bounds, no intervals, no summary, no counted shares and no recalibration, and did not say so.
  const [head, bounds] = ["diffusion", "none"] as const;
  const none = { intervals: 0, summary: false, counted: false, recalibrate: false };
  expect(storedSettings("default", old)).toEqual(
    settingsOf("default", { ...chosen, head, bounds, ...none, epochs: 7, draws: 1 }),
  );
});
