/** @file Two columns together, given the rest: contours that hold 39, 68 and 95 % of the probability, over the table's rows. */
import { useSignal } from "@preact/signals";
import { contours } from "d3-contour";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type ModelColumn, unitBehind } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import { positionOf, ticksOf } from "./axis.ts";
import type { Joint as JointDensity } from "./messages.ts";
import { neighbours } from "./neighbours.tsx";
import { answered, axes, columns, given, joint, otherJoint, pair, rows } from "./state.ts";
import { middleOf } from "./strip.tsx";

const MASSES = [0.95, 0.68, 0.39];
const LEFT = 44;
const LEFT_OF_NAMES = 70;
const BOTTOM = 22;
/** Most rows that are drawn behind. */
const DOTS = 1500;

export function Joint() {
  const [x, y] = pair.value;
  const host = useRef<HTMLDivElement>(null);
  const width = useSignal(380);
  useEffect(() => {
    if (!host.current) return;
    const watch = new ResizeObserver(([entry]) => {
      width.value = Math.max(200, entry.contentRect.width);
    });
    watch.observe(host.current);
    return () => watch.disconnect();
  }, []);
  const [columnX, columnY] = [x, y].map((name) => columns.value.find((each) => each.name === name));
  if (!columnX || !columnY) return null;
  const left = axes.value[y] ? LEFT : LEFT_OF_NAMES;
  const isOfNames = !axes.value[x] || !axes.value[y];
  const size = { width: width.value - left - 6, height: Math.min(320, width.value * 0.72) };
  const placeX = placer(columnX, size.width, false);
  const placeY = placer(columnY, size.height, true);
  const held = [x, y].filter((name) => Object.hasOwn(given.value, name));
  return (
    <div class="joint" ref={host}>
      <div class="pair">
        <Choice label="across" value={x} not={y} onChoose={(name) => (pair.value = [name, y])} />
        <button
          type="button"
          class="plain"
          aria-label="swap the two columns"
          onClick={() => (pair.value = [y, x])}
        >
          ⇄
        </button>
        <Choice label="upwards" value={y} not={x} onChoose={(name) => (pair.value = [x, name])} />
      </div>
      <svg
        class="joint-plot"
        width={width.value}
        height={size.height + BOTTOM + 8}
        viewBox={`0 0 ${width.value} ${size.height + BOTTOM + 8}`}
        role="img"
        aria-label={`The joint density of ${x} and ${y} given the rest, with contours that hold 39, 68 and 95 percent`}
      >
        <g transform={`translate(${left} 6)`}>
          <Frame column={columnX} width={size.width} height={size.height} isVertical={false} />
          <Frame column={columnY} width={size.width} height={size.height} isVertical={true} />
          <Dots x={columnX} y={columnY} size={size} />
          <Contours density={joint.value} x={x} y={y} size={size} kind="density" />
          <Contours density={otherJoint.value} x={x} y={y} size={size} kind="other" />
          {held.map((name) => {
            const cell = given.value[name];
            const isX = name === x;
            const at = (isX ? placeX : placeY)(indexOrValue(isX ? columnX : columnY, cell));
            return (
              <line
                key={name}
                class="held"
                {...(isX
                  ? { x1: at, x2: at, y1: 0, y2: size.height }
                  : { y1: at, y2: at, x1: 0, x2: size.width })}
              />
            );
          })}
        </g>
      </svg>
      <p class="quiet">
        {isOfNames
          ? "The higher, or the larger, the more probable. "
          : "The lines hold 39, 68 and 95 % of the probability. "}
        {held.length > 0 && `What is given for ${held.join(" and ")} is left out here, and shown as a line.`}
      </p>
    </div>
  );
}

