/** @file Work on the rows of a table, with a bar, that Ctrl-C ends before anything is written. */
import { abortOnInterrupt, RowsBar } from "./output.ts";

/** How the work reports its progress and is interrupted. */
export interface RowWork {
  readonly signal: AbortSignal;
  readonly onProgress: (rowsDone: number) => void;
}

/** Does the work, then writes what it made; an interrupt before that throws, and nothing is written. */
export async function onRows<Made>(
  rows: number,
  work: (how: RowWork) => Promise<Made>,
  write: (made: Made) => Promise<void>,
): Promise<Made> {
  const bar = new RowsBar(rows);
  const interrupt = abortOnInterrupt("Ending; nothing is written ...", () => bar.stop());
  try {
    const made = await work({ signal: interrupt.signal, onProgress: (done) => bar.update(done) });
    interrupt.signal.throwIfAborted(); // it may have come in the last batch
    await write(made);
    return made;
  } finally {
    bar.stop();
    interrupt.stop();
  }
}
