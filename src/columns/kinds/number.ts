/** @file Numbers: what a column is unless something says otherwise. */
import { continuousKind } from "./continuous.ts";

export const number = continuousKind({ name: "number" });
