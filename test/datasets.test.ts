/** @file Downloading public tables: from a server of our own, as this machine may have no other. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DATASETS, type Dataset, getDataset, InputError, readTable, writeTable } from "../src/index.ts";
import { startAnygiven, temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";
import { isShared, NEEDS_SHARED, sharedPath } from "./reference.ts";

const folder = temporaryFolder("datasets");
const at = (name: string) => join(folder, name);
const california = DATASETS.find(({ name }) => name === "california")!;
const HOUSES = "data/california_housing/california_housing.csv";

/** Two districts in the original's form: CRLF, decimals, no header. */
const TWO = [
  "-122.230000,37.880000,41.000000,880.000000,129.000000,322.000000,126.000000,8.325200,452600.000000",
  "-121.240000,39.370000,16.000000,2785.000000,616.000000,1387.000000,530.000000,2.388600,89400.000000",
  "",
].join("\r\n");

/** An archive as StatLib's: a folder with the data and a description. */
function archiveOf(name: string, data: string): Buffer {
  const inside = at(join(name, "CaliforniaHousing"));
  mkdirSync(inside, { recursive: true });
  writeFileSync(join(inside, "cal_housing.domain"), "longitude: continuous.\n");
  writeFileSync(join(inside, "cal_housing.data"), data);
  execFileSync("tar", ["-czf", at(`${name}.tgz`), "-C", at(name), "CaliforniaHousing"]);
  return readFileSync(at(`${name}.tgz`));
}

/** California's description with the checksum of another archive. */
const describedAs = (archive: Uint8Array): Dataset => ({
  ...california,
  sha256: createHash("sha256").update(archive).digest("hex"),
});

const two = archiveOf("two", TWO);
const answers: Record<string, (response: ServerResponse) => void> = {
  "/two": (response) => response.writeHead(200, { "content-length": two.length }).end(two),
  "/moved": (response) => response.writeHead(302, { location: "/two" }).end(),
  "/gone": (response) => response.writeHead(404).end("no such file"),
  "/later": (response) => response.writeHead(202).end(),
  "/cut": (response) => {
    response.writeHead(200, { "content-length": two.length });
    response.write(two.subarray(0, 100), () => response.destroy());
  },
  "/stalls": (response) => {
    response.writeHead(200, { "content-length": two.length });
    response.write(two.subarray(0, 100), () => stalled());
  },
};
let stalled: () => void = () => undefined;
const server = createServer(({ url }, response) => (answers[url!] ?? answers["/gone"])(response));
let host = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** A URL where nothing listens. */
async function deadUrl(): Promise<string> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return `http://127.0.0.1:${port}/file`;
}

const valuesOf = ({ columns }: Awaited<ReturnType<typeof getDataset>>) =>
  Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));

describe("getDataset", () => {
  const districts = {
    MedInc: [8.3252, 2.3886],
    HouseAge: [41, 16],
    AveRooms: [880 / 126, 2785 / 530],
    AveBedrms: [129 / 126, 616 / 530],
    Population: [322, 1387],
    AveOccup: [322 / 126, 1387 / 530],
    Latitude: [37.88, 39.37],
    Longitude: [-122.23, -121.24],
    HouseValue: [4.526, 0.894],
  };

  test("derives the nine columns, in order, from the archive that a server sends", async () => {
    const told: [number, number][] = [];
    const table = await getDataset(describedAs(two), {
      from: `${host}/two`,
      onProgress: (bytes, total) => told.push([bytes, total]),
    });
    expect(table.columns.map(({ name }) => name)).toEqual(Object.keys(districts));
    expect(table.rows).toBe(2);
    expect(valuesOf(table)).toEqual(districts);
    expect(told.at(-1)).toEqual([two.length, two.length]);
  });

  test("follows a server that says where the file went, and takes a file of the disk", async () => {
    for (const from of [`${host}/moved`, at("two.tgz")]) {
      expect(valuesOf(await getDataset(describedAs(two), { from }))).toEqual(districts);
    }
  });

  test("goes to the dataset's own URL, if told no other", async () => {
    const own = { ...describedAs(two), url: `${host}/two` };
    expect(valuesOf(await getDataset(own))).toEqual(districts);
  });

  test("makes nothing of a file with another checksum", async () => {
    const getting = getDataset("california", { from: `${host}/two` });
    await expect(getting).rejects.toThrow(
      `has the SHA-256 checksum ${describedAs(two).sha256} instead of aaa5c9`,
    );
  });

  test("ends when it is told to", async () => {
    const ended = new AbortController();
    stalled = () => ended.abort();
    const getting = getDataset(describedAs(two), { from: `${host}/stalls`, signal: ended.signal });
    await expect(getting).rejects.toMatchObject({ name: "AbortError" });
  });

  test.each([
    ["/gone", /^http:.*\/gone answered 404 Not Found instead of a file: .* with `from`\.$/],
    ["/later", /\/later answered 202 Accepted instead of a file/],
    [
      "/cut",
      /^http:.*\/cut broke off after 100 bytes \(.+\): check the network and try again, or .* with `from`\.$/,
    ],
  ])("says what is wrong with %s", async (path, said) => {
    const error: unknown = await getDataset(describedAs(two), { from: host + path }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error).replace(/^InputError: /, "")).toMatch(said);
  });

  test.skipIf(!isShared(HOUSES))(
    `makes of the whole original the table that scikit-learn makes of it, to the last bit ${NEEDS_SHARED}`,
    async () => {
      const expected = await readTable(sharedPath(HOUSES), { precision: "float64" });
      const cells = Object.fromEntries(expected.columns.map(({ name, values }) => [name, values]));
      const lines = Array.from({ length: expected.rows }, (_, row) => {
        const cell = (name: string) => cells[name][row];
        // Back to the counts that the means were made of: whole numbers, so nothing is lost.
        const households = Math.round(cell("Population") / cell("AveOccup"));
        const count = (name: string) => Math.round(cell(name) * households).toFixed(6);
        const [index, age] = [[cell("Longitude"), cell("Latitude")], cell("HouseAge")];
        const people = [cell("Population"), households, cell("MedInc")];
        const value = Math.round(cell("HouseValue") * 100_000).toFixed(6);
        return [...index, age, count("AveRooms"), count("AveBedrms"), ...people, value].join(",");
      });
      const archive = archiveOf("whole", [...lines, ""].join("\r\n"));
      answers["/whole"] = (response) => response.writeHead(200).end(archive);
      const table = await getDataset(describedAs(archive), { from: `${host}/whole` });
      expect(table.rows).toBe(california.rows);
      expect(table.columns.map(({ name }) => name)).toEqual(california.columns);
      for (const { name, values } of table.columns) {
        expect(
          Buffer.from(values.buffer).equals(Buffer.from(Float64Array.from(cells[name]).buffer)),
          name,
        ).toBe(true);
      }
      await writeTable(table, at("whole.csv"));
      const rows = (path: string) =>
        readFileSync(path, "utf8")
          .trimEnd()
          .split("\n")
          .map((row) => row.split(",").map(Number));
      expect(rows(at("whole.csv")).slice(1)).toEqual(rows(sharedPath(HOUSES)).slice(1));
    },
  );
});

