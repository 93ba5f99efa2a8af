/** @file Numbers as people write them, in JavaScript; DuckDB reads the same pattern (scan/infer-forms.test.ts). */
import { describe, expect, test } from "vitest";
import { formOfNumbers, type NumberForm, numberOfForm, numberOfText } from "./number-form.ts";

const found = (texts: string[]) => {
  const form = formOfNumbers(texts)?.form;
  return form && texts.map((text) => numberOfForm(text, form));
};

describe("the form of numbers", () => {
  test.each([
    [
      ["1.234,5", "12,25", "-3"],
      [1234.5, 12.25, -3],
    ],
    [
      ["$1,200", "$9.92"],
      [1200, 9.92],
    ],
    [
      ["12 %", "3.5%"],
      [12, 3.5],
    ],
    [
      ["3.4 kg", "12 kg"],
      [3.4, 12],
    ],
    [
      ["(1,200)", "35", "\u221212"],
      [-1200, 35, -12],
    ],
    [
      ["1 234 567", "12\u00a0345"],
      [1_234_567, 12_345],
    ],
    [
      ["1'200.5", "12"],
      [1200.5, 12],
    ],
    [
      ["€ 5", "€ 7,5"],
      [5, 7.5],
    ],
    [
      ["1.2M", "900K", "12", "-3bn"],
      [1.2e6, 9e5, 12, -3e9],
    ],
    [
      ["$1.5B", "$20M"],
      [1.5e9, 2e7],
    ],
    [
      ["950", "1.2k"],
      [950, 1200],
    ],
    [
      ["950", "1.2K"],
      [950, 1200],
    ],
    [
      ["2,5 Mio", "900 Tsd"],
      [2.5e6, 9e5],
    ],
    [
      ["12,34,567", "1,00,000", "999"],
      [1_234_567, 100_000, 999],
    ],
    [
      ["1.5 crore", "40 lakh"],
      [1.5e7, 4e6],
    ],
    // Units as ever: metres, kelvins, bytes.
    [
      ["3 m", "4.5 m"],
      [3, 4.5],
    ],
    [
      ["5778 K", "3500 K"],
      [5778, 3500],
    ],
  ])("%j is found", (texts, values) => expect(found(texts)).toEqual(values));

  test("is none of several units, of unknown words behind few numbers, of codes and dates", () => {
    for (const texts of [
      ["3 kg", "200 g"],
      ["3 Series", "5 Series"],
      ["A4", "A5"],
      ["red", "blue"],
    ])
      expect(formOfNumbers(texts)).toBeUndefined();
    expect(found(["2020-01-02", "1-2"])).toBeUndefined();
  });

  test("is told to be open where a comma may be either", () => {
    expect(formOfNumbers(["1,200", "3,400"])).toMatchObject({ form: { thousands: "," }, isOpen: true });
    expect(formOfNumbers(["1,200", "1,200,000"])).toMatchObject({ isOpen: false });
  });

  test("what is given is read in the column's form first", () => {
    const german: NumberForm = { decimal: ",", thousands: "." };
    expect(numberOfText("1.234", german)).toBe(1234);
    expect(numberOfText("1.5", german)).toBe(1.5);
    expect(numberOfText("$1,200.50")).toBe(1200.5);
    expect(numberOfText("many")).toBeUndefined();
  });
});
