/** @file Places on the sky as SQL: directions out of columns, moved by proper motions, sorted into small fields. */
import { numeral } from "../duckdb.ts";

/** Where the directions of a table stand: SQL, in degrees, NULL or NaN where there is none. */
export interface DirectionSql {
  readonly longitude: string;
  readonly latitude: string;
  /** Proper motions (that of longitude with the cosine of the latitude) in mas a year, and the years that they act. */
  readonly motion?: { readonly longitude: string; readonly latitude: string; readonly years: number };
}

/** Milliarcseconds in radians. */
const MAS = Math.PI / 180 / 3_600_000;

/**
 * Rows of `row_number, lon, lat, x, y, z`: the direction in degrees and as a unit vector, for rows that have one.
 *
 * A star moves on a straight line through space, seen from the Sun: its direction is r + t (mu_lon e_lon + mu_lat e_lat),
 * brought back to length 1. A missing motion is none.
 * @see Hipparcos catalogue (ESA SP-1200, 1997), volume 1, section 1.5.5, without radial velocity.
 */
export function placesSql(from: string, { longitude, latitude, motion }: DirectionSql): string {
  const turn = (longitudes: string) => `${longitudes} - 360 * floor(${longitudes} / 360) AS lon`;
  const shifted = motion ? ", d_lon, d_lat, radians(lon) AS a, radians(lat) AS b" : "";
  const still = `SELECT row_number, ${turn("lon")}, lat, cos(radians(lat)) * cos(radians(lon)) AS x,
      cos(radians(lat)) * sin(radians(lon)) AS y, sin(radians(lat)) AS z${shifted}
    FROM (SELECT row_number, ${longitude} AS lon, ${latitude} AS lat${motion ? `, ${shifts(motion)}` : ""} FROM ${from})
    WHERE isfinite(lon) AND abs(lat) <= 90`;
  if (!motion) return still;
  const vector = [
    "x - d_lon * sin(a) - d_lat * sin(b) * cos(a) AS mx",
    "y + d_lon * cos(a) - d_lat * sin(b) * sin(a) AS my",
    "z + d_lat * cos(b) AS mz",
  ];
  const unit = `SELECT row_number, mx / l AS x, my / l AS y, mz / l AS z
    FROM (SELECT *, sqrt(mx * mx + my * my + mz * mz) AS l FROM (SELECT row_number, ${vector.join(", ")} FROM (${still})))`;
  return `SELECT row_number, ${turn("degrees(atan2(y, x))")}, degrees(atan2(z, sqrt(x * x + y * y))) AS lat, x, y, z
    FROM (${unit})`;
}

/** How far a motion has led, in radians. */
function shifts({ longitude, latitude, years }: NonNullable<DirectionSql["motion"]>): string {
  const shift = (motion: string) =>
    `CASE WHEN isfinite(${motion}) THEN ${motion} * ${numeral(MAS * years)} ELSE 0 END`;
  return `${shift(longitude)} AS d_lon, ${shift(latitude)} AS d_lat`;
}

/** Seconds of arc between the unit vectors of two rows: by their chord, which is as exact at a microarcsecond as at a degree. */
export function separationSql(a: string, b: string): string {
  const square = (axis: string) => `(${a}.${axis} - ${b}.${axis}) * (${a}.${axis} - ${b}.${axis})`;
  return `3600 * degrees(2 * asin(least(1.0, sqrt(${["x", "y", "z"].map(square).join(" + ")}) / 2)))`;
}

/**
 * Fields for a search within a radius: zones of latitude, each cut into equal bins of longitude no narrower than the zone is
 * high. Four radii high, a circle touches two or three of them, and how many stars lie in one depends on their density alone.
 * @see Gray, J. et al. (2006), "The Zones Algorithm for Finding Points-Near-a-Point", MSR-TR-2006-52.
 */
export class Fields {
  readonly #radius: number;
  readonly #height: number;

  /** @param radius in degrees. */
  constructor(radius: number) {
    // Rounding must not put a star out of a field that its circle reaches.
    this.#radius = radius * (1 + 1e-9) + 1e-10;
    this.#height = Math.min(180, Math.max(4 * radius, LEAST_HEIGHT));
  }

  /** The rows of places, each with the field that it lies in. */
  own(places: string): string {
    const zone = this.#zone("lat");
    return `SELECT *, floor(lon / 360 * bins)::BIGINT % bins AS bin
      FROM (SELECT *, ${this.#bins("zone")} AS bins FROM (SELECT *, ${zone} AS zone FROM (${places})))`;
  }

  /** The rows of places, once for each field that the circle around them touches. */
  touched(places: string): string {
    const radius = numeral(this.#radius);
    const zones = `unnest(range(${this.#zone(`greatest(-90, lat - ${radius})`)}, ${this.#zone(`least(90, lat + ${radius})`)} + 1))`;
    // Half the width of the circle in longitude; a circle with a pole in it has every longitude.
    const half = `CASE WHEN abs(lat) + ${radius} >= 90 THEN 180
      ELSE degrees(asin(least(1.0, sin(radians(${radius})) / cos(radians(lat))))) END`;
    const ends = ["-", "+"].map((sign) => `floor((lon ${sign} half) / 360 * bins)::BIGINT`);
    const around = `SELECT *, ${ends[0]} AS first, ${ends[1]} AS last FROM
      (SELECT *, ${this.#bins("zone")} AS bins FROM (SELECT *, ${half} AS half, ${zones} AS zone FROM (${places})))`;
    const bins =
      "unnest(CASE WHEN last - first + 1 >= bins THEN range(0, bins) ELSE range(first, last + 1) END)";
    return `SELECT * REPLACE ((bin + bins) % bins AS bin) FROM (SELECT *, ${bins} AS bin FROM (${around}))`;
  }

  #zone(latitude: string): string {
    return `floor((${latitude} + 90) / ${numeral(this.#height)})::BIGINT`;
  }

  /** At the edge nearer to the pole the zone is shortest. */
  #bins(zone: string): string {
    const height = numeral(this.#height);
    const edge = `least(90, greatest(abs(${zone} * ${height} - 90), abs((${zone} + 1) * ${height} - 90)))`;
    return `greatest(1, floor(360 * cos(radians(${edge})) / ${height}))::BIGINT`;
  }
}

/** Fields are not smaller than this, in degrees: their numbers fit, and nothing would be won. */
const LEAST_HEIGHT = 0.001;
