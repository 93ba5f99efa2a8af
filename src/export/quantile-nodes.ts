/**
 * @file Quantiles of a column inside the graph, in data units: of the mixture, cut at bounds, recalibrated, with its point masses,
 * rounded to whole numbers. A place u is found by halving, as the least at which the distribution function has come far enough.
 */
import { create } from "@bufbuild/protobuf";
import { InputError } from "../base/errors.ts";
import { densityEnds } from "../columns/bounds.ts";
import { classCount, type ModelColumn } from "../columns/encoding.ts";
import { geometryOf, isWhole, kindOf } from "../columns/kinds.ts";
import { coordinates } from "../columns/transforms.ts";
import { valueInfo } from "../graph/onnx/emit.ts";
import { GraphProtoSchema, TensorProto_DataType } from "../graph/onnx/generated/onnx-ml_pb.ts";
import { CurveNodes, type CurvePoints } from "./curves.ts";
import { NodeWriter } from "./node-writer.ts";
import { normalCdfNode, normalQuantileNode } from "./normal-nodes.ts";

/** Names: the mixture of one column, (rows, normals) double, and its classes' probabilities, (rows, classes). */
export interface ColumnAnswer {
  readonly shares: string;
  readonly means: string;
  readonly widths: string;
  readonly classes?: string;
  /** (rows) int64: how many other columns each row is given. */
  readonly given: string;
}

/** Normals that count less are left out of quantiles, as in Node. */
const NEGLIGIBLE = 1e-8;
/** Beyond so many standard deviations a normal has nothing. */
const FAR = 10;
/** Halvings, each of which costs one distribution function; Newton's step behind them doubles the digits. */
const HALVINGS = 26;
const LEAST_INSIDE = 1e-12;
/** A threshold that is never reached, and one that always is. */
const [NEVER, ALWAYS] = [2, -1];

/** @throws InputError for a column that has no quantiles here. */
export function checkHasQuantiles({ name, encoding }: ModelColumn): void {
  const isOnCircle = geometryOf(encoding).period !== undefined;
  if (!kindOf(encoding).isCategorical && !isOnCircle) return;
  throw new InputError(
    `"${name}" has ${kindOf(encoding).plural}, of which the file can work out no quantiles: leave it out of \`of\`, or leave \`quantiles\` out.`,
  );
}

