/** @file HEALPix as a function of DuckDB's SQL. */
import { BIGINT, DOUBLE, type DuckDBConnection, DuckDBScalarFunction, INTEGER } from "@duckdb/node-api";
import { healpixPixel } from "../../numeric/healpix.ts";

/**
 * Makes the connection know `nested_pixel(order, longitude, latitude)`, in degrees; NULL where there is no such direction.
 * A million pixels take half a second.
 */
export function addNestedPixel(connection: DuckDBConnection): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: "nested_pixel",
      parameterTypes: [INTEGER, DOUBLE, DOUBLE],
      returnType: BIGINT,
      mainFunction: (_info, input, output) => {
        const [orders, longitudes, latitudes] = [0, 1, 2].map((i) => input.getColumnVector(i));
        for (let row = 0; row < input.rowCount; row++) {
          const [order, longitude, latitude] = [orders, longitudes, latitudes].map((each) =>
            each.getItem(row),
          );
          output.setItem(row, pixelOf(order, longitude, latitude));
        }
        output.flush();
      },
    }),
  );
}

function pixelOf(order: unknown, longitude: unknown, latitude: unknown): bigint | null {
  const isDirection =
    typeof longitude === "number" &&
    typeof latitude === "number" &&
    Number.isFinite(longitude) &&
    Math.abs(latitude) <= 90;
  return isDirection ? healpixPixel(Number(order), longitude, latitude) : null;
}
