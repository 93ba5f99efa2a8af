/** @file The default network's parameters: names, shapes and start values. */
import {
  dense,
  fanIn,
  laidOut,
  type Parameter,
  type ParameterDraft,
  repeated,
  uniform,
  value,
  xavier,
} from "../parts/parameter-layout.ts";
import { hasCircles } from "./circles.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import { countedParameters } from "./counted-share.ts";
import type { Head } from "./heads/head.ts";
import { ofAllMembers } from "./members.ts";

/** All parameters, in the order of the flat array. Weights are (out, in). */
export function queryParameters(config: QueryConfig, head: Head): readonly Parameter[] {
  const ofOne = [
    ...embedding(config),
    ...summary(config),
    ...encoder(config),
    ...classifier(config),
    ...countedParameters(config),
    ...head.parameters(config.embeddingDim, config.columns),
  ];
  return laidOut(ofAllMembers(config, ofOne));
}

function embedding(config: QueryConfig): ParameterDraft[] {
  const { columns, embeddingDim: d, frequencies } = config;
  const rows = columns + 1;
  const start = xavier(rows, d);
  const classes = totalClasses(config);
  return [
    ofColumns("weight", [rows, d], start),
    ofColumns("bias", [rows, d], start),
    // What a column is, apart from its value.
    ofColumns("given", [rows, d], uniform(0.5)),
    ofColumns("asked", [rows, d], uniform(0.5)),
    ofColumns("frequency", [rows, frequencies], geometric(frequencies)),
    {
      name: "embedding.sine.weight",
      shape: [d, frequencies],
      start: uniform(1 / Math.sqrt(2 * frequencies)),
    },
    {
      name: "embedding.cosine.weight",
      shape: [d, frequencies],
      start: uniform(1 / Math.sqrt(2 * frequencies)),
    },
    // The cosine of an angle on a circle; its sine takes the place of the value.
    ...(hasCircles(config) ? [ofColumns("cosine", [rows, d], start)] : []),
    ...(config.errors ? ["error", "errorKnown"].map((name) => ofColumns(name, [rows, d], start)) : []),
    ...(classes > 0
      ? [
          {
            name: "embedding.class",
            shape: [classes + 1, d],
            start: uniform(0.5),
            rowsOf: "classes and none" as const,
          },
        ]
      : []),
    ...(config.intervals ? intervalEnds(rows, d, frequencies) : []),
  ];
}

/** From the summary of what is given to what a target starts with. */
function summary(config: QueryConfig): ParameterDraft[] {
  if (!config.normal) return [];
  const { columns, embeddingDim: d, ffnDim: width } = config;
  const start = fanIn(1 + columns);
  const ofEach = ["values", "given", "residuals", "target"].map(
    (name): ParameterDraft => ({
      name: `summary.${name}`,
      shape: [1 + columns, width],
      start,
      rowsOf: "columns",
    }),
  );
  const classes = totalClasses(config);
  const ofClasses: ParameterDraft[] =
    classes > 0
      ? [{ name: "summary.classes", shape: [1 + classes, width], start, rowsOf: "classes and none" }]
      : [];
  return [
    ...ofEach,
    ...ofClasses,
    ...dense("summary.hidden", width, width),
    ...dense("summary.output", width, d),
  ];
}

function ofColumns(
  name: string,
  shape: ParameterDraft["shape"],
  start: ParameterDraft["start"],
): ParameterDraft {
  return { name: `embedding.${name}`, shape, start, rowsOf: "columns" };
}

/** What the two ends of an interval are embedded by, each as a value is. */
function intervalEnds(rows: number, d: number, frequencies: number): ParameterDraft[] {
  return INTERVAL_ENDS.flatMap((end) => [
    ofColumns(`${end}.weight`, [rows, d], xavier(rows, d)),
    ofColumns(`${end}.bias`, [rows, d], xavier(rows, d)),
    ...["sine", "cosine"].map((wave) => ({
      name: `embedding.${end}.${wave}.weight`,
      shape: [d, frequencies],
      start: uniform(1 / Math.sqrt(2 * frequencies)),
    })),
  ]);
}

export const INTERVAL_ENDS = ["lower", "upper"] as const;

/** From half a radian per unit up to what separates values that differ by a fiftieth of a unit. */
const LOWEST = 0.5;
export const HIGHEST = 40;

/** The same frequencies for every column, evenly spaced in the logarithm. */
function geometric(count: number) {
  const step = count > 1 ? Math.log(HIGHEST / LOWEST) / (count - 1) : 0;
  return repeated(Array.from({ length: count }, (_, i) => LOWEST * Math.exp(i * step)));
}

/** The given cells' own feed-forward layer, and the layers in which the targets read them. */
function encoder({ embeddingDim: d, ffnDim, encoderLayers }: QueryConfig): ParameterDraft[] {
  const feedForward = (name: string, before: string) => [
    ...norm(`${name}.${before}`, d),
    ...dense(`${name}.feedForward1`, d, ffnDim),
    ...dense(`${name}.feedForward2`, ffnDim, d),
  ];
  const layers = Array.from({ length: encoderLayers }, (_, layer): ParameterDraft[] => {
    const name = `encoder.${layer}`;
    return [
      ...norm(`${name}.norm1`, d),
      ...["query", "key", "value", "attentionOutput"].flatMap((part) => dense(`${name}.${part}`, d, d)),
      ...feedForward(name, "norm2"),
    ];
  });
  const cells = [...feedForward("encoder.cell", "norm1"), ...norm("encoder.cell.norm2", d)];
  return [...cells, ...layers.flat(), ...norm("encoder.norm", d)];
}

function classifier(config: QueryConfig): ParameterDraft[] {
  const classes = totalClasses(config);
  const { embeddingDim: d } = config;
  if (classes === 0) return [];
  const output = dense("classes.output", d, classes).map((each) => ({ ...each, rowsOf: "classes" as const }));
  return [...dense("classes.hidden", d, d), ...output];
}

function norm(name: string, width: number): ParameterDraft[] {
  return [
    { name: `${name}.weight`, shape: [width], start: value(1) },
    { name: `${name}.bias`, shape: [width], start: value(0) },
  ];
}