/** @returns the name of (rows, quantiles), double. @param writer of the same nodes, for a body with names of its own. */
export function quantileNodes(
  n: NodeWriter,
  { name, encoding, recalibration = [] }: ModelColumn,
  answer: ColumnAnswer,
  quantiles: readonly number[],
): string {
  const which = sizeOfRow(n, recalibration, answer.given);
  const classes = answer.classes && trustedClasses(n, recalibration, answer.classes, which, encoding);
  const masses =
    classes && encoding.pointMasses.length > 0 ? n.gather(classes, massPlaces(encoding), 1) : undefined;
  const wanted = n.numbers(quantiles, [1, quantiles.length]);
  if (encoding.onlyPointMasses && masses) return amongMasses(n, encoding.pointMasses, masses, wanted);

  const { toStandardised } = coordinates(encoding);
  const places = encoding.pointMasses.map(toStandardised);
  const ends = densityEnds(encoding, isWhole(encoding)).map((end) =>
    Number.isFinite(end) ? toStandardised(end) : end,
  );
  const mixture = keptMixture(n, answer);
  const low = Number.isFinite(ends[0]) ? n.number(ends[0]) : undefined;
  const high = Number.isFinite(ends[1]) ? n.number(ends[1]) : undefined;
  const below = low && cdfAt(n, mixture, n.node("Reshape", low, n.integers([1, 1])));
  const upTo = high ? cdfAt(n, mixture, n.node("Reshape", high, n.integers([1, 1]))) : n.numbers([1], [1, 1]);
  const inside = n.node("Max", below ? n.subtract(upTo, below) : upTo, n.number(LEAST_INSIDE));

  // By how many point masses are passed, how far the continuous part must have come: (rows, quantiles, masses + 1).
  const passed = passedMasses(n, masses, places.length);
  const weight = masses && classes ? n.unsqueeze(n.gather(classes, [0], 1), 1) : n.numbers([1], [1, 1]);
  const shares = n.divide(
    n.subtract(n.unsqueeze(wanted, 2), passed),
    n.node("Max", weight, n.number(1e-300)),
  );
  const recalibrated = uncalibrated(n, recalibration, shares, which);
  const cut = n.multiply(recalibrated, n.unsqueeze(inside, 2));
  const found = below ? n.add(cut, n.unsqueeze(below, 2)) : cut;
  const least = n.node("LessOrEqual", shares, n.number(0));
  const most = n.node("GreaterOrEqual", shares, n.number(1));
  const thresholds = n.where(least, n.number(ALWAYS), n.where(most, n.number(NEVER), found));

  const reach = (side: 1 | -1) => {
    const far = n.add(answer.means, n.multiply(answer.widths, n.number(side * FAR)));
    const reduced = n.nodeOf(side > 0 ? "ReduceMax" : "ReduceMin", { keepdims: 1 }, far, n.integers([1]));
    const own =
      places.length === 0
        ? reduced
        : n.node(
            side > 0 ? "Max" : "Min",
            reduced,
            n.number(side > 0 ? places[places.length - 1] : places[0]),
          );
    const end = side > 0 ? high : low;
    return end ? n.add(n.multiply(own, n.number(0)), end) : own;
  };
  const start = reach(-1);
  const width = n.subtract(reach(1), start);
  const first = n.add(start, n.multiply(wanted, n.number(0)));
  const [at, step] = halved(n, name, quantiles.length, first, width, (body, u) => {
    const threshold = thresholdAt(body, places, thresholds, u);
    return body.node("Less", cdfAt(body, mixture, u), threshold);
  });
  // Newton's step from there, inside what is left.
  const density = pdfAt(n, mixture, at);
  const short = n.subtract(thresholdAt(n, places, thresholds, at), cdfAt(n, mixture, at));
  const newton = n.divide(short, n.node("Max", density, n.number(1e-300)));
  const u = n.add(at, n.node("Min", n.node("Max", newton, n.number(0)), step));
  return inData(n, encoding, u, { at, step, places });
}

/** The places of a column's point masses among its classes. */
const massPlaces = ({ pointMasses }: ModelColumn["encoding"]) => pointMasses.map((_, k) => k + 1);

/** Which entry of the recalibration each row has, (rows) int64. */
function sizeOfRow(
  n: NodeWriter,
  recalibration: NonNullable<ModelColumn["recalibration"]>,
  given: string,
): string {
  const ends = recalibration.slice(0, -1).map(({ most }) => most);
  if (ends.length === 0) return n.multiply(given, n.integers([0]));
  return n.sum(n.cast(n.node("Greater", n.unsqueeze(given, 1), n.integers(ends)), "int64"), 1);
}

/** Own classes, scaled to 1 and as far trusted as held-out rows say. */
function trustedClasses(
  n: NodeWriter,
  recalibration: NonNullable<ModelColumn["recalibration"]>,
  classes: string,
  which: string,
  encoding: ModelColumn["encoding"],
): string {
  const count = classCount(encoding);
  const scaled = (x: string) => n.divide(x, n.unsqueeze(n.sum(x, 1), 1));
  const kept = Array.from({ length: count }, (_, k) => Number(!(encoding.onlyPointMasses && k === 0)));
  const own = scaled(n.multiply(classes, n.numbers(kept)));
  if (!recalibration.some((size) => size.classes)) return own;
  const table = (of: (trust: number, share: number) => number) => {
    const cells = recalibration.flatMap(({ classes: trusted }) =>
      Array.from({ length: count }, (_, k) => {
        const share = trusted?.shares[k] ?? 0;
        return trusted && share > 0 ? of(trusted.trust, share) : 1;
      }),
    );
    return n.nodeOf("Gather", { axis: 0 }, n.numbers(cells, [recalibration.length, count]), which);
  };
  const share = table((_, each) => each);
  return scaled(
    n.multiply(
      share,
      n.node(
        "Pow",
        n.divide(own, share),
        table((trust) => trust),
      ),
    ),
  );
}

