/** @file Tables written as VOTable are the same when they are read back: here, and by Astropy where there is one. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../test/cli.ts";
import { printedJson, pythonWith } from "../../../../test/python.ts";
import type { Column } from "../../table.ts";
import { readTable } from "../read.ts";
import { tableBlocks } from "../table-blocks.ts";
import { expectAllComeBack } from "../testing/any-table.ts";
import { openTableWriter, writeTable } from "../write.ts";

const folder = temporaryFolder("votable-write");
const path = (name: string) => join(folder, name);
const gone = Number.NaN;

test(
  "any table is the same when it is read back",
  () => expectAllComeBack(path, ["any.vot", "any.xml.gz"]),
  60_000,
);

const stars: Column[] = [
  {
    ...{ name: "teff", unit: "K", ucd: "phys.temperature.effective;meta.main" },
    ...{ values: Float32Array.of(4700.5, gone, 5800), errors: Float32Array.of(50, gone, 60) },
  },
  { name: "pm", values: Float64Array.of(1 / 3, -0, gone), unit: "mas yr-1" },
  { name: "flux", values: Float64Array.of(1, 2, 3), unit: "W/m^2/nm" },
  { name: "variable", kind: "boolean", values: Float32Array.of(1, gone, 0) },
  { name: "type", kind: "category", categories: ["dwarf", "géante"], values: Float32Array.of(1, 0, gone) },
  { name: "class", kind: "category", categories: ["G2 V", "K0"], values: Float32Array.of(1, 0, gone) },
  { name: "night", kind: "date", values: Float64Array.of(18_262, gone, 18_263) },
  { name: "at", kind: "date", values: Float64Array.of(18_262.5, gone, 18_263.25) },
  { name: `a <name>, it's "of" & one`, values: Float64Array.of(1, 2, 3), unit: "°" },
];

test("units, ucds, errors and names come back", async () => {
  await writeTable({ columns: stars }, path("stars.vot"));
  const { columns } = await readTable(path("stars.vot"));
  expect(columns.map(({ unit }) => unit)).toEqual(["K", "mas.yr**-1", "W.m**-2.nm**-1", ...Array(5), "deg"]);
  expect(columns[0].ucd).toBe("phys.temperature.effective;meta.main");
  expect([...(columns[0].errors ?? [])]).toEqual([50, gone, 60]);
  expect(columns[8].name).toBe(stars[8].name);
  expect(readFileSync(path("stars.vot"), "utf8")).toContain(
    'name="teff_error" datatype="float" unit="K" ucd="stat.error;phys.temperature.effective"',
  );
});

test("a column that is called otherwise is the errors of one whose ucd it has", async () => {
  const ucd = "phot.mag;em.opt.V";
  const columns: Column[] = [
    { name: "V", ucd: `${ucd};meta.main`, values: Float64Array.of(12.5, 13) },
    { name: "dV", ucd: `stat.error;${ucd}`, values: Float64Array.of(0.1, 0.2) },
    { name: "B", ucd: "phot.mag;em.opt.B", values: Float64Array.of(13, 14) },
  ];
  for (const name of ["ucds.vot", "ucds.fits"]) {
    await writeTable({ columns }, path(name));
    const { columns: read } = await readTable(path(name), { precision: "float64" });
    expect(read.map((each) => [each.name, each.errors && [...each.errors]])).toEqual([
      ["V", [0.1, 0.2]],
      ["B", undefined],
    ]);
    expect(read[0].read?.remarks?.[0]).toContain('V: its errors are those of "dV", as their ucds say.');
    const { columns: apart } = await readTable(path(name), { errorColumns: "none" });
    expect(apart.map((each) => each.name)).toEqual(["V", "dV", "B"]);
    const { columns: chosen } = await readTable(path(name), { columns: ["dV", "V"] });
    expect(chosen.map((each) => each.errors)).toEqual([undefined, undefined]);
  }
});

test("columns that are passed on keep ids of 64 bits, gaps, texts, units and ucds", async () => {
  const csv = path("ids.csv");
  const cells = [
    ...["5937083312263887617,1,abc,", ",,,7", "-9223372036854775808,2147483648,d,-2147483648"],
    ...["9223372036854775807,3,ü,2", "1,18446744073709551615,𝛼,1"],
  ];
  writeFileSync(csv, `id,n,t,small\n${cells.join("\n")}\n`);
  const pass = async (from: string, to: string, column: string) => {
    const rows = await tableBlocks(from, { columns: [column], keep: "all" });
    const keep = rows.kept?.columns.map(({ name }) => ({ name, kept: name })) ?? [];
    const writer = await openTableWriter(to, keep, { kept: rows.kept });
    await writer.close();
    await rows.close();
  };
  await pass(csv, path("ids.vot"), "small");
  const xml = readFileSync(path("ids.vot"), "utf8");
  const types = [...xml.matchAll(/name="(\w+)" datatype="(\w+)"/g)].map(([, name, type]) => [name, type]);
  expect(types).toEqual([
    ["id", "long"],
    ["n", "char"],
    ["t", "unicodeChar"],
    ["small", "int"],
  ]); // prettier-ignore
  await pass(path("ids.vot"), path("again.csv"), "small");
  expect(readFileSync(path("again.csv"), "utf8")).toBe(readFileSync(csv, "utf8"));
  await pass(path("stars.vot"), path("stars.fits"), "pm");
  const { columns } = await readTable(path("stars.fits"));
  expect(columns[0]).toMatchObject({ unit: "K", ucd: "phys.temperature.effective;meta.main" });
});

test.each([
  [
    "a name that XML has no place for",
    [{ name: "a\u0001", values: Float64Array.of(1) }],
    /the name "a\\u0001" has characters/,
  ],
  [
    "a text with the character 0",
    [{ name: "t", kind: "category" as const, categories: ["a\0b"], values: Float64Array.of(0) }],
    /a text of column "t" holds the character 0, with which texts of VOTable end/,
  ],
])("is refused: %s", async (_, columns, said) => {
  await expect(writeTable({ columns }, path("refused.vot"))).rejects.toThrow(said);
  expect(readdirSync(folder).filter((name) => name.includes("refused"))).toEqual([]);
});

const python = pythonWith(
  "astropy.io.votable",
  "src/table/files/votable/write.test.ts: reading with Astropy",
);

describe.skipIf(!python)("Astropy", () => {
  test("finds nothing to complain of, and the same cells, units and ucds", async () => {
    await writeTable({ columns: stars }, path("astropy.vot"));
    const long = Array.from({ length: 5000 }, (_, row) => row);
    const writer = await openTableWriter(path("long.xml"), [{ name: "n", isWhole: true }, "x"]);
    await writer.append({
      n: Float64Array.from(long, (row) => row * 2 ** 36),
      x: Float64Array.from(long, Math.sqrt),
    });
    await writer.close();
    const found = printedJson(
      python ?? "",
      `
import sys, json, warnings
warnings.simplefilter("error")
from astropy.io import votable
folder = sys.argv[1]
table = votable.parse(f"{folder}/astropy.vot", verify="exception").get_first_table()
cells = {f.name: [None if m else v for v, m in zip(table.array[f.ID].tolist(), table.array.mask[f.ID].tolist())] for f in table.fields}
units = [str(f.unit) for f in table.fields]
long = votable.parse(f"{folder}/long.xml", verify="exception").get_first_table().to_table()
print(json.dumps([cells, units, [f.ucd for f in table.fields][:2], [f.xtype for f in table.fields][7:9], [long["n"].dtype.name, int(long["n"].sum()), float(long["x"].sum())]]))
`,
      folder,
    );
    const sum = long.reduce((all, each) => all + each, 0);
    // (It has no missing texts.)
    expect(found).toEqual([
      {
        ...{ teff: [4700.5, null, 5800], teff_error: [50, null, 60], pm: [1 / 3, -0, null], flux: [1, 2, 3] },
        ...{ variable: [true, null, false], type: ["géante", "dwarf", ""], class: ["K0", "G2 V", ""] },
        ...{ night: ["2020-01-01", "", "2020-01-02"] },
        at: ["2020-01-01T12:00:00", "", "2020-01-02T06:00:00"],
        [stars[8].name]: [1, 2, 3],
      },
      ["K", "K", "mas / yr", "W / (nm m2)", "None", "None", "None", "None", "None", "deg"],
      ["phys.temperature.effective;meta.main", "stat.error;phys.temperature.effective"],
      ["timestamp", "timestamp"],
      [
        "int64",
        sum * 2 ** 36,
        expect.closeTo(
          long.reduce((all, each) => all + Math.sqrt(each), 0),
          6,
        ),
      ],
    ]);
  });
});
