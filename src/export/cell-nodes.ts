/** @file From raw cells to standardised ones inside the graph: what `encodeColumn` does in TypeScript, in the same order. */
import { type ColumnEncoding, classCount, type ModelColumn } from "../columns/encoding.ts";
import { geometryOf, kindOf } from "../columns/kinds.ts";
import { FARTHEST } from "../columns/transforms.ts";
import { CurveNodes } from "./curves.ts";
import type { NodeWriter } from "./node-writer.ts";

/** Names of tensors (rows, columns). */
export interface StandardisedCells {
  /** Boolean: whether there is a cell. */
  readonly known: string;
  /** Double, rounded to float32; 0 at classes and where missing. */
  readonly values: string;
  /** The same of measurement errors, 0 where unknown; of a model that has them. */
  readonly errors?: string;
  /** int64: 0 for a number, else the number of the class counted through all columns, plus 1; of a model that has classes. */
  readonly classes?: string;
}

/**
 * @param cells the input (rows, columns), double: data units, NaN where missing; a category is its index in the list.
 * @param errors the same of one standard deviation of each, NaN or 0 where unknown; of a model that has errors.
 */
export function standardisedCells(
  n: NodeWriter,
  columns: readonly ModelColumn[],
  cells: string,
  errors: string | undefined,
): StandardisedCells {
  const encodings = columns.map(({ encoding }) => encoding);
  const row = (of: (encoding: ColumnEncoding) => number) => n.numbers(encodings.map(of), [1, columns.length]);
  const isNamed = (encoding: ColumnEncoding) => kindOf(encoding).isCategorical;
  // A category that the list does not have counts as missing.
  const isIn = n.node(
    "And",
    n.node(
      "GreaterOrEqual",
      cells,
      row((each) => (isNamed(each) ? 0 : -Infinity)),
    ),
    n.node(
      "Less",
      cells,
      row((each) => (isNamed(each) ? each.categories.length : Infinity)),
    ),
  );
  const known = n.node("And", n.node("Not", n.node("IsNaN", cells)), isIn);
  const filled = n.where(
    known,
    cells,
    row(({ center }) => center),
  );
  const values = onCircles(n, encodings, filled);
  const ownClass = classesOf(n, encodings, values);
  const { u, slope } = standardised(n, encodings, unrolled(n, encodings, values));
  const isNumber = n.node("And", known, ownClass ? n.node("Equal", ownClass, n.integers([0])) : known);
  const zero = n.number(0);
  const held = (x: string) => n.node("Min", n.node("Max", x, n.number(-FARTHEST)), n.number(FARTHEST));
  const single = (x: string) => n.cast(n.cast(x, "float"), "double");
  return {
    known,
    values: single(n.where(isNumber, held(u), zero)),
    ...(errors !== undefined && {
      errors: single(
        n.where(
          n.node("And", isNumber, n.node("Greater", errors, zero)),
          n.node("Min", n.divide(errors, slope), n.number(FARTHEST)),
          zero,
        ),
      ),
    }),
    ...(ownClass !== undefined && { classes: ownClass }),
  };
}

/** Angles brought into one turn. */
function onCircles(n: NodeWriter, encodings: readonly ColumnEncoding[], values: string): string {
  const periods = encodings.map((encoding) => geometryOf(encoding).period ?? 0);
  if (periods.every((period) => period === 0)) return values;
  const shape = [1, periods.length];
  const isOnCircle = n.node("Greater", n.numbers(periods, shape), n.number(0));
  const period = n.numbers(
    periods.map((each) => each || 1),
    shape,
  );
  return n.where(isOnCircle, wrapped(n, values, period), values);
}

function wrapped(n: NodeWriter, values: string, period: string): string {
  const left = n.subtract(values, n.multiply(period, n.node("Floor", n.divide(values, period))));
  return n.where(n.node("GreaterOrEqual", left, period), n.number(0), left);
}

/** Angles where they lie on the line that is cut half a turn away from the centre. */
function unrolled(n: NodeWriter, encodings: readonly ColumnEncoding[], values: string): string {
  const periods = encodings.map((encoding) => geometryOf(encoding).period ?? 0);
  if (periods.every((period) => period === 0)) return values;
  const shape = [1, periods.length];
  const period = n.numbers(
    periods.map((each) => each || 1),
    shape,
  );
  const half = n.multiply(period, n.number(0.5));
  const center = n.numbers(
    encodings.map((each) => each.center),
    shape,
  );
  const way = n.subtract(wrapped(n, n.add(n.subtract(values, center), half), period), half);
  return n.where(n.node("Greater", n.numbers(periods, shape), n.number(0)), n.add(center, way), values);
}