function Choice(props: { label: string; value: string; not: string; onChoose: (name: string) => void }) {
  return (
    <select
      aria-label={`the column ${props.label}`}
      value={props.value}
      onChange={(event) => props.onChoose(event.currentTarget.value)}
    >
      {answered.value
        .filter(({ name }) => name !== props.not)
        .map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
    </select>
  );
}

function indexOrValue({ encoding }: ModelColumn, cell: Parameters<typeof middleOf>[0]): number {
  return kindOf(encoding).isCategorical
    ? encoding.categories.indexOf(String(cell))
    : (middleOf(cell) ?? Number.NaN);
}

/** Where a value lies along a side, in pixels; of names, in the middle of each one's part. */
function placer(column: ModelColumn, length: number, isVertical: boolean): (value: number) => number {
  const axis = axes.value[column.name];
  const { length: names } = column.encoding.categories;
  const position = axis
    ? (value: number) => positionOf(axis, value)
    : (value: number) => (value + 0.5) / names;
  return (value) => (isVertical ? 1 - position(value) : position(value)) * length;
}

interface FrameProps {
  readonly column: ModelColumn;
  readonly width: number;
  readonly height: number;
  readonly isVertical: boolean;
}

function Frame({ column, width, height, isVertical }: FrameProps) {
  const axis = axes.value[column.name];
  const { categories } = column.encoding;
  const ticks = axis
    ? ticksOf(column, axis, isVertical ? 5 : Math.max(3, width / 80))
    : categories.map((text, i) => ({ text, position: (i + 0.5) / categories.length }));
  return (
    <g class="ticks">
      {ticks.map(({ position, text }) =>
        isVertical ? (
          <g key={text} transform={`translate(0 ${(1 - position) * height})`}>
            <line x2={width} />
            <text x={-6} dy="0.32em" text-anchor="end">
              {text.length > 10 ? `${text.slice(0, 9)}…` : text}
            </text>
          </g>
        ) : (
          <g key={text} transform={`translate(${position * width} 0)`}>
            <line y2={height} />
            <text y={height + 15} text-anchor="middle">
              {text}
            </text>
          </g>
        ),
      )}
      <text
        class="unit"
        {...(isVertical ? { x: 4, y: 11 } : { x: width - 4, y: height - 6, "text-anchor": "end" })}
      >
        {`${column.name}${unitBehind({ columns: [column] }, column.name)}`}
      </text>
    </g>
  );
}

interface DotsProps {
  readonly x: ModelColumn;
  readonly y: ModelColumn;
  readonly size: Size;
}

function Dots({ x, y, size }: DotsProps) {
  const values = rows.value?.values;
  const [xs, ys] = [values?.[x.name], values?.[y.name]];
  const [placeX, placeY] = [placer(x, size.width, false), placer(y, size.height, true)];
  const path = useMemo(() => {
    const spread = (column: ModelColumn, index: number) =>
      kindOf(column.encoding).isCategorical ? (((index * 0.618) % 1) - 0.5) * 0.6 : 0;
    let made = "";
    for (let i = 0; xs && ys && i < Math.min(DOTS, xs.length); i++) {
      if (Number.isNaN(xs[i] + ys[i])) continue;
      made += `M${placeX(xs[i] + spread(x, i)).toFixed(1)} ${placeY(ys[i] + spread(y, i * 7)).toFixed(1)}h0`;
    }
    return made;
  }, [xs, ys, size.width, size.height]);
  if (!xs || !ys) return null;
  return (
    <g class="dots">
      <path d={path} />
      {neighbours.value.map(({ index }) =>
        Number.isNaN(xs[index] + ys[index]) ? null : (
          <circle key={index} class="near" cx={placeX(xs[index])} cy={placeY(ys[index])} r={3} />
        ),
      )}
    </g>
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface ContoursProps {
  readonly density: JointDensity | undefined;
  readonly x: string;
  readonly y: string;
  readonly size: Size;
  readonly kind: "density" | "other";
}

function Contours({ density, x, y, size, kind }: ContoursProps) {
  const isOfNames = !axes.value[x] || !axes.value[y];
  const paths = useMemo(
    () => (density && !isOfNames ? contourPaths(density, size) : []),
    [density, isOfNames, size.width, size.height],
  );
  if (!density || density.x !== x || density.y !== y) return null;
  if (isOfNames) return <OfNames density={density} size={size} kind={kind} />;
  return (
    <g class={`contours ${kind}`}>
      {paths.map((path, i) => (
        <path key={MASSES[i]} class={`mass-${100 * MASSES[i]}`} fill-rule="evenodd" d={path} />
      ))}
    </g>
  );
}

function contourPaths({ width, height, cells }: JointDensity, size: Size): string[] {
  // A border of nothing, so that contours close at the frame.
  const [w, h] = [width + 2, height + 2];
  const framed = new Array<number>(w * h).fill(0);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      framed[(row + 1) * w + column + 1] = cells[row * width + column];
  const [stepX, stepY] = [size.width / width, size.height / height];
  const made = contours().size([w, h]).thresholds(heightsOf(cells))(framed);
  const pointText = ([x, y]: readonly number[]) =>
    `${((x - 1) * stepX).toFixed(1)} ${(size.height - (y - 1) * stepY).toFixed(1)}`;
  return made.map(({ coordinates }) =>
    coordinates
      .flat()
      .map((ring) => `M${ring.map(pointText).join("L")}Z`)
      .join(""),
  );
}

/** With a column of names: a curve for each name along the other column, or, of two columns of names, a tile for each pair. */
function OfNames({ density, size, kind }: { density: JointDensity; size: Size; kind: "density" | "other" }) {
  const { x, y, width, height, cells } = density;
  const most = cells.reduce((greatest, each) => Math.max(greatest, each), 1e-12);
  const [w, h] = [size.width / width, size.height / height];
  const cell = (column: number, row: number) => cells[row * width + column] / most;
  const indices = (length: number) => Array.from({ length }, (_, i) => i);
  const curve = (points: readonly string[]) => `M${points.join("L")}Z`;
  if (axes.value[x])
    return (
      <g class={`contours ${kind}`}>
        {indices(height).map((row) => {
          const base = size.height - row * h;
          const points = indices(width).map(
            (i) => `${((i + 0.5) * w).toFixed(1)} ${(base - 0.92 * h * cell(i, row)).toFixed(1)}`,
          );
          return <path key={row} d={curve([`0 ${base}`, ...points, `${size.width} ${base}`])} />;
        })}
      </g>
    );
  if (axes.value[y])
    return (
      <g class={`contours ${kind}`}>
        {indices(width).map((column) => {
          const base = column * w;
          const points = indices(height).map(
            (i) =>
              `${(base + 0.92 * w * cell(column, i)).toFixed(1)} ${(size.height - (i + 0.5) * h).toFixed(1)}`,
          );
          return <path key={column} d={curve([`${base} ${size.height}`, ...points, `${base} 0`])} />;
        })}
      </g>
    );
  return (
    <g class={`contours ${kind}`}>
      {indices(width * height).map((i) => {
        const [column, row] = [i % width, Math.floor(i / width)];
        const side = Math.sqrt(cell(column, row));
        const [across, up] = [0.94 * w * side, 0.94 * h * side];
        return (
          <path
            key={i}
            d={`M${(column + 0.5) * w - across / 2} ${size.height - (row + 0.5) * h - up / 2}h${across}v${up}h${-across}Z`}
          />
        );
      })}
    </g>
  );
}

/** The heights above which the cells hold the masses. */
function heightsOf(cells: Float32Array): number[] {
  const sorted = Float64Array.from(cells).sort().reverse();
  const total = sorted.reduce((sum, each) => sum + each, 0);
  return MASSES.map((mass) => {
    let held = 0;
    for (const height of sorted) {
      held += height;
      if (held >= mass * total) return height;
    }
    return 0;
  });
}
