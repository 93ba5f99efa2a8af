import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeModelConfig, encodeModelConfig } from "./model-config.ts";

const text = readFileSync(new URL("../../models/survey/config.json", import.meta.url), "utf8");
const shipped = JSON.parse(text);

/** The shipped model's config with one field changed; undefined leaves it out. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const copy = structuredClone(shipped);
  const last = path.at(-1) ?? "";
  const owner = path.slice(0, -1).reduce((each, name) => each[name], copy);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return JSON.stringify(copy);
}

test("what is read is what was written", () => {
  const config = decodeModelConfig(text, "config.json");
  expect(decodeModelConfig(encodeModelConfig(config), "config.json")).toEqual(config);
});

test("a default network of an older anygiven is refused, and why", () => {
  expect(() => decodeModelConfig(changed(["formatVersion"], 2), "old/config.json")).toThrow(
    "old/config.json: the model was made by an anygiven whose default network had another shape (format version 2, now 3): train it again, or install the anygiven that made it.",
  );
});

const MEND = "restore the file from a copy, or train again.";

test.each([
  [["preset"], undefined, "preset is missing"],
  [["columns"], {}, "columns is an object, not a list"],
  [["columns", 2, "scale"], 0, "columns[2].scale is 0, not above 0"],
  [
    ["columns", 2, "coding", "kind"],
    "colour",
    'columns[2].coding.kind is "colour", and only number, integer',
  ],
  [["columns", 0, "coding", "transform"], null, "columns[0].coding.transform is null, not an object"],
  [["columns", 0, "coding", "atoms"], ["x"], "columns[0].coding.atoms is not a list of numbers"],
  [["columns", 0, "output"], 1, "columns[0].output is 1, not true or false"],
  [["network", "head"], undefined, "network.head is missing"],
  [["network", "head", "kind"], "spline", 'network: This anygiven does not know a head "spline"'],
  [["network", "head", "width"], 0, "network: The head dimension is 0"],
  [["network", "head", "free"], -1, "network: The number of free normals is -1"],
  [["network", "classes"], 3, "network.classes is 3, not a list"],
  [["network", "columns"], 99, "network"],
  [["network", "heads"], undefined, "network: The number of heads is undefined"],
  [["training"], 3, "training is 3, not an object"],
])("a damaged config.json is told by its field: %o", (path, value, said) => {
  const read = () => decodeModelConfig(changed(path, value), "m/config.json");
  expect(read).toThrow(`m/config.json: ${said}`);
  expect(read).toThrow(MEND);
});
