/** @file Hours of a clock, 0 to 24: a kind in one file, for tests, that no registry lists. It differs from `circular` in that its period is known. */
import { circle } from "../../geometry.ts";
import { circular } from "../circular.ts";
import { continuousKind } from "../continuous.ts";
import type { Kind } from "../kind.ts";

/** None of the kinds that there are. */
const NAME = "clock" as Kind["name"];
const HOURS = 24;

export const clock: Kind = continuousKind({
  name: NAME,
  accepts: ["number"],
  isSummed: true,
  formatVersion: 3,
  stated: { about: "hours of a clock" },
  geometry: () => circle(HOURS),
  fit(column, source, options) {
    const fitted = circular.fit(column, source, { ...options, as: { kind: "circular", period: HOURS } });
    const { period, ...encoding } = fitted.encoding;
    return { ...fitted, encoding: { ...encoding, kind: NAME } };
  },
  write: (value) => `${Math.floor(value)}:${String(Math.floor((value % 1) * 60)).padStart(2, "0")}`,
});
