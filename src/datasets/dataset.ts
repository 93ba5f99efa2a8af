/** @file What is known of a public table that can be downloaded. */
import type { Table } from "../table/table.ts";

export interface Dataset {
  /** What it is called on the command line. */
  readonly name: string;
  /** One line on what its rows are. */
  readonly about: string;
  /** Whom to cite. */
  readonly citation: string;
  readonly rows: number;
  readonly columns: readonly string[];
  /** Where its archive is. */
  readonly url: string;
  /** The SHA-256 checksum of the archive, in hexadecimal digits. */
  readonly sha256: string;
  /** Makes the table from the archive's bytes, whose checksum has been found right. */
  readonly derive: (archive: Uint8Array) => Promise<Table>;
}
