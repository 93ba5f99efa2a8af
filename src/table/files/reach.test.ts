/** @file What reading and writing may reach: the files that are named, and no SQL, extension or network besides. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { InputError } from "../../base/errors.ts";
import { tableColumn } from "../table.ts";
import { identifier, literal, numeral, openDuckDB } from "./duckdb.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { tableBlocks } from "./table-blocks.ts";

const folder = mkdtempSync(join(tmpdir(), "reach-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const CSV = "x,y\n1,2\n3,4\n";
const written = (name: string, content: string | Buffer = CSV) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe("DuckDB", async () => {
  const [named, other] = [written("na*me[d]?.csv"), written("other.csv")];
  const own = mkdtempSync(join(folder, "own-"));
  const duckdb = await openDuckDB({ files: [named], folders: [own] }, {});
  afterAll(() => duckdb.close());

  test("reads the file that is named and uses its folder", async () => {
    expect((await readTable(named)).rows).toBe(2);
    await duckdb.connection.run(`COPY (SELECT 1 AS a) TO '${own}/a.parquet'`);
    expect((await duckdb.connection.runAndReadAll(`FROM '${own}/a.parquet'`)).getRowsJson()).toEqual([[1]]);
  });

  test.each([
    `FROM read_csv('${other}')`,
    `FROM read_text('/etc/hostname')`,
    `FROM glob('${folder}/*')`,
    `FROM '${own}/../other.csv'`,
    `COPY (SELECT 1) TO '${folder}/new.csv'`,
    `ATTACH '${folder}/new.db'`,
    "FROM read_csv('https://localhost/a.csv')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET lock_configuration = false",
  ])("refuses %s", async (sql) => {
    await expect(duckdb.connection.run(sql)).rejects.toThrow(/disabled|locked|Cannot/);
  });
});

test("a value is quoted, or refused, whatever a caller without types gives", () => {
  expect(literal("a'b")).toBe("'a''b'");
  expect(identifier('a"b')).toBe('"a""b"');
  expect(numeral(-9999)).toBe("'-9999'::DOUBLE");
  const wrong = ["0'::DOUBLE); DROP", { toString: () => "1" }, null, [1]] as unknown as number[];
  for (const each of wrong) expect(() => numeral(each)).toThrow(TypeError);
  for (const quote of [literal, identifier]) {
    expect(() => quote(7 as unknown as string)).toThrow(TypeError);
    expect(() => quote("a\0b")).toThrow(InputError);
  }
});

test("texts among the missing numbers never reach SQL", async () => {
  const path = written("words.csv", "x\na\nb\n");
  const missing = [`0'::DOUBLE]), false) OR true; COPY (SELECT 1) TO '${folder}/stolen.csv'; --`];
  expect(tableColumn(await readTable(path, { missing }), "x").categories).toEqual(["a", "b"]);
  expect(existsSync(join(folder, "stolen.csv"))).toBe(false);
  const options = { missing: [missing] } as unknown as ReadOptions;
  const sentence = /^"missing" of the options of reading must be/;
  await expect(readTable(path, options)).rejects.toThrow(sentence);
  await expect(tableBlocks(path, options)).rejects.toThrow(sentence);
});

describe("an address", () => {
  test.each([
    "http",
    "https",
    "HTTPS",
    "s3",
    "s3a",
    "hf",
    "gcs",
    "gs",
    "r2",
    "az",
    "azure",
    "abfss",
    "ftp",
    "file",
  ])("of %s is refused without a look at the network", async (scheme) => {
    const fetched = vi.spyOn(globalThis, "fetch");
    const source = `${scheme}://localhost/table.csv`;
    const refused = readTable(["nothing*.csv", source]);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(
      /lies in the network, .*`allowRemote`|:\/\/ is not read; fetch the file/,
    );
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  test("is fetched where that is allowed", async () => {
    const server = createServer((request, response) => {
      if (request.url === "/gone.csv") response.writeHead(404);
      response.end(request.url?.startsWith("/packed.csv.gz") ? gzipSync(CSV) : CSV);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      for (const name of ["table.csv", "packed.csv.gz?version=2"]) {
        const { rows, source } = await readTable(`${host}/${name}`, { allowRemote: true });
        expect({ rows, source }).toEqual({ rows: 2, source: `${host}/${name}` });
      }
      await expect(readTable(`${host}/gone.csv`, { allowRemote: true })).rejects.toThrow(
        /answered 404 instead of a file; check the address/,
      );
      await expect(readTable("s3://a/b.csv", { allowRemote: true })).rejects.toThrow(/s3:\/\/ is not read/);
    } finally {
      server.close();
    }
    await expect(readTable(`${host}/table.csv`, { allowRemote: true })).rejects.toThrow(
      /can't be reached \(\w+\)/,
    );
  });
});
