/** @file Numbers: what a column is unless something says otherwise. */
import { continuousKind } from "./continuous.ts";
import type { Kind } from "./kind.ts";

export const number: Kind = continuousKind({ name: "number" });
