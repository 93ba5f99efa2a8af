/** @file The real rows that are nearest to the question, as a small table; and how unusual the question is. */
import { computed } from "@preact/signals";
import { kindOf } from "../../columns/kinds.ts";
import { textOf } from "./axis.ts";
import { type Neighbour, nearest, type Rows } from "./rows.ts";
import { answered, axes, columns, curves, given, of, rarity, rows } from "./state.ts";

const SHOWN = 6;
/** Most columns in the table of rows. */
const WIDE = 5;
/** And most letters in its head. */
const LETTERS = 38;

export const neighbours = computed<readonly Neighbour[]>(() =>
  rows.value ? nearest(rows.value, columns.value, given.value, SHOWN) : [],
);

export type Doubt = "none" | "usual" | "rare" | "outside";

/** Below this share of made-up rows a question is rare, and so far from all rows it is outside the data. */
const RARE = 0.02;
const FAR = 0.6;

/** How unusual what is given is, in one word and a sentence. */
export const unusual = computed<{ readonly doubt: Doubt; readonly words: string }>(() => {
  if (Object.keys(given.value).length === 0) return { doubt: "none", words: "" };
  const [outside] = curves.value?.outside ?? [];
  if (outside !== undefined) return { doubt: "outside", words: outside };
  const share = rarity.value?.share;
  const isFar = (neighbours.value[0]?.distance ?? 0) > FAR;
  if (share === 0 && (isFar || neighbours.value.length === 0))
    return { doubt: "outside", words: "No row is like this: the answers are guesses." };
  if (share !== undefined && share < RARE)
    return { doubt: "rare", words: `Rare: fewer than ${inWords(share)} rows are as unusual together.` };
  if (share === undefined) return { doubt: "none", words: "" };
  return { doubt: "usual", words: `Like the data: ${Math.round(100 * share)} % of rows are more unusual.` };
});

function inWords(share: number): string {
  return `1 in ${Math.round(1 / Math.max(share, 1 / (rarity.value?.size ?? 300)))}`;
}

export function Neighbours() {
  const sampled = rows.value;
  if (!sampled) return <p class="quiet">This site was made without a table, so there are no rows to show.</p>;
  if (neighbours.value.length === 0)
    return (
      <p class="quiet">
        Give a value: the rows of the table that are nearest to it appear here, and as dots in the strips.
      </p>
    );
  const names = [...Object.keys(given.value), of.value, ...answered.value.map(({ name }) => name)];
  const known = [...new Set(names)].filter((name) => sampled.values[name]).slice(0, WIDE);
  const shown = known.filter((_, i) => known.slice(0, i + 1).join("  ").length <= LETTERS);
  return (
    <>
      <table class="rows">
        <thead>
          <tr>
            <th>row</th>
            {shown.map((name) => (
              <th key={name} class={Object.hasOwn(given.value, name) ? "is-given" : ""}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {neighbours.value.map(({ index, number }) => (
            <tr key={index}>
              <td>{number}</td>
              {shown.map((name) => (
                <td key={name}>{cellOf(name, sampled.values[name][index])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">{sourceWords(sampled)}</p>
    </>
  );
}

function sourceWords({ numbers, total, source }: Rows): string {
  const [kept, all] = [numbers.length, total].map((count) => count.toLocaleString("en"));
  if (kept === all) return `Of all ${all} rows of ${source}.`;
  return `Of ${kept} rows drawn at random from ${all} of ${source}.`;
}

function cellOf(name: string, value: number): string {
  const column = columns.value.find((each) => each.name === name);
  if (!column || Number.isNaN(value)) return "–";
  if (kindOf(column.encoding).isCategorical) return column.encoding.categories[value] ?? "–";
  const axis = axes.value[name];
  return textOf(column, value, axis.isLog ? Math.abs(value) / 10 : (axis.high - axis.low) / 30);
}
