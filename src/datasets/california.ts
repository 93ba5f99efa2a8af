/** @file California Housing: districts of the 1990 census, as the published code and scikit-learn take them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unpackTar } from "modern-tar";
import { InputError } from "../base/errors.ts";
import { readTable } from "../table/files/read.ts";
import { withTemporaryFolder } from "../table/files/source.ts";
import type { Table } from "../table/table.ts";
import type { Dataset } from "./dataset.ts";

/** The file within the archive: comma-separated numbers without a header line ... */
const FILE = "CaliforniaHousing/cal_housing.data";
/** ... of these columns. */
const ORIGINAL = [
  "longitude",
  "latitude",
  "housingMedianAge",
  "totalRooms",
  "totalBedrooms",
  "population",
  "households",
  "medianIncome",
  "medianHouseValue",
] as const;

type District = Readonly<Record<(typeof ORIGINAL)[number], number>>;

/** The nine columns by scikit-learn's formulas (`fetch_california_housing`), in its order. */
const COLUMNS: Readonly<Record<string, (district: District) => number>> = {
  MedInc: ({ medianIncome }) => medianIncome,
  HouseAge: ({ housingMedianAge }) => housingMedianAge,
  AveRooms: ({ totalRooms, households }) => totalRooms / households,
  AveBedrms: ({ totalBedrooms, households }) => totalBedrooms / households,
  Population: ({ population }) => population,
  AveOccup: ({ population, households }) => population / households,
  Latitude: ({ latitude }) => latitude,
  Longitude: ({ longitude }) => longitude,
  // The target, in units of $100,000; scikit-learn calls it MedHouseVal, the published code HouseValue.
  HouseValue: ({ medianHouseValue }) => medianHouseValue / 100_000,
};

export const california: Dataset = {
  name: "california",
  about: "California Housing: house values, incomes and dwellings of districts in the 1990 US census",
  citation: "Pace & Barry (1997), Statistics & Probability Letters 33, 291-297; StatLib",
  rows: 20_640,
  columns: Object.keys(COLUMNS),
  // The archive and checksum that scikit-learn uses.
  url: "https://ndownloader.figshare.com/files/5976036",
  sha256: "aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681",
  derive: async (archive) => {
    const entries = await unpackTar(gunzipSync(archive));
    const data = entries.find(({ header }) => header.name === FILE)?.data;
    if (!data) throw new InputError(`The archive of california holds no file ${FILE}.`);
    const original = await readOriginal(data);
    const cells = Object.fromEntries(original.columns.map(({ name, values }) => [name, values]));
    const columns = Object.entries(COLUMNS).map(([name, formula]) => ({
      name,
      values: Float64Array.from({ length: original.rows }, (_, row) => formula(districtOf(cells, row))),
    }));
    return { source: "california", rows: original.rows, columns };
  },
};

function districtOf(cells: Readonly<Record<string, Float32Array | Float64Array>>, row: number): District {
  return Object.fromEntries(ORIGINAL.map((name) => [name, cells[name][row]])) as District;
}

/** The original table, in double precision, as numpy reads it: quotients of rounded numbers would differ. */
function readOriginal(data: Uint8Array): Promise<Table> {
  return withTemporaryFolder(async (folder) => {
    const path = join(folder, "cal_housing.csv");
    // The original's lines end in CR LF, and DuckDB takes no file of both kinds of line.
    const lines = Buffer.from(data).toString("latin1").replaceAll("\r\n", "\n");
    await writeFile(path, `${ORIGINAL.join(",")}\n${lines}`);
    return readTable(path, { precision: "float64" });
  });
}
