import { expect, test } from "vitest";
import { withRepeatedFlags } from "./given-words.ts";
import { listed, listedAmong } from "./name-lists.ts";

test("commas part names, quotes keep them", () => {
  expect(listed("a, b,c")).toEqual(["a", "b", "c"]);
  expect(listed('"a,b", c')).toEqual(["a,b", "c"]);
  expect(listed('"say ""hi""",c')).toEqual(['say "hi"', "c"]);
  expect(listed('12" pipe,c')).toEqual(['12" pipe', "c"]);
  expect(listed('"width, cm"=K,b=L')).toEqual(["width, cm=K", "b=L"]);
  expect(listed(" ,a,, ")).toEqual(["a"]);
});

test("a known name is taken whole, the longest first", () => {
  const known = ["width, cm", "kind, code", "y", "a", "b", "a,b"];
  expect(listedAmong("width, cm", known)).toEqual(["width, cm"]);
  expect(listedAmong("width, cm,y", known)).toEqual(["width, cm", "y"]);
  expect(listedAmong("y,kind, code,width, cm", known)).toEqual(["y", "kind, code", "width, cm"]);
  expect(listedAmong("a,b", known)).toEqual(["a,b"]);
  expect(listedAmong('"a","b"', known)).toEqual(["a", "b"]);
  expect(listedAmong("no,such", known)).toEqual(["no", "such"]);
});

test("several values follow one flag, with spaces round their signs", () => {
  const words = (text: string) => withRepeatedFlags(text.split(" ")).join(" ");
  expect(words("density m --given a=1 b=2 --of y")).toBe("density m --given a=1 --given b=2 --of y");
  expect(words("density --given a = 1 b >= 2 m")).toBe("density --given a=1 --given b>=2 m");
  expect(words("density --given a= 1 b =2 m")).toBe("density --given a=1 --given b=2 m");
  expect(words("density --given a=-1 m t.csv")).toBe("density --given a=-1 m t.csv");
  expect(words("predict m t.csv --given a,b --out p.csv")).toBe("predict m t.csv --given a,b --out p.csv");
  expect(words("density --given a = -1")).toBe("density --given a=-1");
  // A file that is there is a table.
  expect(words("density m --given a=1 package.json")).toBe("density m --given a=1 package.json");
});
