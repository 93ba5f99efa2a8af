/** @file Conditions that can't be: whatever DuckDB has against them is told in one sentence, and none reads another file. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { InputError } from "../../base/errors.ts";
import { readTable } from "./read.ts";

const folder = temporaryFolder("conditions");
const path = join(folder, "t.csv");
writeFileSync(
  path,
  `x,kind\n${Array.from({ length: 20 }, (_, i) => `${i * 1.5},${i % 2 ? "a" : "b"}`).join("\n")}\n`,
);

test.each([
  ...[
    "x <",
    "nope = 1",
    "x = '",
    "1; SELECT 1",
    "sum(x) > 1",
    "kind::date > '2020-01-01'",
    "error('boom')",
    "",
    "x[1] = 2",
  ],
  ...[
    "kind LIKE 'a' ESCAPE 'xx'",
    "repeat(kind, 1000000000000) = 'x'",
    "x IN (SELECT x FROM nowhere)",
    "$1 = x",
  ],
  ...[
    "x < (SELECT 1 FROM read_csv('/etc/passwd'))",
    "read_text('/etc/passwd') = 'x'",
    "regexp_matches(kind, '[')",
  ],
])("%s", async (where) => {
  const error = await readTable(path, { where }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toMatch(/\n|[A-Z]\w+ Error:|LINE \d/);
  expect(message).toMatch(/^The condition ".*\.$|^Column|^No row/);
});
