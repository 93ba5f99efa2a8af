/** @file The answer in words: what is given, what the column of interest then is, and what it was before. */
import type { ComponentChildren } from "preact";
import { type ModelColumn, unitBehind } from "../../columns/encoding.ts";
import { rangeText, textOf } from "./axis.ts";
import type { Curve, NumberCurve } from "./messages.ts";
import { unusual } from "./neighbours.tsx";
import { cellWords } from "./question-words.ts";
import { columns, curves, given, letGo, marginals, of, otherCurves } from "./state.ts";

export function Sentence() {
  const column = columns.value.find(({ name }) => name === of.value);
  const curve = curves.value?.curves[of.value] ?? marginals.value?.curves[of.value];
  if (!column) return null;
  const told = Object.entries(given.value);
  const compared = otherCurves.value?.curves[of.value];
  const { doubt, words } = unusual.value;
  return (
    <section class="sentence" aria-label="the answer in words">
      <h2 id="answer" aria-live="polite">
        {told.length > 0 && (
          <>
            {"Given "}
            {told.map(([name, cell], i) => (
              <span key={name}>
                {i > 0 && i === told.length - 1 ? "and " : ""}
                <span class="whole">
                  <Chip
                    name={name}
                    text={cellWords(columns.value.find((each) => each.name === name) ?? column, cell)}
                  />
                  {i === told.length - 2 ? "" : ","}
                </span>{" "}
              </span>
            ))}
          </>
        )}
        <b class="asked">{column.name}</b>
        {" is "}
        {curve ? <Answer column={column} curve={curve} /> : "…"}
        {"."}
      </h2>
      <p class="quiet">
        {told.length === 0 &&
          "Knowing nothing else. Drag on any strip to give a value; click a column’s name to ask for it."}
        {told.length > 0 && curve && <Details column={column} curve={curve} />}
        {compared && (
          <span class="compared">
            {" In the other question: "}
            <Answer column={column} curve={compared} />
            {"."}
          </span>
        )}
        {doubt !== "none" && <span class={`doubt ${doubt}`}>{words}</span>}
      </p>
    </section>
  );
}

function Chip({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <button
      type="button"
      class="chip"
      title="let go"
      aria-label={`${name} ${text}: let go`}
      onClick={() => letGo(name)}
    >
      {`${name} ${text}`}
    </button>
  );
}

/** "about 2.49 dex"; where the density has two hills or three, each with its share. */
function Answer({
  column,
  curve,
}: {
  readonly column: ModelColumn;
  readonly curve: Curve;
}): ComponentChildren {
  if (curve.kind === "category") {
    const order = [...curve.probabilities.keys()].sort(
      (a, b) => curve.probabilities[b] - curve.probabilities[a],
    );
    const [first, second] = order;
    const share = (i: number) => `${(100 * curve.probabilities[i]).toFixed(0)}\u00a0%`;
    if (curve.probabilities[first] > 0.9 || second === undefined)
      return (
        <>
          <b>{curve.categories[first]}</b>
          {` (${share(first)})`}
        </>
      );
    return (
      <>
        <b>{curve.categories[first]}</b>
        {` (${share(first)}) or `}
        <b>{curve.categories[second]}</b>
        {` (${share(second)})`}
      </>
    );
  }
  const unit = unitBehind({ columns: [column] }, column.name);
  const parts = hillsOf(curve);
  if (parts.length < 2 || parts.length > 3) {
    const [low, high] = curve.middle;
    return <b>{`about ${textOf(column, curve.median, (high - low) / 2)}${unit}`}</b>;
  }
  const total = parts.reduce((sum, { mass }) => sum + mass, 0);
  const width = Math.max(...parts.map(({ low, high }) => high - low));
  return (
    <>
      {"either "}
      {parts.map(({ low, high, mass }, i) => (
        <span key={low}>
          {i === 0 ? "" : " or "}
          <b>{rangeText(column, low, high, width)}</b>
          {`${i === parts.length - 1 ? unit : ""} (${((100 * mass) / total).toFixed(0)}\u00a0%)`}
        </span>
      ))}
    </>
  );
}

/** Parts of the densest 68 % that hold at least a tenth of it. */
function hillsOf({ densest = [] }: NumberCurve) {
  const total = densest.reduce((sum, { mass }) => sum + mass, 0);
  return densest.filter(({ mass }) => mass > 0.1 * total);
}

function Details({ column, curve }: { readonly column: ModelColumn; readonly curve: Curve }) {
  if (curve.kind === "category") return null;
  const unit = unitBehind({ columns: [column] }, column.name);
  const before = marginals.value?.curves[column.name];
  const [low, high] = curve.wide;
  const narrower = before?.kind === "number" ? (high - low) / (before.wide[1] - before.wide[0]) : Number.NaN;
  return (
    <span>
      {`90 % of the probability lies in ${rangeText(column, low, high)}${unit}`}
      {Number.isFinite(narrower) && narrower < 0.7 && `, ${timesIn(1 / narrower)} narrower than without`}
      {". "}
    </span>
  );
}

const timesIn = (times: number) => `${times < 10 ? times.toFixed(1) : times.toFixed(0)} times`;
