/** @file Changes that damage a file: of bytes, of numbers among them, of words in a text. All drawn from a seed. */
import type { Generator } from "../../src/numeric/generator.ts";

/** Whole numbers at which readers go wrong. */
const EDGES = [
  0,
  1,
  -1,
  2,
  7,
  8,
  127,
  128,
  255,
  256,
  32767,
  32768,
  65535,
  65536,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 32 - 1,
];

/** Texts at which readers of numbers and words go wrong. */
export const ODD_TEXTS = [
  ...[
    "",
    " ",
    "0",
    "-0",
    "-1",
    "1e999",
    "-1e999",
    "1e-400",
    "NaN",
    "nan",
    "inf",
    "Infinity",
    "0x10",
    "1_000",
  ],
  ...["1,5", "1.2.3", "--1", "+", ".", "1e", "9007199254740993", "123456789012345678901234567890", "1e308"],
  ...[
    "true",
    "false",
    "null",
    "None",
    "NA",
    "?",
    "-9999",
    "99.999",
    "<0.5",
    "12 %",
    "$1,200",
    "3.4 kg",
    "1.2M",
  ],
  ...["2020-01-01", "2020-13-45", "0000-00-00", "31.12.2020", "12:30", "2020-02-30T25:61:61Z"],
  ...[
    "'",
    '"',
    '""',
    "\\",
    "\n",
    "\r",
    "\r\n",
    "\t",
    ",",
    ";",
    "|",
    "#",
    "\0",
    "\u001b[2J",
    "\ufeff",
    "\ud7ff",
    "é",
    "日本",
    "😀",
  ],
  ...[
    "__proto__",
    "constructor",
    "a'b",
    'a"b',
    "x'); DROP TABLE x; --",
    "%s%n",
    "../../etc/passwd",
    "<b>&amp;",
  ],
];

export function oneOf<T>(random: Generator, items: readonly T[]): T {
  return items[random.integer(items.length)];
}

/** A few changes of bytes. */
export function mutatedBytes(random: Generator, bytes: Uint8Array): Uint8Array {
  let made: Uint8Array = Uint8Array.from(bytes);
  for (let left = 1 + random.integer(4); left > 0; left--) made = changedOnce(random, made);
  return made;
}

function changedOnce(random: Generator, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.integer(256));
  const at = random.integer(bytes.length);
  const length = 1 + random.integer(Math.min(64, bytes.length - at));
  const [before, piece, after] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.integer(9)) {
    case 0:
      bytes[at] ^= 1 << random.integer(8);
      return bytes;
    case 1:
      bytes[at] = random.integer(256);
      return bytes;
    case 2:
      return withNumber(random, bytes, at);
    case 3:
      return before;
    case 4:
      return joined(before, after);
    case 5:
      return joined(before, piece, piece, after);
    case 6:
      return joined(
        before,
        Uint8Array.from({ length }, () => random.integer(256)),
        after,
      );
    case 7: {
      const from = random.integer(bytes.length);
      bytes.copyWithin(at, from, from + length);
      return bytes;
    }
    default:
      bytes.fill(random.integer(2) * 255, at, at + length);
      return bytes;
  }
}

/** A number at an edge, or near what stood there, of 2, 4 or 8 bytes in either order: lengths, offsets, counts. */
function withNumber(random: Generator, bytes: Uint8Array, at: number): Uint8Array {
  const size = oneOf(random, [2, 4, 8]);
  if (at + size > bytes.length) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, size);
  const little = random.integer(2) === 0;
  const near = random.integer(2) === 0;
  const edge = BigInt(oneOf(random, EDGES)) + BigInt(random.integer(3) - 1);
  if (size === 8) view.setBigInt64(0, near ? view.getBigInt64(0, little) + edge : edge, little);
  else if (size === 4) view.setInt32(0, (near ? view.getInt32(0, little) : 0) + Number(edge), little);
  else view.setInt16(0, (near ? view.getInt16(0, little) : 0) + Number(edge), little);
  return bytes;
}

export function joined(...pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

/** A few changes of words, marks and lines; now and then of bytes. @param words of the format. */
export function mutatedText(random: Generator, text: string, words: readonly string[]): Uint8Array {
  let made = text;
  for (let left = 1 + random.integer(3); left > 0; left--) made = textChangedOnce(random, made, words);
  const bytes = new TextEncoder().encode(made);
  return random.integer(5) === 0 ? mutatedBytes(random, bytes) : bytes;
}

const WORD = /[\w.+-]+|[^\w\s]/g;

function textChangedOnce(random: Generator, text: string, words: readonly string[]): string {
  const odd = random.integer(2) === 0 ? oneOf(random, ODD_TEXTS) : oneOf(random, words);
  const found = [...text.matchAll(WORD)];
  const lines = text.split("\n");
  const line = random.integer(lines.length);
  switch (found.length === 0 ? 3 : random.integer(6)) {
    case 0:
    case 1: {
      const { index, 0: word } = oneOf(random, found);
      return text.slice(0, index) + odd + text.slice(index + word.length);
    }
    case 2: {
      const { index, 0: word } = oneOf(random, found);
      return text.slice(0, index) + text.slice(index + word.length);
    }
    case 3: {
      const at = random.integer(text.length + 1);
      return text.slice(0, at) + odd + text.slice(at);
    }
    case 4:
      lines.splice(line, 1);
      return lines.join("\n");
    default:
      lines.splice(random.integer(lines.length), 0, lines[line]);
      return lines.join("\n");
  }
}

/** JSON with a few values, names or members changed; now and then text that is none. */
export function mutatedJson(random: Generator, value: unknown, words: readonly string[]): Uint8Array {
  if (random.integer(4) === 0) return mutatedText(random, JSON.stringify(value, undefined, 1), words);
  const made = structuredClone(value);
  for (let left = 1 + random.integer(2); left > 0; left--) changeMember(random, made);
  return new TextEncoder().encode(JSON.stringify(made));
}

const ODD_VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    -1e-308,
    2 ** 53,
    "",
    "x",
    "1",
    [],
    {},
    [1, 2],
    [[]],
    [null],
    { x: 1 },
  ],
  ...["__proto__", "2020-01-01", "NaN", Array.from({ length: 200 }, (_, i) => i), "long ".repeat(500)],
];

function changeMember(random: Generator, root: unknown): void {
  const places: { owner: Record<string, unknown>; key: string }[] = [];
  const visit = (owner: unknown) => {
    if (typeof owner !== "object" || owner === null) return;
    for (const key of Object.keys(owner)) {
      places.push({ owner: owner as Record<string, unknown>, key });
      visit((owner as Record<string, unknown>)[key]);
    }
  };
  visit(root);
  if (places.length === 0) return;
  const { owner, key } = oneOf(random, places);
  switch (random.integer(4)) {
    case 0:
      if (Array.isArray(owner)) owner.splice(Number(key), 1);
      else delete owner[key];
      return;
    case 1: {
      const other = oneOf(random, places);
      owner[key] = structuredClone(other.owner[other.key]);
      return;
    }
    case 2:
      if (typeof owner[key] === "number")
        owner[key] = (owner[key] as number) * oneOf(random, [-1, 0, 2, 0.5, 1e6]);
      else owner[key] = structuredClone(oneOf(random, ODD_VALUES));
      return;
    default:
      owner[key] = structuredClone(oneOf(random, ODD_VALUES));
  }
}
