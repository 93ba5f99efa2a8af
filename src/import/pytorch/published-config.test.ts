import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { readPublishedConfig } from "./published-config.ts";
import { publishedConfigFixture, smallPublishedConfig } from "./torch-fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "config.json");

async function refusalOf(text: string): Promise<string> {
  writeFileSync(path, text);
  const error = await readPublishedConfig(path).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).message;
}

describe("a config.json is refused, with the field, when", () => {
  type Json = Record<string, Record<string, unknown>>;
  const cases: [string, (config: Json) => void, RegExp][] = [
    ["a section is missing", (c) => delete c.ddpm_config, /ddpm_config is missing/],
    ["a field is missing", (c) => delete c.nn_config.embedding_dim, /nn_config\.embedding_dim is missing/],
    [
      "a size is no whole number",
      (c) => set(c, "ddpm_config", "num_steps", 1.5),
      /num_steps is 1\.5, not a whole/,
    ],
    ["a size is a text", (c) => set(c, "ddpm_config", "n_layers", "3"), /n_layers is "3", not a number/],
    [
      "the heads do not divide",
      (c) => set(c, "nn_config", "encoder_head_num", 3),
      /3, which does not divide/,
    ],
    ["the dropout is 1", (c) => set(c, "nn_config", "encoder_dropout_rate", 1), /not in \[0, 1\)/],
    [
      "the activation is another",
      (c) => set(c, "nn_config", "encoder_activation", "relu"),
      /"relu", and only gelu/,
    ],
    [
      "the schedule is unknown",
      (c) => set(c, "ddpm_config", "schedule", "sine"),
      /only linear, quad, cosine, sig/,
    ],
    ["the noise shrinks", (c) => set(c, "ddpm_config", "beta_end", 1e-6), /beta_start < beta_end/],
    ["the widths disagree", (c) => set(c, "ddpm_config", "cond_dim", 5), /5, which is not embedding_dim 4/],
    [
      "a column is there twice",
      (c) => set(c, "tokenizer_config", "vocabs", ["a", "a", "b"]),
      /vocabs is not all/,
    ],
    [
      "a token is there twice",
      (c) => set(c, "tokenizer_config", "vocab_tokens", [1, 1, 2]),
      /tokens is not all/,
    ],
    [
      "a token has no row",
      (c) => set(c, "tokenizer_config", "vocab_tokens", [1, 2, 4]),
      /4 for unseen, not 1 \.\. 3/,
    ],
    ["tokens are too few", (c) => set(c, "tokenizer_config", "vocab_tokens", [1]), /1 numbers for 3 vocabs/],
    ["a scale is zero", (c) => set(c, "norm_config", "_input_std", [1, 0, 1, 1]), /positive number for logg/],
    [
      "a center is missing",
      (c) => set(c, "norm_config", "_input_mean", [0, 1, 2]),
      /without a number for unseen/,
    ],
  ];
  const set = (config: Json, section: string, field: string, value: unknown) => {
    config[section][field] = value;
  };

  test.each(cases)("%s", async (_when, change, fault) => {
    const config: Json = structuredClone(publishedConfigFixture(smallPublishedConfig));
    change(config);
    const message = await refusalOf(JSON.stringify(config));
    expect(message).toContain(path);
    expect(message).toMatch(fault);
  });

  test("it is not JSON, or not an object", async () => {
    expect(await refusalOf('{"nn_config": {"embedding_dim": NaN}}')).toMatch(/config\.json is not JSON/);
    expect(await refusalOf("[]")).toMatch(/the whole is .*, not an object; copy config.json/);
  });
});
