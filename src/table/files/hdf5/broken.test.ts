import fs, { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { InputError } from "../../../base/errors.ts";
import { generator } from "../../../numeric/generator.ts";
import { readTable } from "../read.ts";
import { complaint, file, folder, made } from "./testing/hdf5-fixture.ts";

/** The filters that h5wasm lacks are a package that users may have, and developers not. */
const hasFilters = (() => {
  try {
    return createRequire(import.meta.url).resolve("h5wasm-plugins") !== "";
  } catch {
    return false;
  }
})();

test("what a file declares beyond the limit is refused before it is read, and told", async () => {
  const path = await file({ x: { data: new Float64Array(100_000), chunks: [1000], compression: 9 } });
  expect(await complaint(path, { maxUnpacked: 500_000 })).toMatch(
    /^file\d\.h5 has .* bytes and holds, unpacked, more than the 500,000 bytes that are allowed.*allow more with `maxUnpacked`/,
  );
  const chunk = await file({ x: { data: new Float64Array(100_000), chunks: [100_000], compression: 9 } });
  expect(await complaint(chunk, { maxUnpacked: 500_000 })).toMatch(/holds, unpacked, more than/);
});

describe("a broken file", () => {
  const whole = async () => {
    const random = generator(1, "a broken file");
    const data = Float64Array.from({ length: 20_000 }, () => random.uniform());
    return readFileSync(await file({ x: { data, chunks: [1000], compression: 9 } }));
  };
  const broken = (bytes: Uint8Array, name: string) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };

  test("is called cut off, damaged or no HDF5, and HDF5's own complaints are not shown", async () => {
    const shown = vi.spyOn(fs, "writeSync");
    const bytes = await whole();
    expect(await complaint(broken(bytes.subarray(0, bytes.length - 1), "cut.h5"))).toBe(
      "Cannot read cut.h5 as HDF5: it is cut off; fetch or copy it again.",
    );
    expect(await complaint(broken(Buffer.from("a,b\n1,2\n"), "text.h5"))).toMatch(
      /^text\.h5 is no HDF5 file/,
    );
    expect(await complaint(broken(Buffer.alloc(0), "empty.h5"))).toMatch(/^empty\.h5 is empty/);
    const scratched = Buffer.from(bytes);
    const middle = Math.floor(bytes.length / 2);
    scratched.fill(0x55, middle, middle + 2000);
    expect(await complaint(broken(scratched, "scratched.h5"))).toBe(
      'Cannot read "/x" of scratched.h5: the file is damaged there; fetch or copy it again.',
    );
    const headless = Buffer.from(bytes);
    headless.fill(0x55, 8, 90);
    expect(await complaint(broken(headless, "headless.h5"))).toMatch(
      /^Cannot read headless\.h5 as HDF5: it is/,
    );
    expect(shown.mock.calls.filter(([index]) => index === 2)).toEqual([]);
    shown.mockRestore();
  });

  test("may follow bytes of its user's", async () => {
    const path = broken(Buffer.concat([Buffer.alloc(512), await whole()]), "after.h5");
    expect((await readTable(path)).rows).toBe(20_000);
  });

  test("without table or rows is called that", async () => {
    expect(await complaint(await file({ "a/version": { data: 1, shape: [] } }))).toMatch(
      /^file\d+\.h5 holds no table \(datasets of rows, in a group or as records\): what it holds is "a" \(a group\)\.$/,
    );
    expect(await complaint(await file({}))).toMatch(/holds no table .*: it is empty\.$/);
    const shapes = made("h5py_shapes");
    expect(await complaint(shapes, { group: "nothing" })).toMatch(
      /what it holds is "version" \(a single value\)\.$/,
    );
    expect(await complaint(shapes, { group: "nothing/version" })).toMatch(
      /is no table, but a single value\.$/,
    );
    expect(await complaint(shapes, { group: "broken" })).toMatch(
      /is no table, but a link that leads nowhere\.$/,
    );
    expect(await complaint(await file({ x: new Float64Array(0) }))).toMatch(
      /has column names but no rows\.$/,
    );
  });

  test("may be compressed in a way that is not built in", async () => {
    const read = readTable(made("pytables"), { group: "packed" });
    if (hasFilters) expect((await read).columns[0].values[999]).toBe(999);
    else await expect(read).rejects.toThrow(/compressed with blosc; install the package h5wasm-plugins/);
  });

  test("is not gzipped as a whole", async () => {
    await expect(readTable("x.h5.gz")).rejects.toThrow(InputError);
  });
});

describe("filters", () => {
  test.for(["gzip", "offset", "plain"])("of HDF5's own are undone: %s", async (name) => {
    const { columns } = await readTable(made("h5py_shapes"), { group: "packed", columns: [name] });
    const scale = name === "gzip" ? 4 : 1;
    expect([...columns[0].values]).toEqual(Array.from({ length: 100 }, (_, row) => row / scale));
  });

  test.skipIf(!hasFilters)("of h5py's own, lzf (needs the package h5wasm-plugins)", async () => {
    const { columns } = await readTable(made("h5py_shapes"), { group: "packed", columns: ["lzf"] });
    expect(columns[0].values[99]).toBe(99 / 8);
  });
});
