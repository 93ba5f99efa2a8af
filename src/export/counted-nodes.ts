/** @file What was counted of a target's column, inside the graph: what `CountedShares` does in TypeScript. */
import { classOffsets, type QueryConfig, totalClasses } from "../networks/query/config.ts";
import { type Counted, CountedLayout, fromBase64, largestErrors, PLACES } from "../networks/query/counted.ts";
import type { NodeWriter } from "./node-writer.ts";
import type { SummaryGiven } from "./summary-nodes.ts";

/** See `CountedFeeds`: float (requests, rows, width), float and int32 (requests, rows). */
export interface CountedNames {
  readonly countedPlaces: string;
  readonly countedClasses?: string;
  readonly isCounted: string;
  readonly countedPair: string;
}

/** What a given cell may be nearest to: a knot of its column's numbers, with those beside it, or a class, counted through all columns. */
interface Slot {
  readonly column: number;
  readonly knot?: readonly [before: number, own: number, after: number];
  readonly class?: number;
}

export function countedNodes(
  n: NodeWriter,
  config: QueryConfig & { readonly counted: Counted },
  cells: SummaryGiven,
): CountedNames {
  const slots = slotsOf(config);
  const isGiven = n.cast(cells.given, "double");
  const number = n.sum(isGiven, 2);
  const isExactly = (count: number) =>
    n.unsqueeze(n.cast(n.node("Equal", number, n.number(count)), "double"), 2);
  const [isNone, isSingle] = [isExactly(0), isExactly(1)];
  const own = n.gather(
    isGiven,
    slots.map(({ column }) => column),
    2,
  );
  const weights = n.multiply(n.multiply(own, n.unsqueeze(weightsOf(n, config, cells, slots), 0)), isSingle);
  const tables = new CountedTables(config, slots);
  const told = ({ alone, bySlot, width }: ByteTable) => {
    const ofTarget = (bytes: Uint8Array, rows: number) =>
      n.nodeOf(
        "Gather",
        { axis: 0 },
        shares(n, n.bytes(bytes, [config.columns, rows, width])),
        cells.columns,
      );
    const given = n.node("MatMul", weights, ofTarget(bySlot, slots.length));
    return n.cast(n.add(given, n.multiply(isNone, ofTarget(alone, 1))), "float");
  };
  const isTold = n.add(n.nodeOf("ReduceSum", { keepdims: 1 }, weights, n.integers([2])), isNone);
  const isTarget = Array.from({ length: config.columns }, (_, k) =>
    Number(config.counted.columns.includes(k)),
  );
  const ofTarget = n.unsqueeze(
    n.nodeOf("Gather", { axis: 0 }, n.numbers(isTarget, [config.columns, 1]), cells.columns),
    1,
  );
  const isCounted = n.node("Greater", n.multiply(isTold, ofTarget), n.number(0.5));
  const tokens = n.numbers(Array.from({ length: config.columns }, (_, k) => k + 1));
  const only = n.sum(n.multiply(n.multiply(isGiven, tokens), isSingle), 2);
  const target = n.add(n.cast(n.unsqueeze(cells.columns, 1), "double"), n.number(1));
  const pair = n.add(n.multiply(target, n.number(config.columns + 1)), only);
  return {
    countedPlaces: told(tables.places()),
    ...(totalClasses(config) > 0 && { countedClasses: told(tables.classes()) }),
    isCounted: n.node("Squeeze", n.cast(isCounted, "float"), n.integers([2])),
    countedPair: n.cast(pair, "int32"),
  };
}

/** Bytes as they are kept to shares, 1 together in each row, or 0. */
function shares(n: NodeWriter, bytes: string): string {
  const roots = n.cast(bytes, "double");
  const squares = n.multiply(roots, roots);
  const sum = n.nodeOf("ReduceSum", { keepdims: 1 }, squares, n.integers([2]));
  return n.divide(squares, n.node("Max", sum, n.number(1)));
}

function slotsOf({ counted, classes, ...config }: QueryConfig & { readonly counted: Counted }): Slot[] {
  const offsets = classOffsets({ ...config, classes });
  return counted.columns.flatMap((column, i): Slot[] => {
    const knots = counted.knots[i];
    return [
      ...knots.map(
        (knot, k): Slot => ({ column, knot: [knots[k - 1] ?? knot - 1, knot, knots[k + 1] ?? knot + 1] }),
      ),
      ...Array.from(
        { length: classes[column] },
        (_, k): Slot => ({ column, class: offsets[column] + k + 1 }),
      ),
    ];
  });
}