/** Numbers of classes through all columns, plus 1; 0 for plain numbers. A point mass is exactly that number, or it held as float32. */
function classesOf(n: NodeWriter, encodings: readonly ColumnEncoding[], values: string): string | undefined {
  const counts = encodings.map(classCount);
  if (counts.every((count) => count === 0)) return undefined;
  const offsets = counts.map((_, k) => counts.slice(0, k).reduce((a, b) => a + b, 0));
  const most = Math.max(1, ...encodings.map(({ pointMasses }) => pointMasses.length));
  const table = (of: (value: number) => number) =>
    n.numbers(
      encodings.flatMap(({ pointMasses }) => [
        ...pointMasses.map(of),
        ...Array<number>(most - pointMasses.length).fill(Number.NaN),
      ]),
      [1, encodings.length, most],
    );
  const cells = n.unsqueeze(values, 2);
  const isMass = n.node(
    "Or",
    n.node(
      "Equal",
      cells,
      table((value) => value),
    ),
    n.node("Equal", cells, table(Math.fround)),
  );
  const numbered = n.multiply(n.cast(isMass, "double"), n.numbers([...Array(most).keys()].map((k) => k + 1)));
  const mass = n.nodeOf("ReduceMax", { keepdims: 0 }, numbered, n.integers([2]));
  const row = (values: readonly number[]) => n.numbers(values, [1, encodings.length]);
  const ofMass = n.where(
    n.node("Greater", mass, n.number(0)),
    n.add(mass, row(offsets.map((offset) => offset + 1))),
    n.number(0),
  );
  const isNamed = row(encodings.map((encoding) => Number(kindOf(encoding).isCategorical)));
  const ofName = n.multiply(n.add(values, row(offsets.map((offset) => offset + 1))), isNamed);
  return n.cast(n.add(n.multiply(ofMass, n.subtract(n.number(1), isNamed)), ofName), "int64");
}

/** Standardised units u of numbers, and dx/du there. */
function standardised(
  n: NodeWriter,
  encodings: readonly ColumnEncoding[],
  values: string,
): { readonly u: string; readonly slope: string } {
  const row = (of: (encoding: ColumnEncoding) => number) =>
    n.numbers(encodings.map(of), [1, encodings.length]);
  const scale = row((each) => each.scale);
  const s = n.divide(
    n.subtract(
      values,
      row((each) => each.center),
    ),
    scale,
  );
  const places = (by: string) => [...encodings.keys()].filter((k) => encodings[k].transform.by === by);
  const parts = [{ places: [...encodings.keys()], u: s, slope: n.add(n.multiply(s, n.number(0)), scale) }];
  const asinh = places("asinh");
  if (asinh.length > 0)
    parts.push({
      places: asinh,
      ...asinhPart(
        n,
        asinh.map((k) => encodings[k]),
        n.gather(s, asinh, 1),
      ),
    });
  const quantiles = places("quantiles");
  if (quantiles.length > 0) {
    const own = quantiles.map((k) => encodings[k]);
    const curves = own.flatMap(({ transform }) =>
      transform.by === "quantiles" ? [{ x: transform.u, y: transform.s }] : [],
    );
    const { x, slope } = new CurveNodes(n, curves).inverse(n.gather(s, quantiles, 1));
    const scales = n.numbers(
      own.map((each) => each.scale),
      [1, own.length],
    );
    parts.push({ places: quantiles, u: x, slope: n.multiply(slope, scales) });
  }
  if (parts.length === 1) return parts[0];
  // Each column from the part that has its transform.
  const from = new Map<number, number>();
  let at = 0;
  for (const part of parts) for (const place of part.places) from.set(place, at++);
  const order = encodings.map((_, k) => from.get(k) ?? k);
  const joined = (what: "u" | "slope") => n.gather(n.join(1, ...parts.map((part) => part[what])), order, 1);
  return { u: joined("u"), slope: joined("slope") };
}

function asinhPart(
  n: NodeWriter,
  encodings: readonly ColumnEncoding[],
  s: string,
): { readonly u: string; readonly slope: string } {
  const sizes = encodings.map(({ transform, scale }) => {
    if (transform.by !== "asinh") throw new Error("a column of another transform");
    return {
      width: transform.width,
      outer: transform.width / transform.stretch,
      inner: scale * transform.width,
    };
  });
  const row = (of: (size: (typeof sizes)[number]) => number) => n.numbers(sizes.map(of), [1, sizes.length]);
  const x = n.divide(
    s,
    row(({ width }) => width),
  );
  const size = n.node("Abs", x);
  const one = n.number(1);
  // ONNX Runtime has Asinh in single precision only.
  const root = n.node("Sqrt", n.add(n.multiply(size, size), one));
  const u = n.multiply(n.node("Sign", x), n.node("Log", n.add(size, root)));
  return {
    u: n.multiply(
      u,
      row(({ outer }) => outer),
    ),
    slope: n.multiply(
      root,
      row(({ inner, outer }) => inner / outer),
    ),
  };
}
