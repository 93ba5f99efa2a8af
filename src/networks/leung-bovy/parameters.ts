/** @file The published network's parameters: their names, shapes and start values. */

import {
  dense,
  fanIn,
  laidOut,
  type Parameter,
  type ParameterDraft,
  value,
  xavier,
} from "../parts/parameter-layout.ts";
import type { HeadConfig, LeungBovyConfig } from "./config.ts";

/** All parameters of the network, in the order of the flat array. Weights are (out, in), as in PyTorch. */
export function networkParameters(config: LeungBovyConfig): readonly Parameter[] {
  return laidOut([...embedding(config), ...encoder(config), ...headDrafts(config.head)]);
}

/** The parameters of a diffusion head alone. */
export function headParameters(config: HeadConfig): readonly Parameter[] {
  return laidOut(headDrafts(config));
}

function embedding({ columns, embeddingDim }: LeungBovyConfig): ParameterDraft[] {
  const shape = [columns + 1, embeddingDim];
  const start = { ...xavier(shape[0], shape[1]), zeroRow: true };
  return [
    { name: "embedding.weight", shape, start },
    { name: "embedding.bias", shape, start },
  ];
}

function encoder({ embeddingDim: d, ffnDim, encoderLayers }: LeungBovyConfig): ParameterDraft[] {
  // The original keeps query, key and value in one (3 D, D) matrix, and starts it as such.
  const projection = xavier(3 * d, d);
  return Array.from({ length: encoderLayers }, (_, layer): ParameterDraft[] => {
    const name = `encoder.${layer}`;
    return [
      ...["query", "key", "value"].flatMap((part): ParameterDraft[] => [
        { name: `${name}.${part}.weight`, shape: [d, d], start: projection },
        { name: `${name}.${part}.bias`, shape: [d], start: value(0) },
      ]),
      { name: `${name}.attentionOutput.weight`, shape: [d, d], start: fanIn(d) },
      { name: `${name}.attentionOutput.bias`, shape: [d], start: value(0) },
      { name: `${name}.norm1.weight`, shape: [d], start: value(1) },
      { name: `${name}.norm1.bias`, shape: [d], start: value(0) },
      ...dense(`${name}.feedForward1`, d, ffnDim),
      ...dense(`${name}.feedForward2`, ffnDim, d),
      { name: `${name}.norm2.weight`, shape: [d], start: value(1) },
      { name: `${name}.norm2.bias`, shape: [d], start: value(0) },
    ];
  }).flat();
}

function headDrafts({ dimension, conditionDimension, width, layers, steps }: HeadConfig): ParameterDraft[] {
  const hidden = Array.from({ length: layers }, (_, layer): ParameterDraft[] => {
    const name = `head.${layer}`;
    return [
      ...dense(`${name}.linear`, layer === 0 ? dimension : width, width),
      { name: `${name}.time`, shape: [steps, width], start: { low: 0, high: 1 } },
      ...(projectsCondition(conditionDimension, width)
        ? dense(`${name}.condition`, conditionDimension, width)
        : []),
    ];
  });
  return [...hidden.flat(), ...dense("head.output", width, dimension)];
}

/** A condition as wide as the head is added as it is (the original drops it by mistake). */
export function projectsCondition(conditionDimension: number, width: number): boolean {
  return conditionDimension > 0 && conditionDimension !== width;
}
