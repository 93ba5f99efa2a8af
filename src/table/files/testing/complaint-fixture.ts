/** @file For tests: the one sentence with which reading fails. */
import { expect } from "vitest";
import { InputError } from "../../../base/errors.ts";
import { type ReadOptions, readTable } from "../read.ts";

/** The message with which reading fails, without the folders that tests write to. */
export async function complaintOf(
  source: string | string[],
  options: ReadOptions | undefined,
  folders: readonly string[],
): Promise<string> {
  const error = await readTable(source, options).then(
    () => new Error("it was read"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain("\n");
  return folders.reduce((text, folder) => text.replaceAll(folder, ""), message);
}
