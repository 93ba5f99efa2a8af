/** @file Dates as people write them, in JavaScript; DuckDB's strptime reads the same patterns (scan/infer-forms.test.ts). */
import { describe, expect, test } from "vitest";
import { daysOfForm, formOfDates, isDateForm, orderOf, otherOrder } from "./date-form.ts";
import { MONTH_PATTERNS, monthNamed } from "./month-names.ts";

const day = (text: string) => Date.parse(`${text}Z`) / 86_400_000;

describe("the form of dates", () => {
  test.each([
    ["31.12.2020", "%d.%m.%Y", "2020-12-31"],
    ["12/31/2020", "%m/%d/%Y", "2020-12-31"],
    ["5 Jan 2021", "%d %b %Y", "2021-01-05"],
    ["January 5, 2021", "%B %d, %Y", "2021-01-05"],
    ["1949-01", "%Y-%m", "1949-01-01"],
    ["20230623", "%Y%m%d", "2023-06-23"],
    ["31-Dec-69", "%d-%b-%y", "1969-12-31"],
    ["2000Q3", "%YQ%q", "2000-07-01"],
    ["2000-q4", "%Y-Q%q", "2000-10-01"],
    ["Q1 2000", "Q%q %Y", "2000-01-01"],
    ["2021-W05", "%G-W%V", "2021-02-01"],
    ["2020W53", "%GW%V", "2020-12-28"],
    ["2026-W01", "%G-W%V", "2025-12-29"],
    ["5. März 2021", "%d. %B %Y", "2021-03-05"],
    ["12 juil. 2020", "%d %b %Y", "2020-07-12"],
    ["1 de diciembre de 2020", "%d de %B de %Y", "2020-12-01"],
    ["Sept 5, 2021", "%b %d, %Y", "2021-09-05"],
    ["13/2/2020 3:04 PM", "%d/%m/%Y %I:%M %p", "2020-02-13T15:04"],
  ])("of %s is %s", (text, form, said) => {
    expect(formOfDates([text])?.form).toBe(form);
    expect(daysOfForm(text, form)).toBeCloseTo(day(said), 9);
  });

  test("a shortened or whole name of a month is that of one month alone, in all languages together", () => {
    MONTH_PATTERNS.forEach((pattern, month) => {
      const names = pattern.match(/\p{L}{3,}/gu) ?? [];
      expect(names.length).toBeGreaterThan(4);
      for (const name of names) expect([name, monthNamed(name)]).toEqual([name, month]);
    });
  });

  test("days that the calendar lacks are none", () => {
    expect(daysOfForm("31.02.2020", "%d.%m.%Y")).toBeUndefined();
    expect(formOfDates(["31.02.2020", "hello"])).toBeUndefined();
    expect(["2021-W53", "2021-W00", "2021-Q5"].map((text) => formOfDates([text]))).toEqual(
      Array(3).fill(undefined),
    );
  });

  test("day and month are told apart by the cells, or said to be open, or by the user", () => {
    expect(formOfDates(["1/2/2020", "13/2/2020"])).toEqual({ form: "%d/%m/%Y", isOpen: false });
    expect(formOfDates(["1/2/2020", "3/4/2020"])).toEqual({ form: "%m/%d/%Y", isOpen: true });
    expect(formOfDates(["1.2.2020"])).toEqual({ form: "%d.%m.%Y", isOpen: true });
    expect(formOfDates(["1/2/2020"], "dmy")).toEqual({ form: "%d/%m/%Y", isOpen: false });
    expect([otherOrder("%d/%m/%Y"), otherOrder("%Y-%m")]).toEqual(["%m/%d/%Y", undefined]);
    expect(orderOf("%m-%d-%y")).toBe("mdy");
    expect(["%d.%m.%Y", "%Y-Q%q", "%G-W%V", "%Q", "plain"].map(isDateForm)).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
  });
});
