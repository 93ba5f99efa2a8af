/** @file Control characters of names and cells do not reach the terminal. */
import { expect, test } from "vitest";
import { printable, printableOnOneLine } from "./printable.ts";

test("what commands a terminal is shown as written in JSON; lines and tabs stay, unless all must be on one line", () => {
  const text = "a\u001b[2Jb\u0007\u009b1m\u007f\r\nc\td é 星";
  expect(printable(text)).toBe("a\\u001b[2Jb\\u0007\\u009b1m\\u007f\\r\nc\td é 星");
  expect(printableOnOneLine(text)).toBe("a\\u001b[2Jb\\u0007\\u009b1m\\u007f\\r\\nc\\td é 星");
});
