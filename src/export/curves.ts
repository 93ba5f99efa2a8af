/** @file Monotone cubics as a table of pieces, which nodes of a graph look up: their values, and their inverses. */
import { monotoneCubic } from "../numeric/monotone-cubic.ts";
import type { NodeWriter } from "./node-writer.ts";

/** An increasing curve y(x) through points, straight beyond them. */
export interface CurvePoints {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** The slope at each point of the curve. */
export function slopesOf({ x, y }: CurvePoints): number[] {
  const { slope } = monotoneCubic(x, y);
  return x.map(slope);
}

/** Of each piece, those beyond the ends too: where it begins, how wide and high it is, its slopes at both ends over the chord's. */
interface Pieces {
  readonly x: number[];
  readonly y: number[];
  readonly width: number[];
  readonly rise: number[];
  readonly begin: number[];
  readonly end: number[];
  /** 1 for the straight ones beyond the ends. */
  readonly isStraight: number[];
}

function piecesOf(points: CurvePoints): Pieces {
  const { x, y } = points;
  const slopes = slopesOf(points);
  const last = x.length - 1;
  const inner = Array.from({ length: last }, (_, k) => {
    const [width, rise] = [x[k + 1] - x[k], y[k + 1] - y[k]];
    return {
      x: x[k],
      y: y[k],
      width,
      rise,
      begin: (slopes[k] * width) / rise,
      end: (slopes[k + 1] * width) / rise,
      isStraight: 0,
    };
  });
  const straight = (k: number) => ({
    x: x[k],
    y: y[k],
    width: 1,
    rise: slopes[k],
    begin: 1,
    end: 1,
    isStraight: 1,
  });
  const all = [straight(0), ...inner, straight(last)];
  const of = (name: keyof Pieces) => all.map((piece) => piece[name]);
  return {
    x: of("x"),
    y: of("y"),
    width: of("width"),
    rise: of("rise"),
    begin: of("begin"),
    end: of("end"),
    isStraight: of("isStraight"),
  };
}

/** Halvings of a piece before Newton's steps, which then double the digits each. */
const HALVINGS = 20;
const NEWTON_STEPS = 2;
/** Beyond the points of the curve that has most, others have these: no number is as large. */
const NOWHERE = 1e300;

/** Several curves, one for each column of a matrix (rows, curves). */
export class CurveNodes {
  readonly #nodes: NodeWriter;
  readonly #curves: readonly CurvePoints[];
  readonly #tables: readonly Pieces[];
  readonly #most: number;

  constructor(nodes: NodeWriter, curves: readonly CurvePoints[]) {
    this.#nodes = nodes;
    this.#curves = curves;
    this.#tables = curves.map(piecesOf);
    this.#most = Math.max(...curves.map(({ x }) => x.length));
  }

  /** The x at which each curve has reached y, and the slope dy/dx there. @param y (rows, curves). */
  inverse(y: string): { readonly x: string; readonly slope: string } {
    const n = this.#nodes;
    const of = this.#pieceAt(y, "y");
    const wanted = n.divide(n.subtract(y, of("y")), of("rise"));
    const [begin, end] = [of("begin"), of("end")];
    const bend = n.subtract(n.subtract(n.number(3), n.multiply(begin, n.number(2))), end);
    const twist = n.subtract(n.add(begin, end), n.number(2));
    const share = (t: string) =>
      n.multiply(t, n.add(begin, n.multiply(t, n.add(bend, n.multiply(t, twist)))));
    const slope = (t: string) =>
      n.add(
        begin,
        n.multiply(t, n.add(n.multiply(bend, n.number(2)), n.multiply(n.multiply(twist, n.number(3)), t))),
      );
    let t = n.multiply(wanted, n.number(0));
    for (let k = 1; k <= HALVINGS; k++) {
      const next = n.add(t, n.number(2 ** -k));
      t = n.where(n.node("LessOrEqual", share(next), wanted), next, t);
    }
    for (let k = 0; k < NEWTON_STEPS; k++)
      t = n.subtract(t, n.divide(n.subtract(share(t), wanted), slope(t)));
    const isStraight = n.node("Greater", of("isStraight"), n.number(0));
    const at = n.where(isStraight, wanted, t);
    const chord = n.divide(of("rise"), of("width"));
    return {
      x: n.add(of("x"), n.multiply(of("width"), at)),
      slope: n.multiply(chord, n.where(isStraight, n.number(1), slope(at))),
    };
  }

  /** The y of each curve at x. @param x (rows, curves). */
  value(x: string): string {
    const n = this.#nodes;
    const of = this.#pieceAt(x, "x");
    const t = n.divide(n.subtract(x, of("x")), of("width"));
    const [begin, end] = [of("begin"), of("end")];
    const bend = n.subtract(n.subtract(n.number(3), n.multiply(begin, n.number(2))), end);
    const twist = n.subtract(n.add(begin, end), n.number(2));
    const share = n.multiply(t, n.add(begin, n.multiply(t, n.add(bend, n.multiply(t, twist)))));
    return n.add(of("y"), n.multiply(of("rise"), share));
  }

  /** What a table of pieces holds of the piece in which each cell lies. */
  #pieceAt(cells: string, axis: "x" | "y"): (what: keyof Pieces) => string {
    const n = this.#nodes;
    const [curves, most] = [this.#curves.length, this.#most];
    const padded = (values: readonly number[], length: number, by: number) => [
      ...values,
      ...Array<number>(length - values.length).fill(by),
    ];
    const knots = n.numbers(
      this.#curves.flatMap((curve) => padded(curve[axis], most, NOWHERE)),
      [1, curves, most],
    );
    const passed = n.node("GreaterOrEqual", n.unsqueeze(cells, 2), knots);
    const piece = n.sum(n.cast(passed, "int64"), 2);
    const first = n.integers(this.#curves.map((_, k) => k * (most + 1)));
    const place = n.add(piece, first);
    return (what) => {
      const table = n.numbers(this.#tables.flatMap((own) => padded(own[what], most + 1, 1)));
      return n.nodeOf("Gather", { axis: 0 }, table, place);
    };
  }
}
