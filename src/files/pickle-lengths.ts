/**
 * @file Whether a pickle says of its parts how long they are as pickles do. The parser believes what it is told: a length below
 * 0 leads it back to where it was, for ever, and a whole number of a million digits takes it hours.
 * (The opcodes are those of Python's Lib/pickletools.py, protocols 0 to 5.)
 */

/** Bytes of a whole number; of a number of 64 bits 8. */
const LONGEST_NUMBER = 1024;

const STOP = 0x2e;
const NEWLINE = 0x0a;

type Argument =
  | { readonly bytes: number }
  | { readonly lines: number; readonly most?: number }
  /** A length of so many bytes, and then as many bytes. */
  | { readonly counted: 1 | 4 | 8; readonly most?: number };

const ARGUMENTS = new Map<number, Argument>();

function define(opcodes: string, argument: Argument): void {
  for (const each of Buffer.from(opcodes, "latin1")) ARGUMENTS.set(each, argument);
}

define("(012N)t]lae}dsuoQRb\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98", { bytes: 0 });
define("hqK\x80\x82", { bytes: 1 });
define("M\x83", { bytes: 2 });
define("jrJ\x84", { bytes: 4 });
define("G\x95", { bytes: 8 });
define("pgFSVP", { lines: 1 });
define("IL", { lines: 1, most: 3 * LONGEST_NUMBER });
define("ci", { lines: 2 });
define("UC\x8c\x8a", { counted: 1 });
define("TX", { counted: 4 });
define("B", { counted: 4, most: 2 ** 31 - 1 });
define("\x8b", { counted: 4, most: LONGEST_NUMBER });
define("\x8d\x8e\x96", { counted: 8 });

/** What is wrong with a pickle's lengths, as "a part of it at byte 17 reaches beyond its end"; undefined where nothing is. */
export function wrongLength(pickle: Uint8Array): string | undefined {
  const view = new DataView(pickle.buffer, pickle.byteOffset, pickle.byteLength);
  for (let at = 0; at < pickle.length; ) {
    const opcode = pickle[at];
    const argument = ARGUMENTS.get(opcode);
    if (opcode === STOP || argument === undefined) return undefined; // the parser ends there, too
    const end = endOf(argument, pickle, view, at + 1);
    if (!(end <= pickle.length)) return `a part of it at byte ${at} reaches beyond its end`;
    const most = "most" in argument ? argument.most : undefined;
    if (most !== undefined && end - at - 1 > most) return `a part of it at byte ${at} is too long`;
    at = end;
  }
  return undefined;
}

/** NaN or beyond the end where the argument is not whole. */
function endOf(argument: Argument, pickle: Uint8Array, view: DataView, from: number): number {
  if ("bytes" in argument) return from + argument.bytes;
  if ("lines" in argument) {
    let at = from;
    for (let line = 0; line < argument.lines; line++) {
      const newline = pickle.indexOf(NEWLINE, at);
      if (newline < 0) return Number.NaN;
      at = newline + 1;
    }
    return at;
  }
  const { counted } = argument;
  if (from + counted > pickle.length) return Number.NaN;
  if (counted === 1) return from + 1 + pickle[from];
  if (counted === 4) return from + 4 + view.getUint32(from, true);
  return from + 8 + Number(view.getBigUint64(from, true));
}
