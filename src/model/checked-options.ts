/** @file The options of a model from a caller without types. */
import { CELLS, checkFields, FINITE, listOf, objectWith, oneOf, WHOLE } from "../base/checked.ts";
import { DEVICES } from "../runtime/device-names.ts";

const FLOW = objectWith({
  optional: {
    steps: WHOLE,
    solver: oneOf(["multistep", "heun", "euler"]),
    thirdOrder: FINITE,
    stages: listOf(objectWith({ needed: { above: FINITE, levels: WHOLE } })),
  },
});

/** @throws InputError for the first option of `ModelOptions` that is of another type. */
export function checkModelOptions(options: unknown): void {
  checkFields("the options", options, {
    optional: { device: oneOf(["auto", ...DEVICES]), threads: WHOLE, flow: FLOW, levels: CELLS },
  });
}
