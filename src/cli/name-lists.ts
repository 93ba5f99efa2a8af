/** @file Lists of names as people write them: with commas between, quoted, repeated; a whole name comes first. */

interface Piece {
  /** Without its quotes, trimmed. */
  readonly name: string;
  /** Where it lies in the text, quotes included. */
  readonly from: number;
  readonly to: number;
}

/** `a, "b, c", d` is a, "b, c" and d; a quote inside a name is one of its characters. */
export function listed(text: string): string[] {
  return pieces(text).map(({ name }) => name);
}

/**
 * The same where the names are known: the longest stretch of the text that is one of them is taken first, so a name with
 * commas needs no quotes.
 */
export function listedAmong(text: string, known: readonly string[]): string[] {
  const whole = known.find((name) => name === text) ?? known.find((name) => name === text.trim());
  if (whole !== undefined) return [whole];
  const all = pieces(text);
  const found: string[] = [];
  for (let at = 0; at < all.length; ) {
    let end = all.length;
    const stretch = () => text.slice(all[at].from, all[end - 1].to).trim();
    while (end > at + 1 && !known.includes(stretch())) end--;
    found.push(end > at + 1 ? stretch() : all[at].name);
    at = end;
  }
  return found;
}

function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  for (let from = 0; from <= text.length; ) {
    const begin = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
    const [, quoted] = /^"((?:[^"]|"")*)"(?=\s*(?:,|=|:|$))/.exec(text.slice(begin)) ?? [];
    const unquoted = begin + (quoted === undefined ? 0 : quoted.length + 2);
    const comma = text.indexOf(",", unquoted);
    const to = comma < 0 ? text.length : comma;
    const rest = text.slice(unquoted, to);
    const name = quoted === undefined ? rest.trim() : quoted.replaceAll('""', '"') + rest.trimEnd();
    if (name !== "") found.push({ name, from, to });
    from = to + 1;
  }
  return found;
}
