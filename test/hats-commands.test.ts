/** @file Commands asked about a HATS catalogue, with their answers written as another. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { openTableWriter, readTable, tableBlocks } from "../src/index.ts";
import { hatsCatalogue } from "../src/table/files/hats/catalogue.ts";
import { TINY, temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("hats-commands");
const at = (name: string) => join(folder, name);
const ROWS = 300;
const FIRST_ID = 4611686018427387905n;

/** Ids of 64 bits, places, and a magnitude of which some cells are missing. */
const LINES = Array.from({ length: ROWS }, (_, i) =>
  [
    FIRST_ID + BigInt(i),
    (i * 137.508) % 360,
    ((i * 0.73) % 180) - 90,
    i % 11 === 0 ? "" : 10 + (i % 17),
    (i % 17) / 2 + i / 1000,
  ].join(","),
);

beforeAll(async () => {
  writeFileSync(at("stars.csv"), ["source_id,ra,dec,mag,colour", ...LINES, ""].join("\n"));
  // The catalogue that is asked about has smaller partitions than one written anew.
  const blocks = await tableBlocks(at("stars.csv"), { columns: ["mag"], keep: "all" });
  const columns = (blocks.kept?.columns ?? []).map(({ name }) => ({ name, kept: name }));
  const writer = await openTableWriter(at("stars.hats"), columns, { kept: blocks.kept, partitionRows: 30 });
  await writer.close();
  await blocks.close();
  const trained = await anygivenHere("train", at("stars.hats"), "--out", at("model"), ...TINY);
  expect(trained.code, trained.stderr).toBe(0);
  expect(trained.stderr).toMatch(/column "_healpix_29" is left out, as it numbers the places on the sky/);
});

const partitionsOf = async (name: string) => (await hatsCatalogue(at(name), name)).partitions;

test("answers about a catalogue are one, with its partitions, places and what is kept", async () => {
  const asked = ["--of", "mag", "--given", "colour", "--keep", "source_id"];
  const { code, stderr } = await anygivenHere(
    "predict",
    at("model"),
    at("stars.hats"),
    ...asked,
    "--out",
    at("mags.hats"),
  );
  expect(code, stderr).toBe(0);
  expect(await partitionsOf("mags.hats")).toEqual(await partitionsOf("stars.hats"));
  const { code: plain } = await anygivenHere(
    "predict",
    at("model"),
    at("stars.hats"),
    ...asked,
    "--out",
    at("mags.csv"),
  );
  expect(plain).toBe(0);
  const read = {
    columns: (known: readonly string[]) => known.filter((name) => name !== "_healpix_29"),
    categories: ["source_id"],
  };
  const [hats, csv] = await Promise.all(["mags.hats", "mags.csv"].map((name) => readTable(at(name), read)));
  expect(hats.columns.slice(0, 5).map(({ name }) => name)).toEqual(["row", "ra", "dec", "source_id", "mag"]);
  const idsOf = ({ columns }: typeof hats) => {
    const ids = columns.find(({ name }) => name === "source_id");
    return [...(ids?.values ?? [])].map((index) => ids?.categories?.[index]);
  };
  expect(idsOf(hats)).toEqual(idsOf(csv)); // the catalogue is in the order of the sky already
  expect(new Set(idsOf(hats)).size).toBe(ROWS);
});

test("answers about another table are parted by its places, and a filled table too", async () => {
  const { code, stderr } = await anygivenHere(
    "impute",
    at("model"),
    at("stars.csv"),
    "--out",
    at("full.hats/"),
  );
  expect(code, stderr).toBe(0);
  const { columns } = await readTable(at("full.hats"));
  const mag = columns.find(({ name }) => name === "mag");
  expect(mag?.values.some(Number.isNaN)).toBe(false);
  expect((await partitionsOf("full.hats")).every(({ order }) => order === 0)).toBe(true);
  expect(readFileSync(at("full.hats/hats.properties"), "utf8")).toMatch(/^hats_nrows=300$/m);
  rmSync(at("full.hats"), { recursive: true });
});

test("a name that cannot be written is told before any work, and no catalogue is written over itself", async () => {
  const over = await anygivenHere(
    "predict",
    at("model"),
    at("stars.hats"),
    "--of",
    "mag",
    "--out",
    at("stars.hats"),
  );
  expect(over.code).toBe(2);
  expect(over.stderr).toMatch(/stars\.hats is the table that is read: name another file with --out/);
  const taken = await anygivenHere(
    "predict",
    at("model"),
    at("stars.csv"),
    "--of",
    "mag",
    "--out",
    `${at("model")}/../stars.csv/x.hats`,
  );
  expect(taken.code).toBe(2);
  expect((await readTable(at("stars.hats"))).rows).toBe(ROWS);
});
