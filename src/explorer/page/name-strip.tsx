/** @file A column of names as a strip: a bar for each name, which a click gives and another lets go. */
import type { ModelColumn } from "../../columns/encoding.ts";
import { percent } from "../../numeric/format.ts";
import type { Curve } from "./messages.ts";
import { neighbours } from "./neighbours.tsx";
import { ascending, shares } from "./rows.ts";
import { curves, give, given, letGo, otherCurves, rows } from "./state.ts";

export function NameStrip({ column }: { readonly column: ModelColumn }) {
  const { name, encoding } = column;
  const { categories } = encoding;
  const values = ascending(rows.value?.values[name]);
  const known = values.length > 0 ? shares(values, categories.length) : undefined;
  const probabilities = probabilitiesOf(curves.value?.curves[name]);
  const compared = probabilitiesOf(otherCurves.value?.curves[name]);
  const cell = given.value[name];
  const near = (index: number) =>
    neighbours.value.filter((each) => rows.value?.values[name]?.[each.index] === index).length;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be laid out as a row of bars in all browsers
    <div
      class={`names${cell === undefined ? "" : " is-given"}`}
      role="group"
      aria-label={`${name}: click a name to give it`}
    >
      {categories.map((category, index) => {
        const probability = probabilities?.[index] ?? 0;
        const isGiven = cell === category;
        return (
          <button
            key={category}
            type="button"
            class={isGiven ? "is-given" : ""}
            aria-pressed={isGiven}
            aria-label={`${category}, ${percent(Number(probability.toFixed(3)))}`}
            onClick={() => (isGiven ? letGo(name) : give(name, category))}
          >
            <span class="bar" aria-hidden="true">
              {known && <i class="known" style={{ inlineSize: `${100 * known[index]}%` }} />}
              <i
                class={cell === undefined ? "asked" : "asked expected"}
                style={{ inlineSize: `${100 * probability}%` }}
              />
              {compared && <i class="compared" style={{ insetInlineStart: `${100 * compared[index]}%` }} />}
            </span>
            <span class="name">{category}</span>
            <span class="near" aria-hidden="true">
              {"•".repeat(Math.min(3, near(index)))}
            </span>
            <span class="share">{probabilities && `${(100 * probability).toFixed(0)}\u00a0%`}</span>
          </button>
        );
      })}
    </div>
  );
}

function probabilitiesOf(curve: Curve | undefined): readonly number[] | undefined {
  return curve?.kind === "category" ? curve.probabilities : undefined;
}
