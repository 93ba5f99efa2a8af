/** @file What the page and the workers that answer say to each other. */
import type { ModelColumn } from "../../columns/encoding.ts";
import type { Given } from "../../model/question-table.ts";
import type { Axis } from "./axis.ts";

/** Where the model's files are: fetched by the worker, or, of a model that the page has made, their bytes. */
export type ModelFiles = string | { readonly config: Uint8Array; readonly weights: Uint8Array };

type Axes = Readonly<Record<string, Axis>>;

/** What is asked of a worker. */
export type Asked =
  | { readonly kind: "open"; readonly model: ModelFiles; readonly wasm: string }
  /** All columns but those given; of each one given alone what the others let expect. */
  | { readonly kind: "curves"; readonly given: Given; readonly axes: Axes; readonly of: string }
  /** On a grid of so many cells in each direction. */
  | {
      readonly kind: "joint";
      readonly given: Given;
      readonly x: PairAxis;
      readonly y: PairAxis;
      readonly cells: number;
    }
  | { readonly kind: "next"; readonly of: string; readonly given: Given; readonly candidate: string }
  | { readonly kind: "unusual"; readonly given: Given };

export interface PairAxis {
  readonly name: string;
  /** Absent for names. */
  readonly axis?: Axis;
}

interface Opened {
  readonly columns: readonly ModelColumn[];
}

/** What is drawn of one column. */
export type Curve = NumberCurve | NameCurve;

export interface NumberCurve {
  readonly kind: "number";
  /** Per step of position, at even positions of the axis; without point masses. */
  readonly density: Float32Array;
  readonly pointMasses: readonly { readonly value: number; readonly probability: number }[];
  readonly median: number;
  /** The middle 68 % and 90 %. */
  readonly middle: readonly [low: number, high: number];
  readonly wide: readonly [low: number, high: number];
  /** Of the column of interest: the smallest set that holds 68 %, and how much each part holds. */
  readonly densest?: readonly DensePart[];
}

export interface DensePart {
  readonly low: number;
  readonly high: number;
  readonly mass: number;
}

interface NameCurve {
  readonly kind: "category";
  readonly categories: readonly string[];
  readonly probabilities: readonly number[];
}

export interface Curves {
  readonly given: Given;
  readonly of: string;
  readonly curves: Readonly<Record<string, Curve>>;
  /** Sentences about given values that training has not seen the like of. */
  readonly outside: readonly string[];
  /** How long the worker took. */
  readonly milliseconds: number;
}

/** The density of two columns on a grid of even positions, row by row from the least y; of names a column of cells each. */
export interface Joint {
  readonly given: Given;
  readonly x: string;
  readonly y: string;
  readonly width: number;
  readonly height: number;
  readonly cells: Float32Array;
}

export interface Next {
  readonly column: string;
  readonly nats: number;
}

/** The share of rows, made up by the model, that are at most as probable; undefined where there is nothing to compare. */
export interface Rarity {
  readonly share: number | undefined;
  readonly size: number;
}

/** What is answered to each. */
export interface AnswerTo {
  readonly open: Opened;
  readonly curves: Curves;
  readonly joint: Joint;
  readonly next: Next;
  readonly unusual: Rarity;
}

export interface Reply {
  readonly id: number;
  readonly made?: AnswerTo[keyof AnswerTo];
  readonly failure?: string;
}
