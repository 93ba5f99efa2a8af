/**
 * @file Files whose format a library reads that is not to be trusted with what others made: a thread reads them, with limits of
 * time, memory and output, and can be ended at any moment. (HDF5's library goes round in circles in some damaged files.)
 */
import { type Guard, GuardedThread } from "../../../runtime/node/guarded-thread.ts";
import type { WrittenSlice } from "../copied-slices.ts";
import type { DescribedHdf5 } from "../hdf5/copying.ts";
import type { DataFile } from "../source.ts";
import type { ReaderAnswer, ReaderQuestion } from "./reader-task.ts";

/** The reader of a source's files, for as long as they are open. Its thread starts when it is first needed. */
export class GuardedReader {
  readonly #thread: GuardedThread<ReaderQuestion, ReaderAnswer>;
  readonly #maxUnpacked: number | undefined;

  constructor({ maxUnpacked, ...guard }: Guard & { readonly maxUnpacked?: number }) {
    this.#thread = new GuardedThread("read files", guard);
    this.#maxUnpacked = maxUnpacked;
  }

  /** The columns of an HDF5 file's table. */
  async describe(file: DataFile, group: string | undefined): Promise<DescribedHdf5> {
    return (await this.#thread.ask(file.label, { do: "describe", file, group })) as DescribedHdf5;
  }

  /** Copies columns of an HDF5 file to Parquet files in a folder. */
  async *copy(
    file: DataFile,
    group: string | undefined,
    names: ReadonlySet<string>,
    folder: string,
  ): AsyncGenerator<WrittenSlice> {
    const maxUnpacked = this.#maxUnpacked;
    await this.#thread.ask(file.label, { do: "copy", file, group, names, folder, maxUnpacked });
    for (;;) {
      const slice = (await this.#thread.ask(file.label, { do: "next slice" })) as WrittenSlice | undefined;
      if (slice === undefined) return;
      yield slice;
    }
  }

  /** Writes a sheet of a spreadsheet as CSV. @param sheet its name; by default the only one that has cells. */
  async writeSheet(path: string, label: string, sheet: string | undefined, copy: string): Promise<void> {
    await this.#thread.ask(label, { do: "sheet", path, label, sheet, copy });
  }

  async close(): Promise<void> {
    await this.#thread.stop();
  }
}
