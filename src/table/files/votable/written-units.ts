/** @file Units as the Virtual Observatory writes them. (Source: IVOA's VOUnits 1.1, section 2.) */
import { asciiUnit } from "../ascii-units.ts";

/** A unit with a power behind it, if any. */
const FACTOR = "([a-zA-Z]+)(?:\\*\\*|\\^)?([+-]?\\d+)?";
/** Factors with "." or blanks, "*" or "/" between. */
const PRODUCT = new RegExp(`^${FACTOR}(?:(?: *[./*] *| +)${FACTOR})*$`);
const STEPS = new RegExp(`( *[./*] *| +)?${FACTOR}`, "g");

/**
 * A unit with "." between factors and "**" before powers: "km s-1" is "km.s**-1". What is written in another way is left as it is; undefined
 * where it has letters that no unit has.
 */
export function voUnit(unit: string): string | undefined {
  const ascii = asciiUnit(unit);
  if (ascii === undefined || !PRODUCT.test(ascii)) return ascii;
  const factors = [...ascii.matchAll(STEPS)].map(([, between = "", name, power]) => ({
    ...{ name, power: Number(power ?? 1), isBelow: between.includes("/") },
  }));
  const isOneFraction =
    factors.filter(({ isBelow }) => isBelow).length === 1 && factors.at(-1)?.isBelow === true;
  const written = ({ name, power }: { name: string; power: number }) =>
    power === 1 ? name : `${name}**${power}`;
  if (isOneFraction)
    return `${factors.slice(0, -1).map(written).join(".")}/${written(factors[factors.length - 1])}`;
  return factors.map((each) => written(each.isBelow ? { ...each, power: -each.power } : each)).join(".");
}
