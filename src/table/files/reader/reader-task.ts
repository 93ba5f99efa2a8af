/** @file The reading thread's own side; see file-reader.ts. */
import { stat } from "node:fs/promises";
import { UnpackedBytes } from "../../../files/unpacking.ts";
import type { WrittenSlice } from "../copied-slices.ts";
import { copiedHdf5, type DescribedHdf5, describeHdf5 } from "../hdf5/copying.ts";
import type { DataFile } from "../source.ts";
import { writeSheet } from "../spreadsheet.ts";

export type ReaderQuestion =
  | { readonly do: "describe"; readonly file: DataFile; readonly group: string | undefined }
  | {
      readonly do: "copy";
      readonly file: DataFile;
      readonly group: string | undefined;
      readonly names: ReadonlySet<string>;
      readonly folder: string;
      readonly maxUnpacked: number | undefined;
    }
  /** Of the copy that was begun last. */
  | { readonly do: "next slice" }
  | {
      readonly do: "sheet";
      readonly path: string;
      readonly label: string;
      readonly sheet: string | undefined;
      readonly copy: string;
    };

/** A slice is undefined after the last one. */
export type ReaderAnswer = DescribedHdf5 | WrittenSlice | undefined;

/** Answers the questions of one reader. */
export function fileReading(): (question: ReaderQuestion) => Promise<ReaderAnswer> {
  let slices: AsyncGenerator<WrittenSlice> | undefined;
  return async (question) => {
    switch (question.do) {
      case "describe":
        return await describeHdf5(question.file, question.group);
      case "copy": {
        await slices?.return(undefined);
        slices = copied(question);
        return undefined;
      }
      case "next slice": {
        const next = await slices?.next();
        return next?.value;
      }
      case "sheet":
        await writeSheet(question, question.copy);
        return undefined;
    }
  };
}

async function* copied({
  maxUnpacked,
  ...copy
}: Extract<ReaderQuestion, { do: "copy" }>): AsyncGenerator<WrittenSlice> {
  const { file } = copy;
  yield* copiedHdf5(copy, new UnpackedBytes(file.label, (await stat(file.path)).size, maxUnpacked));
}
