/** @file Weights of a network that has grown out of another by columns and classes: what the other has learnt is taken over. */
import { cells, initialise, type Parameter, parameterCount } from "./parameter-layout.ts";

/** A network's parameters and its weights. */
export interface Weights {
  readonly parameters: readonly Parameter[];
  readonly flat: Float32Array;
}

/** Where the other network has what this one has: by column, and by class counted through all columns; -1 where it hasn't. */
export interface Ancestors {
  readonly columns: readonly number[];
  readonly classes: readonly number[];
}

/**
 * Start values drawn by the seed for what is new, the other network's for the rest. A parameter that the other has not at
 * all (that of measurement errors, in a table that first has some) starts with zeros for the columns it knew, so that the
 * network begins with the other's answers.
 */
export function inheritedWeights(
  parameters: readonly Parameter[],
  seed: number,
  from: Weights,
  ancestors: Ancestors,
): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, seed);
  for (const parameter of parameters) {
    const { name, shape, rowsOf, size } = parameter;
    const old = from.parameters.find((each) => each.name === name);
    const own = cells(flat, parameter);
    if (rowsOf === undefined) {
      if (old === undefined) continue;
      if (String(old.shape) !== String(shape))
        throw new Error(`${name} has the shape ${old.shape} in the one network and ${shape} in the other`);
      own.set(cells(from.flat, old));
      continue;
    }
    const width = size / shape[0];
    const values = old && cells(from.flat, old);
    oldRowsOf(rowsOf, ancestors).forEach((oldRow, row) => {
      if (oldRow < 0) return;
      const there = values?.subarray(oldRow * width, (oldRow + 1) * width);
      if (there) own.set(there, row * width);
      else own.fill(0, row * width, (row + 1) * width);
    });
  }
  return flat;
}

/** For each row of a parameter the row that it has in the other network, -1 for none. */
function oldRowsOf(rowsOf: NonNullable<Parameter["rowsOf"]>, { columns, classes }: Ancestors): number[] {
  const behindNone = (rows: readonly number[]) => [0, ...rows.map((row) => (row < 0 ? row : row + 1))];
  switch (rowsOf) {
    case "columns":
      return behindNone(columns);
    case "classes":
      return [...classes];
    case "classes and none":
      return behindNone(classes);
  }
}
