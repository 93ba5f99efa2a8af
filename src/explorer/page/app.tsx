/** @file The page: the sentence on top, a strip for each column, and beside them what else can be known of the question. */
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type ModelColumn, unitBehind } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import { isInterval, isMeasured } from "../../model/question-table.ts";
import { rangeText, stepAt, textOf } from "./axis.ts";
import { Elsewhere } from "./elsewhere.tsx";
import { Joint } from "./joint.tsx";
import { MeasureNext } from "./measure-next.tsx";
import { NameStrip } from "./name-strip.tsx";
import { Neighbours, unusual } from "./neighbours.tsx";
import { cellWords } from "./question-words.ts";
import { Sentence } from "./sentence.tsx";
import {
  axes,
  columns,
  curves,
  failure,
  give,
  given,
  letGo,
  of,
  otherCurves,
  remark,
  rows,
} from "./state.ts";
import { middleOf, Strip } from "./strip.tsx";
import { Top } from "./top-bar.tsx";

export function App() {
  if (failure.value !== undefined)
    return (
      <main class="failed">
        <h1>The explorer can’t open its model.</h1>
        <p>{failure.value}</p>
      </main>
    );
  return (
    <>
      <Top />
      <main>
        <Sentence />
        <section class="strips" aria-label="columns">
          <p id="how-to-drag" class="unseen">
            Arrow keys give and move a value, plus and minus give it an error, Delete lets go, a asks for the
            column.
          </p>
          {columns.value.map((column) => (
            <Line key={column.name} column={column} />
          ))}
          <Legend />
        </section>
        <aside>
          <Card title="Two columns together">
            <Joint />
          </Card>
          <Tabs />
        </aside>
      </main>
      {remark.value !== undefined && (
        <p class="remark" role="status">
          {remark.value}
          <button type="button" class="plain" aria-label="close" onClick={() => (remark.value = undefined)}>
            ×
          </button>
        </p>
      )}
      <Foot />
    </>
  );
}

function Line({ column }: { readonly column: ModelColumn }) {
  const { name, encoding, output } = column;
  const isOfNames = kindOf(encoding).isCategorical;
  const cell = given.value[name];
  return (
    <div
      class={`line${of.value === name ? " is-asked" : ""}${cell === undefined ? "" : " is-given"}`}
      data-name={name}
    >
      <div class="label">
        <button
          type="button"
          class="name"
          aria-pressed={of.value === name}
          disabled={!output || cell !== undefined}
          onClick={() => (of.value = name)}
          title="ask for this column"
        >
          {name}
        </button>
        <span class="unit">{unitBehind({ columns: [column] }, name)}</span>
        <Readout column={column} />
      </div>
      {isOfNames ? <NameStrip column={column} /> : <Strip column={column} />}
    </div>
  );
}

/** The value that is given, with what can be done to it; or the answer in a few digits. */
function Readout({ column }: { readonly column: ModelColumn }) {
  const { name, encoding } = column;
  const cell = given.value[name];
  const curve = curves.value?.curves[name];
  if (cell !== undefined)
    return (
      <span class="readout given">
        <span>{cellWords({ ...column, unit: "" }, cell)}</span>
        {!kindOf(encoding).isCategorical && encoding.period === undefined && (
          <button
            type="button"
            class="plain"
            title={isInterval(cell) ? "a value instead of a range" : "a range instead of a value"}
            onClick={() => toggleRange(column)}
          >
            {isInterval(cell) ? "value" : "range"}
          </button>
        )}
        <button
          type="button"
          class="plain"
          aria-label={`let ${name} go`}
          title="let go"
          onClick={() => letGo(name)}
        >
          ×
        </button>
      </span>
    );
  if (curve?.kind !== "number") return null;
  const [low, high] = curve.middle;
  const half = (high - low) / 2;
  const skew = (high - curve.median) / Math.max(curve.median - low, Number.MIN_VALUE);
  if (kindOf(encoding).isText || encoding.period !== undefined || skew > 2 || skew < 0.5)
    return <span class="readout">{rangeText(column, low, high)}</span>;
  return (
    <span class="readout">
      {textOf(column, curve.median, half)}
      <small>{` ± ${textOf({ ...column, encoding: { ...encoding, kind: "number" } }, half, half)}`}</small>
    </span>
  );
}

function toggleRange({ name }: ModelColumn): void {
  const cell = given.value[name];
  const axis = axes.value[name];
  const middle = middleOf(cell);
  if (middle === undefined) return;
  if (isInterval(cell)) {
    give(name, middle);
    return;
  }
  const half = isMeasured(cell) ? cell.error : 20 * stepAt(axis, middle);
  const round = (value: number) => Number(value.toPrecision(12));
  give(name, { lower: round(middle - half), upper: round(middle + half) });
}

function Legend() {
  return (
    <p class="legend">
      {rows.value && (
        <span>
          <i class="histogram" />
          the table’s rows
        </span>
      )}
      <span>
        <i class="density" />
        what the model expects
      </span>
      <span>
        <i class="given" />
        given
      </span>
      {Object.keys(given.value).length > 0 && (
        <span>
          <i class="expected" />
          what the others would let expect
        </span>
      )}
      {otherCurves.value && (
        <span>
          <i class="other" />
          the other question
        </span>
      )}
    </p>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="card">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

const TABS = { "Nearest rows": Neighbours, "Measure next": MeasureNext, "As code": Elsewhere } as const;

function Tabs() {
  const names = Object.keys(TABS) as (keyof typeof TABS)[];
  const chosen = useSignal<keyof typeof TABS>("Nearest rows");
  const Shown = useComputed(() => TABS[chosen.value]).value;
  const { doubt } = unusual.value;
  const go = (by: number) => {
    chosen.value = names[(names.indexOf(chosen.value) + by + names.length) % names.length];
  };
  return (
    <section class="card">
      <div
        class="tabs"
        role="tablist"
        onKeyDown={(event) => {
          if (event.key === "ArrowRight") go(1);
          else if (event.key === "ArrowLeft") go(-1);
        }}
      >
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === chosen.value}
            tabIndex={name === chosen.value ? 0 : -1}
            onClick={() => (chosen.value = name)}
          >
            {name}
            {name === "Nearest rows" && doubt === "outside" && <i class="doubt outside" aria-hidden="true" />}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={chosen.value}>
        <Shown />
      </div>
    </section>
  );
}

function Foot() {
  const took = curves.value?.milliseconds;
  return (
    <footer class="quiet">
      Everything is worked out in this page; nothing is sent anywhere.
      {took !== undefined && ` This answer took ${took.toFixed(0)} ms.`}
    </footer>
  );
}
