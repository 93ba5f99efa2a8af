/** @file A column of numbers as a strip: the table's histogram behind, the model's density in front, and a marker for what is given. */
import { computed, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type ModelColumn, unitBehind } from "../../columns/encoding.ts";
import { isWhole } from "../../columns/kinds.ts";
import { type Given, isInterval, isMeasured } from "../../model/question-table.ts";
import {
  type Axis,
  pointedAt,
  positionOf,
  roundTo,
  stepAt,
  textOf,
  ticksOf,
  unitsPerStep,
  valueAt,
} from "./axis.ts";
import type { Curve, NumberCurve } from "./messages.ts";
import { neighbours } from "./neighbours.tsx";
import { cellWords } from "./question-words.ts";
import { ascending, histogram } from "./rows.ts";
import {
  axes,
  columns,
  curves,
  give,
  given,
  letGo,
  marginals,
  of,
  other,
  otherCurves,
  rows,
} from "./state.ts";

/** Few columns have high strips; on a phone all are low. */
const height = computed(() => {
  const even = 620 / Math.max(1, columns.value.length) - 20;
  return matchMedia("(max-width: 620px)").matches
    ? LOWEST
    : Math.round(Math.min(120, Math.max(LOWEST, even)));
});
const LOWEST = 54;
/** The marginal's peak is so high; what is sharper grows up to the top. */
const MARGINAL_TOP = 0.5;
const TOP = 0.93;
/** Pixels around a marker or an edge that belong to it. */
const REACH = 9;

