/** @file An HDF5 file may point to other files: none of them is opened, and what lies there is refused by name. */
import fs, { copyFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { InputError } from "../../../base/errors.ts";
import { readTable } from "../read.ts";
import { fileReading } from "../reader/reader-task.ts";
import type { DescribedHdf5 } from "./copying.ts";
import { cells, complaint, folder, made } from "./testing/hdf5-fixture.ts";
import { writeHdf5 } from "./testing/write-hdf5.ts";

// HDF5 looks for other files beside the one that is read, and where the process runs.
const path = join(folder, "elsewhere.h5");
copyFileSync(made("elsewhere"), path);
await writeHdf5(join(folder, "secret.h5"), { "t/a": new Float64Array([11, 12, 13, 14, 15]) });
await writeHdf5(join(folder, "secret0.h5"), { "t/a": new Float64Array([11, 12, 13, 14, 15]) });
writeFileSync(join(folder, "secret.txt"), "what no table may show ".repeat(20));
const before = process.cwd();
process.chdir(folder);
afterAll(() => process.chdir(before));

/** Runs the work and gives the names of the files in the folder that were opened. */
async function openedBy(work: () => Promise<unknown>): Promise<string[]> {
  const open = vi.spyOn(fs, "openSync");
  await work();
  const opened = new Set(open.mock.calls.map(([file]) => resolve(String(file))));
  open.mockRestore();
  return [...opened]
    .filter((file) => file.startsWith(`${folder}/`))
    .map((file) => file.slice(folder.length + 1));
}

/** What the reading thread does, here, where it is seen what is opened. @returns the complaint. */
async function readHere(group: string): Promise<string> {
  const read = fileReading();
  const file = { path, label: path, format: "hdf5" } as const;
  try {
    const { columns } = (await read({ do: "describe", file, group })) as DescribedHdf5;
    const names = new Set(columns.map(({ name }) => name));
    await read({ do: "copy", file, group, names, folder, maxUnpacked: undefined });
    while (await read({ do: "next slice" }));
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}/`, "");
    throw error;
  }
  throw new Error("it was read");
}

const groups: Readonly<Record<string, { readonly name: string; readonly file: string }>> = {
  link: { name: "/link", file: "secret.h5" },
  "link/a": { name: "/link", file: "secret.h5" },
  column: { name: "/column/y", file: "secret.h5" },
  soft: { name: "/soft/y", file: "secret.h5" },
  deep: { name: "/deep/er/y", file: "secret.h5" },
  "deep/er": { name: "/deep/er/y", file: "secret.h5" },
  storage: { name: "/storage/y", file: "secret.txt" },
  text: { name: "/text/y", file: "secret.txt" },
  records: { name: "/records", file: "secret.txt" },
  parts: { name: "/parts", file: "secret.txt" },
  virtual: { name: "/virtual/y", file: "secret.h5" },
  absent: { name: "/absent/y", file: "no-such-file.h5" },
  roundabout: { name: "/roundabout/y", file: "secret.txt" },
};

test.each(Object.entries(groups))(
  "%s is refused by name, and nothing else is opened",
  async (group, { name, file }) => {
    let said = "";
    const opened = await openedBy(async () => {
      said = await readHere(group);
    });
    expect(await complaint(path, { group })).toBe(said);
    const index = said.replace(/\((?:\.?\/)*/, "(");
    expect(index).toMatch(`"${name}" of elsewhere.h5 lies in another file (${file})`);
    expect(opened).toEqual(["elsewhere.h5"]);
  },
);

test("a file is refused as a whole where a table is looked for", async () => {
  expect(await complaint(path)).toMatch(/^"\/link" of elsewhere\.h5 lies in another file/);
});

test("a virtual dataset of what is in the same file is read, and so is a table beside others", async () => {
  expect(cells(await readTable(path, { group: "own" }))).toEqual({ x: [0, 1, 2, 3, 4], y: [0, 1, 2, 3, 4] });
  expect(cells(await readTable(path, { group: "inside/plain" }))).toEqual({ x: [0, 1, 2, 3, 4] });
});