/** Where there are point masses only: the first at which their sum has come far enough. */
function amongMasses(n: NodeWriter, pointMasses: readonly number[], masses: string, wanted: string): string {
  const count = pointMasses.length;
  const upTo = Array.from({ length: count * count }, (_, at) => Number(Math.floor(at / count) <= at % count));
  const sums = n.node("MatMul", masses, n.numbers(upTo, [count, count]));
  const isBefore = n.node("Less", n.unsqueeze(sums, 1), n.unsqueeze(wanted, 2));
  const index = n.node("Min", n.sum(n.cast(isBefore, "int64"), 2), n.integers([count - 1]));
  return n.nodeOf("Gather", { axis: 0 }, n.numbers(pointMasses), index);
}

interface KeptMixture {
  readonly shares: string;
  readonly means: string;
  readonly widths: string;
}

/** Each (rows, 1, normals). */
function keptMixture(n: NodeWriter, { shares, means, widths }: ColumnAnswer): KeptMixture {
  const kept = n.where(n.node("Greater", shares, n.number(NEGLIGIBLE)), shares, n.number(0));
  const scaled = n.divide(kept, n.unsqueeze(n.sum(kept, 1), 1));
  return { shares: n.unsqueeze(scaled, 1), means: n.unsqueeze(means, 1), widths: n.unsqueeze(widths, 1) };
}

function cdfAt(n: NodeWriter, { shares, means, widths }: KeptMixture, u: string): string {
  const z = n.divide(n.subtract(n.unsqueeze(u, 2), means), widths);
  return n.sum(n.multiply(shares, normalCdfNode(n, z)), 2);
}

function pdfAt(n: NodeWriter, { shares, means, widths }: KeptMixture, u: string): string {
  const z = n.divide(n.subtract(n.unsqueeze(u, 2), means), widths);
  const shape = n.node("Exp", n.multiply(n.multiply(z, z), n.number(-0.5)));
  return n.multiply(
    n.sum(n.multiply(n.divide(shares, widths), shape), 2),
    n.number(1 / Math.sqrt(2 * Math.PI)),
  );
}

/** (rows, 1, masses + 1): the sum of the first so many point masses. */
function passedMasses(n: NodeWriter, masses: string | undefined, count: number): string {
  if (!masses || count === 0) return n.numbers([0], [1, 1, 1]);
  const upTo = Array.from({ length: count * (count + 1) }, (_, at) =>
    Number(Math.floor(at / (count + 1)) < at % (count + 1)),
  );
  return n.unsqueeze(n.node("MatMul", masses, n.numbers(upTo, [count, count + 1])), 1);
}

/** What the share of a recalibrated answer was before: Phi(T^-1(Phi^-1(share))), each row by its own map. */
function uncalibrated(
  n: NodeWriter,
  recalibration: NonNullable<ModelColumn["recalibration"]>,
  shares: string,
  which: string,
): string {
  if (!recalibration.some(({ levels }) => levels)) return shares;
  const open = n.node("Min", n.node("Max", shares, n.number(1e-15)), n.number(1 - 1e-15));
  const z = normalQuantileNode(n, open);
  // Of maps that change nothing the straight line.
  const curves = recalibration.map(
    ({ levels }): CurvePoints => (levels ? { x: levels.from, y: levels.to } : { x: [-1, 1], y: [-1, 1] }),
  );
  const count = curves.length;
  const column = n.node("Reshape", z, n.integers([-1, 1]));
  const copies = n.multiply(column, n.numbers(Array<number>(count).fill(1), [1, count]));
  const { x } = new CurveNodes(n, curves).inverse(copies);
  const shape = n.join(0, n.nodeOf("Shape", {}, z), n.integers([count]));
  const every = n.node("Reshape", x, shape);
  const isOwn = n.cast(
    n.node("Equal", n.unsqueeze(which, 1), n.integers([...Array(count).keys()])),
    "double",
  );
  return normalCdfNode(n, n.sum(n.multiply(every, n.unsqueeze(isOwn, 1, 2)), 3));
}

