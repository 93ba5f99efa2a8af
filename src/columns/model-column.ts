/** @file A column as a model sees it. */
import type { ColumnCoding } from "./coding.ts";

/** A column as the model sees it. Its token is its place in the list plus 1. */
export interface ModelColumn {
  readonly name: string;
  /** Standardised value = (value - center) / scale. */
  readonly center: number;
  readonly scale: number;
  /** Whether the model was trained to answer for this column, or only takes it as given. */
  readonly output: boolean;
  /** How its values are coded for the network; plain standardisation where absent. */
  readonly coding?: ColumnCoding;
  /** Whether it came with measurement errors. */
  readonly errors?: boolean;
  /** What its values are measured in, if the table told. */
  readonly unit?: string;
}
