/**
 * @file Tables of journals and of the CDS in one file: a byte-by-byte description above rows of fixed width, as the AAS's machine-readable
 * tables have it. (Source: CDS' "Standard description for astronomical catalogues" 2.0, section 3.2; AAS Journals' MRT standard.)
 */
import { firstBytes } from "../known-bytes.ts";
import type { TextField } from "./columns.ts";
import type { DeclaredFixed } from "./declared-fixed.ts";

/** Descriptions and notes are hardly longer. */
const HEADER_BYTES = 1 << 19;

const DESCRIPTION = /^Byte-by-byte Description of file/i;
const RULE = /^\s*(-{10,}|={10,})\s*$/;
/** "12- 20 F9.5 mag Vmag ?=-9.99 Magnitude". */
const FIELD = /^\s*(?:(\d+)\s*-)?\s*(\d+)\s+([AIFE][\d.]*)\s+(\S+)\s+(\S+)(?:\s+(\S.*))?$/;

/** The description, if there is one, of one file alone, and rows behind it: with several it is a ReadMe, and its rows lie elsewhere. */
export async function mrtHeader(path: string): Promise<DeclaredFixed | undefined> {
  const start = (await firstBytes(path, HEADER_BYTES)).toString("utf8");
  if (!/byte-by-byte description of file/i.test(start)) return undefined;
  const lines = start.split(/\r\n|\r|\n/);
  const described = [...lines.keys()].filter((i) => DESCRIPTION.test(lines[i].trim()));
  const rules = [...lines.keys()].filter((i) => RULE.test(lines[i]));
  const [first, ...others] = described;
  // The names of what is described stand between two rules, the fields between the second and a third.
  const [, begin, end] = rules.filter((line) => line > first);
  const last = rules.at(-1);
  if (others.length > 0 || end === undefined || last === undefined) return undefined;
  if (lines.slice(last + 1).every((line) => line.trim() === "")) return undefined;
  const found = lines.slice(begin + 1, end).flatMap((line) => {
    const [, from, to, form, unit, name, explanation = ""] = FIELD.exec(line) ?? [];
    return name === undefined ? [] : [{ start: Number(from ?? to) - 1, form, unit, name, explanation }];
  });
  if (found.length === 0) return undefined;
  return {
    format: "mrt",
    starts: found.map((each) => each.start),
    fields: found.map(fieldOf),
    nulls: found.map(({ explanation }) => /^(?:\[[^\]]*\]\s*)?\?=(\S+)/.exec(explanation)?.[1]),
    ...{ headerLine: begin, lines: last + 1 },
  };
}

function fieldOf({ name, form, unit }: { name: string; form: string; unit: string }): TextField {
  const isNumber = !form.startsWith("A");
  return {
    ...{ name, type: form, declared: isNumber ? "number" : "text" },
    ...(isNumber && !/^-+$/.test(unit) && { unit }),
  };
}