/** How far each cell of a row, were it given alone, is at each slot: (rows, slots). */
function weightsOf(n: NodeWriter, config: QueryConfig, cells: SummaryGiven, slots: readonly Slot[]): string {
  const columns = slots.map(({ column }) => column);
  const row = (of: (slot: Slot) => number) => n.numbers(slots.map(of), [1, slots.length]);
  const knot = (which: 0 | 1 | 2) => row(({ knot: own }) => own?.[which] ?? which);
  // Beyond the outermost knot a number is as if it were there.
  const ends = columns.map((column) =>
    slots.flatMap((slot) => (slot.column === column && slot.knot ? [slot.knot[1]] : [])),
  );
  const highest = n.numbers(
    ends.map((own) => own[own.length - 1] ?? 0),
    [1, slots.length],
  );
  const first = n.numbers(
    ends.map((own) => own[0] ?? 0),
    [1, slots.length],
  );
  const value = n.node("Max", n.node("Min", n.gather(cells.values, columns, 1), highest), first);
  const rising = n.divide(n.subtract(value, knot(0)), n.subtract(knot(1), knot(0)));
  const falling = n.divide(n.subtract(knot(2), value), n.subtract(knot(2), knot(1)));
  const hat = n.node("Max", n.node("Min", rising, falling), n.number(0));
  const isKnot = row(({ knot: own }) => Number(own !== undefined));
  let ofNumber = n.multiply(hat, isKnot);
  if (cells.errors !== undefined) {
    const largest = largestErrors(config);
    const error = n.gather(cells.errors, columns, 1);
    const isSmall = n.node(
      "LessOrEqual",
      error,
      row(({ column }) => largest[column]),
    );
    ofNumber = n.multiply(ofNumber, n.cast(isSmall, "double"));
  }
  if (cells.classes === undefined) return ofNumber;
  const own = n.gather(cells.classes, columns, 1);
  const isNumber = n.cast(n.node("Equal", own, n.integers([0])), "double");
  const classes = n.integers(slots.map((slot) => slot.class ?? -1));
  return n.add(n.multiply(ofNumber, isNumber), n.cast(n.node("Equal", own, classes), "double"));
}

interface ByteTable {
  readonly width: number;
  /** (columns, 1, width) and (columns, slots, width), by column of the network that is asked. */
  readonly alone: Uint8Array;
  readonly bySlot: Uint8Array;
}

/** The bytes of a config, each column's in the same form. */
class CountedTables {
  readonly #config: QueryConfig & { readonly counted: Counted };
  readonly #slots: readonly Slot[];
  readonly #layout: CountedLayout;
  readonly #bytes: Uint8Array;

  constructor(config: QueryConfig & { readonly counted: Counted }, slots: readonly Slot[]) {
    const { counted, classes } = config;
    this.#config = config;
    this.#slots = slots;
    this.#layout = new CountedLayout(
      counted.knots,
      counted.columns.map((column) => classes[column]),
    );
    this.#bytes = fromBase64(counted.shares);
  }

  places(): ByteTable {
    return this.#table(PLACES, (place) => ({
      from: this.#layout.classes[place],
      to: this.#layout.widths[place],
      into: 0,
    }));
  }

  classes(): ByteTable {
    const offsets = classOffsets(this.#config);
    return this.#table(totalClasses(this.#config), (place) => ({
      from: 0,
      to: this.#layout.classes[place],
      into: offsets[this.#config.counted.columns[place]],
    }));
  }

  #table(
    width: number,
    partOf: (place: number) => { readonly from: number; readonly to: number; readonly into: number },
  ): ByteTable {
    const { columns, counted } = this.#config;
    const alone = new Uint8Array(columns * width);
    const bySlot = new Uint8Array(columns * this.#slots.length * width);
    for (const [place, column] of counted.columns.entries()) {
      const { from, to, into } = partOf(place);
      const copy = (start: number, target: Uint8Array, row: number) =>
        target.set(this.#bytes.subarray(start + from, start + to), row * width + into);
      copy(this.#layout.at(place, place, 0), alone, column);
      let slot = column * this.#slots.length;
      for (const [given, own] of this.#layout.slots.entries()) {
        // A column's own cell is never given.
        for (let k = 0; given !== place && k < own; k++)
          copy(this.#layout.at(place, given, k), bySlot, slot + k);
        slot += own;
      }
    }
    return { width, alone, bySlot };
  }
}