/** The threshold where so many point masses lie at or below u: (rows, quantiles). */
function thresholdAt(n: NodeWriter, places: readonly number[], thresholds: string, u: string): string {
  const last = n.integers([2]);
  if (places.length === 0) return n.node("Squeeze", thresholds, last);
  const isPassed = n.node("GreaterOrEqual", n.unsqueeze(u, 2), n.numbers(places));
  const passed = n.sum(n.cast(isPassed, "int64"), 2);
  return n.node("Squeeze", n.nodeOf("GatherElements", { axis: 2 }, thresholds, n.unsqueeze(passed, 2)), last);
}

/** The greatest place that is still before, and the step that is left: halved in a loop. */
function halved(
  n: NodeWriter,
  name: string,
  quantiles: number,
  start: string,
  width: string,
  isBefore: (body: NodeWriter, u: string) => string,
): readonly [at: string, step: string] {
  const body = new NodeWriter(`loop.${name}.`);
  const own = (what: string) => `loop.${name}.${what}`;
  const half = body.multiply(own("step"), body.number(0.5));
  const next = body.add(own("at"), half);
  const at = body.where(isBefore(body, next), next, own("at"));
  const { nodes, constants } = body.writer.written;
  const { BOOL, DOUBLE, INT64 } = TensorProto_DataType;
  body.writer.nodeNamed("Identity", [own("on")], own("goes on"));
  const graph = create(GraphProtoSchema, {
    name: `halving ${name}`,
    node: [...nodes],
    initializer: [...constants],
    input: [
      valueInfo(own("round"), [], INT64),
      valueInfo(own("on"), [], BOOL),
      valueInfo(own("at"), ["rows", quantiles], DOUBLE),
      valueInfo(own("step"), ["rows", 1], DOUBLE),
    ],
    output: [
      valueInfo(own("goes on"), [], BOOL),
      valueInfo(at, ["rows", quantiles], DOUBLE),
      valueInfo(half, ["rows", 1], DOUBLE),
    ],
  });
  const [found, step] = n.writer.nodes(
    "Loop",
    [n.integers([HALVINGS]), "", start, width],
    { body: { graph } },
    2,
  );
  return [found, step];
}

/** In data units, at a point mass exactly that. */
function inData(
  n: NodeWriter,
  encoding: ModelColumn["encoding"],
  u: string,
  { at, step, places }: { readonly at: string; readonly step: string; readonly places: readonly number[] },
): string {
  const { center, scale, transform, pointMasses } = encoding;
  const whole = isWhole(encoding);
  const linear = (s: string) => n.add(n.multiply(s, n.number(scale)), n.number(center));
  const clipped = (x: string, [low, high]: readonly [number, number]) => {
    const above = Number.isFinite(low) ? n.node("Max", x, n.number(low)) : x;
    return Number.isFinite(high) ? n.node("Min", above, n.number(high)) : above;
  };
  const made = () => {
    if (transform.by === "none") return linear(u);
    if (transform.by === "asinh") {
      const raised = n.node("Exp", n.multiply(u, n.number(transform.stretch / transform.width)));
      const sinh = n.multiply(
        n.subtract(raised, n.divide(n.number(1), raised)),
        n.number(0.5 * transform.width),
      );
      return linear(sinh);
    }
    const column = n.node("Reshape", u, n.integers([-1, 1]));
    const s = new CurveNodes(n, [{ x: transform.u, y: transform.s }]).value(column);
    return linear(n.node("Reshape", s, n.nodeOf("Shape", {}, u)));
  };
  let x = clipped(made(), densityEnds(encoding, whole));
  const end = n.add(at, step);
  for (const [k, place] of places.entries()) {
    const isThere = n.node(
      "And",
      n.node("Less", at, n.number(place)),
      n.node("GreaterOrEqual", end, n.number(place)),
    );
    x = n.where(isThere, n.number(pointMasses[k]), x);
  }
  if (!whole) return x;
  const rounded = n.add(n.node("Ceil", n.subtract(x, n.number(0.5))), n.number(0));
  return clipped(rounded, densityEnds(encoding, false));
}
