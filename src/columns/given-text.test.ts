/** @file Texts given for columns: in the form that the training's table has. */
import { expect, test } from "vitest";
import { answeringModel } from "../model/testing/answering-model.ts";
import { valueGiven } from "./given-text.ts";

const { config } = answeringModel({ day: { kind: "date" } }, () => ({}));
const [{ encoding }] = config.columns;
const days = (iso: string) => Date.parse(`${iso}Z`) / 86_400_000;

test("a moment is given as it stands in the table, or as its day alone", () => {
  const column = { encoding, form: "%m/%d/%Y %H:%M:%S" };
  expect(valueGiven("5/3/2023 12:00:00", column)).toBe(days("2023-05-03T12:00"));
  expect(valueGiven("5/3/2023", column)).toBe(days("2023-05-03"));
  expect(valueGiven("5/3/2023", { encoding, form: "%d/%m/%Y %I:%M %p" })).toBe(days("2023-03-05"));
  expect(valueGiven("31/3/2023", { encoding, form: "%m/%d/%Y" })).toBe(days("2023-03-31"));
});
