import { expect, test } from "vitest";
import { answerable, readingFor, untrainedErrors } from "./questions.ts";
import { answeringModel } from "./testing/answering-model.ts";

const { config: known } = answeringModel(
  { a: {}, b: {}, kind: { kind: "category", categories: ["1", "2"] }, done: { kind: "boolean" } },
  () => ({}),
);
const config = {
  ...known,
  columns: known.columns.map((column) => ({
    ...column,
    output: column.name !== "b",
    errors: column.name === "a",
  })),
};

/** What is read of a file with these columns. */
function columnsRead(of: string[] | undefined, file: string[], given?: string[]): readonly string[] {
  const { columns } = readingFor(config, of && { of, given });
  return typeof columns === "function" ? columns(file) : columns;
}

test("of a table is read what the question needs: what is given, or all that the model knows but the targets", () => {
  const file = ["other", "kind", "b", "a"];
  expect(columnsRead(["a"], file)).toEqual(["kind", "b"]);
  expect(columnsRead(["a"], file, ["b"])).toEqual(["b"]);
  expect(columnsRead(undefined, file)).toEqual(["kind", "b", "a"]);
});

test("where all columns are asked, they are read to count the rows; where the model knows none, all", () => {
  const all = { ...config, columns: config.columns.map((column) => ({ ...column, output: true })) };
  const { columns } = readingFor(all, { of: ["a", "b", "kind", "done"] });
  expect(typeof columns === "function" && columns(["a", "other"])).toEqual(["a"]);
  expect(columnsRead(undefined, ["x", "y"])).toEqual(["x", "y"]);
  expect(() => columnsRead(["a"], ["x"])).toThrow("none of the columns that the model can be given");
});

test("codes that are categories to the model are read as such", () => {
  expect(readingFor(config).categories(["a", "kind", "other"])).toEqual(["kind"]);
});

test("a column that had limits is read as numbers, though a table's cells may all be limits", () => {
  const columns = config.columns.map((column) => ({ ...column, limits: column.name === "a" }));
  expect(readingFor({ ...config, columns }).kinds(["a", "b"])).toEqual({ a: "number" });
});

test("the model answers for the columns of a table that it was trained to, in the table's order", () => {
  const columns = ["kind", "other", "b", "a"].map((name) => ({ name }));
  expect(answerable(config, { columns })).toEqual(["kind", "a"]);
});

test("errors of given values count only where the model was trained with some", () => {
  const given = { a: { value: 1, error: 0.1 }, b: { value: 1, error: 0.1 }, kind: "1", done: null };
  expect(untrainedErrors(config, given)).toEqual(["b"]);
});