export function Strip({ column }: { readonly column: ModelColumn }) {
  const { name } = column;
  const axis = axes.value[name];
  const host = useRef<HTMLDivElement>(null);
  const width = useSignal(600);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const watch = new ResizeObserver(([entry]) => {
      width.value = Math.max(120, entry.contentRect.width);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const scale = useComputed(() => MARGINAL_TOP / Math.max(peakOf(marginals.value?.curves[name]), 1e-9));
  // The same elements until the rows or the width change: a frame of a drag does not look at them.
  const behind = useComputed(() => <Behind column={column} width={width.value} scale={scale.value} />);
  const own = useComputed(() => given.value[name]);
  if (!axis) return null;
  const cell = own.value;
  const curve = numberCurve(curves.value?.curves[name]);
  const compared = numberCurve(otherCurves.value?.curves[name]);
  const otherCell = other.value?.[name];
  const isInOther = otherCell !== undefined;
  const w = width.value;
  const at = (value: number) => positionOf(axis, value) * w;
  const isGiven = cell !== undefined;
  return (
    <div
      ref={host}
      class="slider"
      role="slider"
      tabIndex={0}
      aria-label={`${name}, ${isGiven ? "given" : "not given"}`}
      aria-valuemin={axis.low}
      aria-valuemax={axis.high}
      aria-valuenow={middleOf(cell) ?? curve?.median ?? axis.low}
      aria-valuetext={spoken(column, cell, curve)}
      aria-describedby="how-to-drag"
      onPointerDown={(event) => beginDrag(event, column, axis)}
      onKeyDown={(event) => onKey(event, column, axis, curve)}
    >
      <svg
        class={`plot${isGiven ? " is-given" : ""}`}
        height={height.value + 17}
        viewBox={`0 0 ${w} ${height.value + 17}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {behind.value}
        {isInOther && <Other cell={otherCell} at={at} />}
        {compared && !isInOther && <path class="other" d={curvePath(compared, w, scale.value, false)} />}
        {curve && (
          <path class={isGiven ? "expected" : "density"} d={curvePath(curve, w, scale.value, !isGiven)} />
        )}
        {curve && !isGiven && (
          <Summary column={column} curve={curve} at={(value) => Math.min(w, Math.max(0, at(value)))} />
        )}
        {curve?.pointMasses.map(({ value, probability }) => (
          <line
            key={value}
            class="point-mass"
            x1={at(value)}
            x2={at(value)}
            y1={height.value}
            y2={height.value * (1 - TOP * Math.sqrt(probability))}
          />
        ))}
        <g class="near">
          {neighbours.value.map(({ index }) => {
            const value = rows.value?.values[name]?.[index] ?? Number.NaN;
            return Number.isNaN(value) ? null : (
              <circle key={index} cx={at(value)} cy={height.value} r={2.5} />
            );
          })}
        </g>
        <line class="base" x1={0} x2={w} y1={height.value} y2={height.value} />
        {isGiven && <Marker cell={cell} at={at} width={w} />}
      </svg>
    </div>
  );
}

/** What stands behind the curves: ticks, and the histogram of the table's rows. */
function Behind({ column, width, scale }: { column: ModelColumn; width: number; scale: number }) {
  const axis = axes.value[column.name];
  const values = ascending(rows.value?.values[column.name]);
  return (
    <>
      <g class="ticks">
        {ticksOf(column, axis, Math.max(3, width / 90)).map(({ position, text }) => (
          <g key={text} transform={`translate(${position * width} 0)`}>
            <line y1={0} y2={height.value} />
            <text
              y={height.value + 13}
              text-anchor={position < 0.03 ? "start" : position > 0.97 ? "end" : "middle"}
            >
              {text}
            </text>
          </g>
        ))}
      </g>
      {values.length > 0 && (
        <path
          class="histogram"
          d={barsPath(histogram(values, axis, isWhole(column.encoding)), width, scale)}
        />
      )}
    </>
  );
}

function Summary({
  column,
  curve,
  at,
}: {
  column: ModelColumn;
  curve: NumberCurve;
  at: (value: number) => number;
}) {
  const [low, high] = curve.wide;
  if (column.encoding.period !== undefined && low > high) return null;
  return (
    <g class="summary">
      <line x1={at(low)} x2={at(high)} y1={height.value} y2={height.value} />
      <circle cx={at(curve.median)} cy={height.value} r={3.5} />
    </g>
  );
}

/** What the other question gives. */
function Other({ cell, at }: { cell: Given[string]; at: (value: number) => number }) {
  const [low, high] = edgesOf(cell).map(at);
  return (
    <>
      <rect class="other-band" x={low} width={Math.max(0, high - low)} y={0} height={height.value} />
      {(isInterval(cell) ? [low, high] : [(low + high) / 2]).map((x) => (
        <line key={x} class="other" x1={x} x2={x} y1={0} y2={height.value} />
      ))}
    </>
  );
}

function Marker({ cell, at, width }: { cell: Given[string]; at: (value: number) => number; width: number }) {
  const [low, high] = edgesOf(cell).map((edge) => Math.min(width, Math.max(0, at(edge))));
  const middle = isInterval(cell) ? (low + high) / 2 : at(middleOf(cell) ?? 0);
  const isWide = high - low > 2 * REACH;
  return (
    <g class="marker">
      {high - low > 1 && <rect x={low} width={high - low} y={0} height={height.value} />}
      {isWide &&
        [low, high].map((edge) => (
          <line key={edge} class="edge" x1={edge} x2={edge} y1={8} y2={height.value - 8} />
        ))}
      {!isInterval(cell) && <line class="value" x1={middle} x2={middle} y1={0} y2={height.value} />}
      <circle class="grip" cx={middle} cy={height.value / 2} r={6} />
      {!isInterval(cell) && !isWide && (
        <path
          class="handles"
          d={`M${middle - 13} ${height.value / 2 - 4}l-4 4l4 4M${middle + 13} ${height.value / 2 - 4}l4 4l-4 4`}
        />
      )}
    </g>
  );
}

function numberCurve(curve: Curve | undefined): NumberCurve | undefined {
  return curve?.kind === "number" ? curve : undefined;
}

function peakOf(curve: Curve | undefined): number {
  return curve?.kind === "number" ? curve.density.reduce((most, each) => Math.max(most, each), 0) : 1;
}

/** Curves that are sharper than the strip allows are drawn lower, the histogram behind them is not. */
function curvePath(curve: NumberCurve, width: number, scale: number, isFilled: boolean): string {
  const { density } = curve;
  const by = Math.min(scale, TOP / Math.max(peakOf(curve), 1e-9));
  let path = "";
  for (let i = 0; i < density.length; i++) {
    const [x, y] = [((i + 0.5) / density.length) * width, height.value * (1 - density[i] * by)];
    path += `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return isFilled ? `M0 ${height.value}L${path.slice(1)}L${width} ${height.value}Z` : path;
}

function barsPath(bars: Float64Array, width: number, scale: number): string {
  const by = Math.min(scale, TOP / bars.reduce((most, each) => Math.max(most, each), 1e-9));
  const each = width / bars.length;
  let path = `M0 ${height.value}`;
  for (let i = 0; i < bars.length; i++)
    path += `V${(height.value * (1 - bars[i] * by)).toFixed(1)}H${((i + 1) * each).toFixed(1)}`;
  return `${path}V${height.value}Z`;
}

/** The value in the middle of what is given. */
export function middleOf(cell: Given[string]): number | undefined {
  if (cell === undefined || cell === null) return undefined;
  if (isMeasured(cell)) return cell.value;
  if (isInterval(cell)) return (Number(cell.lower) + Number(cell.upper)) / 2;
  return Number(cell);
}

function edgesOf(cell: Given[string]): [low: number, high: number] {
  if (isInterval(cell)) return [Number(cell.lower), Number(cell.upper)];
  const middle = middleOf(cell) ?? 0;
  const error = isMeasured(cell) ? cell.error : 0;
  return [middle - error, middle + error];
}

function spoken(column: ModelColumn, cell: Given[string], curve: NumberCurve | undefined): string {
  if (cell !== undefined) return `given as ${cellWords(column, cell)}`;
  if (!curve) return "not answered yet";
  const [low, high] = curve.wide;
  const text = (value: number) => textOf(column, value, (high - low) / 3);
  return `about ${text(curve.median)}${unitBehind({ columns: [column] }, column.name)}, 90 percent between ${text(low)} and ${text(high)}`;
}

/** With an error, or an interval, of at least a step; without one, a value. */
function withError(column: ModelColumn, axis: Axis, value: number, error: number): Given[string] {
  const step = stepAt(axis, value);
  const rounded = roundTo(Math.abs(error), isWhole(column.encoding) ? 1 : step);
  return rounded >= step ? { value, error: rounded } : value;
}

type PlotEvent<Kind extends Event> = Kind & { readonly currentTarget: HTMLDivElement };

/** Where the pointer went down decides: on an edge or beside the marker it widens, on the marker or elsewhere it moves. */
function beginDrag(event: PlotEvent<PointerEvent>, column: ModelColumn, axis: Axis): void {
  if (event.button !== 0) return;
  const plot = event.currentTarget;
  const { name } = column;
  const positionAt = (x: number) => {
    const { left, width } = plot.getBoundingClientRect();
    return (x - left) / width;
  };
  const { width } = plot.getBoundingClientRect();
  const before = given.value[name];
  const [low, high] = edgesOf(before).map((edge) => positionOf(axis, edge) * width);
  const x = positionAt(event.clientX) * width;
  const centre = (low + high) / 2;
  const isGiven = before !== undefined;
  const isOnGrip = isGiven && Math.abs(x - centre) <= REACH;
  const canWiden = column.encoding.period === undefined;
  // Without a band the arrows beside the grip stand for its edges.
  const edge = high - low > 2 * REACH ? 0 : 15;
  const isOnEdge = (at: number) => isGiven && canWiden && !isOnGrip && Math.abs(x - at) <= REACH;
  const side = isOnEdge(low - edge) ? -1 : isOnEdge(high + edge) ? 1 : 0;
  let isMoved = false;
  const move = ({ clientX }: { clientX: number }) => {
    const value = pointedAt(column, axis, positionAt(clientX));
    if (side !== 0) return widen(value);
    give(name, moved(column, axis, before, value));
  };
  const widen = (value: number) => {
    if (isInterval(before)) {
      const [lower, upper] = [Number(before.lower), Number(before.upper)];
      const ends = side < 0 ? [Math.min(value, upper), upper] : [lower, Math.max(value, lower)];
      give(name, { lower: ends[0], upper: ends[1] });
      return;
    }
    const middle = middleOf(before) ?? value;
    const beside = edge === 0 ? 0 : side * edge * (unitsPerStep(axis, middle) / width);
    give(name, withError(column, axis, middle, Math.max(0, side * (value - beside - middle))));
  };
  const onMove = (moving: PointerEvent) => {
    if (!isMoved && Math.abs(moving.clientX - event.clientX) < 3) return;
    isMoved = true;
    move(moving);
  };
  const end = () => {
    plot.removeEventListener("pointermove", onMove);
    plot.removeEventListener("pointerup", end);
    plot.removeEventListener("pointercancel", end);
    if (!isMoved && isOnGrip) letGo(name);
  };
  plot.setPointerCapture(event.pointerId);
  plot.addEventListener("pointermove", onMove);
  plot.addEventListener("pointerup", end);
  plot.addEventListener("pointercancel", end);
  plot.focus({ preventScroll: true });
  event.preventDefault();
  if (!isOnGrip && side === 0) move(event);
}

/** What is given, somewhere else: an error stays, an interval keeps its width. */
function moved(column: ModelColumn, axis: Axis, before: Given[string], value: number): Given[string] {
  if (isMeasured(before)) return { value, error: before.error };
  if (!isInterval(before)) return value;
  const half = (Number(before.upper) - Number(before.lower)) / 2;
  const step = isWhole(column.encoding) ? 1 : stepAt(axis, value);
  return { lower: roundTo(value - half, step), upper: roundTo(value + half, step) };
}

/** Arrow keys move (with Shift ten times as far), + and - widen and narrow, Enter gives or lets go, Delete lets go. */
function onKey(event: KeyboardEvent, column: ModelColumn, axis: Axis, curve: NumberCurve | undefined): void {
  const { name } = column;
  const cell = given.value[name];
  const at = positionOf(axis, middleOf(cell) ?? curve?.median ?? valueAt(axis, 0.5));
  const far = event.shiftKey ? 0.1 : 0.01;
  const go = (position: number) => {
    const value = pointedAt(column, axis, position);
    const before = middleOf(cell);
    // Of whole numbers a step is one at least.
    const isStuck = isWhole(column.encoding) && before === value && position !== at;
    give(name, moved(column, axis, cell, isStuck ? value + Math.sign(position - at) : value));
  };
  const widened = (by: number) => {
    const value = middleOf(cell);
    if (value === undefined || column.encoding.period !== undefined) return;
    if (isInterval(cell)) {
      const half = Math.max(
        0,
        (Number(cell.upper) - Number(cell.lower)) / 2 + by * unitsPerStep(axis, value),
      );
      give(name, moved(column, axis, { lower: -half, upper: half }, value));
      return;
    }
    const error = (isMeasured(cell) ? cell.error : 0) + by * unitsPerStep(axis, value);
    give(name, withError(column, axis, value, Math.max(0, error)));
  };
  const act: Readonly<Record<string, () => void>> = {
    ArrowRight: () => go(at + far),
    ArrowUp: () => go(at + far),
    ArrowLeft: () => go(at - far),
    ArrowDown: () => go(at - far),
    PageUp: () => go(at + 0.1),
    PageDown: () => go(at - 0.1),
    Home: () => go(0),
    End: () => go(1),
    "+": () => widened(0.01),
    "=": () => widened(0.01),
    "-": () => widened(-0.01),
    Enter: () => (cell === undefined ? go(at) : letGo(name)),
    " ": () => (cell === undefined ? go(at) : letGo(name)),
    Delete: () => letGo(name),
    Backspace: () => letGo(name),
    Escape: () => letGo(name),
    a: () => {
      if (cell === undefined) of.value = name;
    },
  };
  if (event.ctrlKey || event.metaKey || event.altKey || !act[event.key]) return;
  event.preventDefault();
  act[event.key]();
}