describe("anygiven datasets", () => {
  test("lists what there is, and how to get it", async () => {
    const { code, stdout } = await anygivenHere("datasets");
    expect(code).toBe(0);
    expect(stdout).toContain("california: California Housing");
    expect(stdout).toContain("20640 rows of 9 columns: MedInc, HouseAge");
    expect(stdout).toContain("anygiven datasets get california");
    const [listed] = JSON.parse((await anygivenHere("datasets", "--json")).stdout);
    expect(listed).toMatchObject({ name: "california", rows: 20_640, sha256: california.sha256 });
  });

  test("get refuses a file with another checksum, and writes nothing", async () => {
    const out = at("refused.csv");
    const found = describedAs(two).sha256;
    for (const from of [`${host}/two`, at("two.tgz")]) {
      const { code, stderr, stdout } = await anygivenHere(
        "datasets",
        "get",
        "california",
        "--from",
        from,
        "--out",
        out,
      );
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toBe(
        `Getting ${from} ...\n` +
          `anygiven: ${from} has the SHA-256 checksum ${found} instead of ${california.sha256}, so it is damaged ` +
          "or another file: download it again, or name another place with --from.\n",
      );
    }
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("Ctrl-C ends a download with nothing written", async () => {
    const out = at("interrupted.csv");
    const begun = new Promise<void>((resolve) => {
      stalled = resolve;
    });
    const run = startAnygiven(["datasets", "get", "california", "--from", `${host}/stalls`, "--out", out]);
    await begun;
    run.process.kill("SIGINT");
    const { code, stderr, stdout } = await run.outcome;
    expect([code, stdout]).toEqual([130, ""]);
    expect(stderr).toBe(`Getting ${host}/stalls ...\nEnding; nothing is written ...\n`);
    expect(existsSync(out)).toBe(false);
  });

  test("says what is wrong, and what to do", async () => {
    const dead = await deadUrl();
    const cases: [string[], RegExp][] = [
      [
        ["californa"],
        /There is no dataset "californa"; did you mean "california"\? The datasets are: california, training_set/,
      ],
      [
        ["california", "--from", dead],
        /^anygiven: http:.*\/file can't be reached \(ECONNREFUSED\): .* a mirror or a file .*--from\.$/m,
      ],
      [
        ["california", "--from", "ftp://host/file"],
        /ftp:\/\/host\/file can't be fetched: give a URL of http/,
      ],
      [
        ["california", "--from", at("nothing.tgz")],
        /Cannot read .*nothing\.tgz: there is no such file; correct the path/,
      ],
      [["california", "--from", folder], /Cannot read .*: it is a folder, not a file; name a file/],
      [["california", "--out", at("nowhere/x.csv")], /Cannot write .*x\.csv: there is no folder/],
      [["california", "--out", at("x.xyz")], /Cannot tell the format of .*x\.xyz by its ending/],
      [[], /missing required argument 'name'/],
    ];
    for (const [args, said] of cases) {
      const { code, stderr, stdout } = await anygivenHere("datasets", "get", ...args);
      expect([code, stdout], stderr).toEqual([2, ""]);
      expect(stderr).toMatch(said);
      expect(stderr).not.toMatch(/^ +at /m);
    }
  });
});
