/** @file The worker thread that reads rows from a file ahead of the training, in the order in which they lie there. */
import { readSync } from "node:fs";

export interface RowReaderSetup {
  /** The number of the open file. */
  readonly file: number;
  readonly rowBytes: number;
  /** Where rows are put. */
  readonly buffers: readonly SharedArrayBuffer[];
}

/** The rows wanted, one behind the other, in a buffer. */
export interface RowQuestion {
  readonly rows: Uint32Array;
  readonly buffer: number;
}

/** Rows nearer to one another than this are read at once, with what lies between: cheaper than another call. */
const NEAR_BYTES = 8192;
const MAX_BYTES = 1 << 18;

/** What answers questions for rows, in a worker thread. */
export function rowReader({
  file,
  rowBytes,
  buffers,
}: RowReaderSetup): (question: RowQuestion) => Promise<void> {
  const targets = buffers.map((buffer) => new Uint8Array(buffer));
  const piece = new Uint8Array(Math.max(MAX_BYTES, rowBytes));
  const near = Math.max(1, Math.floor(NEAR_BYTES / rowBytes));
  const maxRows = Math.floor(piece.length / rowBytes);
  return async ({ rows, buffer }) => {
    const target = targets[buffer];
    const indices = Uint32Array.from(rows.keys()).sort((a, b) => rows[a] - rows[b]);
    for (let from = 0; from < indices.length; ) {
      const first = rows[indices[from]];
      let to = from + 1;
      let last = first;
      for (; to < indices.length; to++) {
        const row = rows[indices[to]];
        if (row - last > near || row - first >= maxRows) break;
        last = row;
      }
      const bytes = (last - first + 1) * rowBytes;
      readWhole(file, piece, bytes, first * rowBytes);
      for (; from < to; from++) {
        const index = indices[from];
        const at = (rows[index] - first) * rowBytes;
        target.set(piece.subarray(at, at + rowBytes), index * rowBytes);
      }
    }
  };
}

function readWhole(file: number, into: Uint8Array, bytes: number, position: number): void {
  for (let done = 0; done < bytes; ) {
    const read = readSync(file, into, done, bytes - done, position + done);
    if (read === 0) throw new Error(`the file of rows ends at ${position + done} bytes`);
    done += read;
  }
}
